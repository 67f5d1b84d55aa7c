// Reads the code with wabt, which knows the instructions' lengths.
#include "wasm/body_facts.h"

#include "wabt/binary-reader-nop.h"
#include "wabt/binary-reader.h"

#include <algorithm>
#include <string>

namespace wald::wasm {

namespace {

using wabt::Index;
using wabt::Offset;
using wabt::Result;
using wabt::Type;

class MeasuringReader : public wabt::BinaryReaderNop {
public:
  std::vector<BodyFacts> bodies;
  std::string error;

  bool OnError(const wabt::Error &problem) override {
    if (problem.error_level == wabt::ErrorLevel::Error && error.empty())
      error = problem.message + " at offset " + std::to_string(problem.loc.offset);
    return true;
  }
  Result BeginFunctionBody(Index func, Offset size) override {
    BodyFacts facts;
    facts.func_index = func;
    facts.size_bytes = size;
    bodies.push_back(facts);
    depth_ = 0;
    return Result::Ok;
  }
  Result OnLocalDecl(Index, Index count, Type) override {
    bodies.back().num_locals += count;
    return Result::Ok;
  }
  Result OnBlockExpr(Type) override { return open(); }
  Result OnLoopExpr(Type) override { return open(); }
  Result OnIfExpr(Type) override { return open(); }
  Result OnEndExpr() override {
    depth_ -= depth_ > 0; // the last one ends the body
    return Result::Ok;
  }
  Result OnBrTableExpr(Index count, Index *, Index) override {
    uint64_t &largest = bodies.back().largest_br_table;
    largest = std::max<uint64_t>(largest, count);
    return Result::Ok;
  }

private:
  Result open() {
    uint64_t &deepest = bodies.back().deepest_nesting;
    deepest = std::max(deepest, ++depth_);
    return Result::Ok;
  }

  uint64_t depth_ = 0;
};

} // namespace

llvm::Expected<std::vector<BodyFacts>> measure_bodies(llvm::ArrayRef<uint8_t> module) {
  wabt::ReadBinaryOptions options;
  options.fail_on_custom_section_error = false;
  MeasuringReader reader;
  Result result = wabt::ReadBinary(module.data(), module.size(), &reader, options);
  if (wabt::Succeeded(result) && reader.error.empty())
    return std::move(reader.bodies);
  return llvm::createStringError(std::errc::invalid_argument, "%s",
                                 reader.error.empty() ? "unreadable module" : reader.error.c_str());
}

} // namespace wald::wasm
