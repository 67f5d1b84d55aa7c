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

class FeatureReader : public wabt::BinaryReaderNop {
public:
  Features found;
  std::string error;

  bool OnError(const wabt::Error &problem) override {
    if (problem.error_level == wabt::ErrorLevel::Error && error.empty())
      error = problem.message + " at offset " + std::to_string(problem.loc.offset);
    return true;
  }
  Result OnFuncType(Index, Index num_params, Type *params, Index num_results,
                    Type *results) override {
    found.multiple_values |= num_results > 1;
    for (Index i = 0; i < num_params; i++)
      note_type(params[i]);
    for (Index i = 0; i < num_results; i++)
      note_type(results[i]);
    return Result::Ok;
  }
  Result OnImportGlobal(Index, std::string_view, std::string_view, Index, Type type,
                        bool is_mutable) override {
    found.mutable_globals |= is_mutable;
    note_type(type);
    return Result::Ok;
  }
  Result BeginGlobal(Index, Type type, bool) override {
    note_type(type);
    return Result::Ok;
  }
  Result OnExport(Index, wabt::ExternalKind kind, Index, std::string_view) override {
    found.mutable_globals |= kind == wabt::ExternalKind::Global;
    return Result::Ok;
  }
  Result OnTableCount(Index count) override {
    found.reference_types |= count > 1;
    return Result::Ok;
  }
  Result OnLocalDecl(Index, Index, Type type) override {
    note_type(type);
    return Result::Ok;
  }
  Result OnBlockExpr(Type type) override { return note_block(type); }
  Result OnLoopExpr(Type type) override { return note_block(type); }
  Result OnIfExpr(Type type) override { return note_block(type); }
  Result OnCallIndirectExpr(Index, Index table) override {
    found.reference_types |= table != 0;
    return Result::Ok;
  }
  // Numbers of instructions are those of the specification's tables.
  Result OnOpcode(wabt::Opcode opcode) override {
    uint32_t prefix = opcode.GetPrefix(), code = opcode.GetCode();
    if (prefix == 0xfd) {
      found.simd = true;
    } else if (prefix == 0xfc) {
      found.saturating_conversions |= code <= 7;
      found.bulk_memory |= code >= 8 && code <= 14;
      found.reference_types |= code >= 15;
    } else {
      found.sign_extension |= code >= 0xc0 && code <= 0xc4;
      // Typed select; table.get and table.set; references.
      found.reference_types |= code == 0x1c || code == 0x25 || code == 0x26 || code >= 0xd0;
    }
    return Result::Ok;
  }

private:
  void note_type(Type type) {
    found.simd |= type == Type::V128;
    found.reference_types |= type.IsRef();
  }
  Result note_block(Type type) {
    if (type.IsIndex())
      found.multiple_values = true;
    else
      note_type(type);
    return Result::Ok;
  }
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

Features Features::operator|(const Features &other) const {
  Features both = *this;
  both.sign_extension |= other.sign_extension;
  both.saturating_conversions |= other.saturating_conversions;
  both.bulk_memory |= other.bulk_memory;
  both.simd |= other.simd;
  both.mutable_globals |= other.mutable_globals;
  both.multiple_values |= other.multiple_values;
  both.reference_types |= other.reference_types;
  return both;
}

llvm::Expected<Features> find_features(llvm::ArrayRef<uint8_t> module) {
  wabt::ReadBinaryOptions options;
  options.fail_on_custom_section_error = false;
  FeatureReader reader;
  Result result = wabt::ReadBinary(module.data(), module.size(), &reader, options);
  if (wabt::Succeeded(result) && reader.error.empty())
    return reader.found;
  return llvm::createStringError(std::errc::invalid_argument, "%s",
                                 reader.error.empty() ? "unreadable module" : reader.error.c_str());
}

} // namespace wald::wasm
