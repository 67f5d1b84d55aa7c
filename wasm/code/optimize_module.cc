#include "wasm/code/optimize_module.h"

#include "objfile/support/leb128.h"
#include "wasm/code/decoder.h"
#include "wasm/code/encoder.h"
#include "wasm/code/go_callees.h"
#include "wasm/code/restructure.h"
#include "wasm/module_reader.h"

#include <atomic>
#include <thread>

namespace wald::code {

namespace {

constexpr uint32_t kFirstPcF = 0x1000; // what Go's linker gives the first function

Callee callee_of(const wasm::Module &module, uint32_t func_index) {
  Callee callee;
  if (const wasm::FuncType *type = module.function_type(func_index)) {
    callee.num_params = type->params.size();
    callee.num_results = type->results.size();
  }
  llvm::StringRef name = module.function_name(func_index);
  callee.never_returns = never_returns(name);
  callee.is_deferreturn = is_deferreturn(name);
  callee.is_unknown = name.empty();
  return callee;
}

// The bodies of one thread, one after the other.
struct Output {
  std::vector<uint8_t> bytes;
  Statistics statistics;
};

struct Place {
  const Output *output = nullptr; // null: the body stays
  uint64_t begin = 0, end = 0;
};

class Optimizer {
public:
  explicit Optimizer(const wasm::Module &module) : module_(module) {
    for (uint32_t i = 0; i < module.num_functions(); i++)
      callees_.push_back(callee_of(module, i));
    for (const wasm::FuncType &type : module.types)
      types_.push_back({uint8_t(type.params.size()), uint8_t(type.results.size())});
    places_.resize(module.bodies.size());
  }
  OptimizedModule run(unsigned num_threads);

private:
  void run_thread(Output &output);
  void optimize(uint32_t defined, Body &body, Output &output);
  Left transform(uint32_t defined, Body &body) const;
  std::vector<uint8_t> assemble() const;

  const wasm::Module &module_;
  std::vector<Callee> callees_;
  std::vector<Arity> types_;
  std::vector<Place> places_;
  std::atomic<uint32_t> next_ = 0;
};

Left Optimizer::transform(uint32_t defined, Body &body) const {
  if (decode(module_.bodies[defined].contents, {}, body))
    return Left::kUndecodable;
  llvm::StringRef name = module_.function_name(module_.num_imported_functions() + defined);
  Function function{.pc_f = kFirstPcF + defined,
                    .may_enter_at_one = name.empty() || is_goexit(name)};
  return rebuild_control_flow({callees_, types_}, function, body);
}

void Optimizer::optimize(uint32_t defined, Body &body, Output &output) {
  uint64_t size = module_.bodies[defined].contents.size();
  Statistics &statistics = output.statistics;
  statistics.num_functions++;
  statistics.bytes_before += size;
  Left left = transform(defined, body);
  if (left != Left::kNothing) {
    statistics.left[unsigned(left)]++;
    statistics.bytes_after += size;
    return;
  }
  statistics.num_rebuilt++;
  Place &place = places_[defined];
  place = {&output, output.bytes.size(), 0};
  encode(body, output.bytes);
  place.end = output.bytes.size();
  statistics.bytes_after += place.end - place.begin;
}

void Optimizer::run_thread(Output &output) {
  constexpr uint32_t kChunk = 64;
  Body body;
  for (;;) {
    uint32_t begin = next_.fetch_add(kChunk);
    if (begin >= places_.size())
      return;
    for (uint32_t i = begin; i < std::min<uint64_t>(begin + kChunk, places_.size()); i++)
      optimize(i, body, output);
  }
}

void append(std::vector<uint8_t> &to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void append_uleb(std::vector<uint8_t> &to, uint64_t value) {
  uint8_t buffer[wasm::kMaxLebSize];
  append(to, {buffer, wasm::write_uleb(buffer, value)});
}

std::vector<uint8_t> Optimizer::assemble() const {
  const wasm::Section &code = *module_.find_section(wasm::SectionId::kCode);
  uint64_t code_end = code.payload_offset + code.payload.size();
  std::vector<uint8_t> bytes;
  bytes.reserve(module_.bytes.size());
  append(bytes, module_.bytes.take_front(code.offset + 1));
  // The size, padded as in all of Go's sections, is known at the end.
  uint64_t size_at = bytes.size();
  bytes.resize(size_at + wasm::kPaddedLebSize);
  append_uleb(bytes, module_.bodies.size());
  for (size_t i = 0; i < module_.bodies.size(); i++) {
    const Place &place = places_[i];
    Bytes body = module_.bodies[i].contents;
    if (place.output)
      body = Bytes(place.output->bytes).slice(place.begin, place.end - place.begin);
    append_uleb(bytes, body.size());
    append(bytes, body);
  }
  wasm::write_padded_uleb(bytes.data() + size_at, bytes.size() - size_at - wasm::kPaddedLebSize);
  append(bytes, module_.bytes.drop_front(code_end));
  return bytes;
}

OptimizedModule Optimizer::run(unsigned num_threads) {
  std::vector<Output> outputs(std::max(num_threads, 1u));
  std::vector<std::thread> threads;
  for (size_t i = 1; i < outputs.size(); i++)
    threads.emplace_back([this, &outputs, i] { run_thread(outputs[i]); });
  run_thread(outputs[0]);
  for (std::thread &thread : threads)
    thread.join();
  OptimizedModule result;
  for (const Output &output : outputs)
    result.statistics.add(output.statistics);
  result.bytes = assemble();
  return result;
}

bool is_from_go(const wasm::Module &module) {
  for (const wasm::Producer &producer : module.producers)
    if (producer.field == "language" && producer.value == "Go")
      return true;
  return false;
}

} // namespace

void Statistics::add(const Statistics &other) {
  num_functions += other.num_functions;
  num_rebuilt += other.num_rebuilt;
  bytes_before += other.bytes_before;
  bytes_after += other.bytes_after;
  for (unsigned i = 0; i < kNumLeft; i++)
    left[i] += other.left[i];
}

llvm::Expected<OptimizedModule> optimize_module(llvm::ArrayRef<uint8_t> bytes,
                                                unsigned num_threads) {
  llvm::Expected<wasm::Module> module = wasm::read_module(bytes);
  if (!module)
    return module.takeError();
  if (!is_from_go(*module) || !module->find_section(wasm::SectionId::kCode))
    return llvm::createStringError(std::errc::invalid_argument, "not a module made by Go");
  return Optimizer(*module).run(num_threads);
}

} // namespace wald::code
