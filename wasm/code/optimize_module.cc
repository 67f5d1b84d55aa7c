#include "wasm/code/optimize_module.h"

#include "objfile/support/leb128.h"
#include "wasm/code/decoder.h"
#include "wasm/code/encoder.h"
#include "wasm/code/go_callees.h"
#include "wasm/code/peepholes.h"
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

void append(std::vector<uint8_t> &to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

void append_uleb(std::vector<uint8_t> &to, uint64_t value) {
  uint8_t buffer[wasm::kMaxLebSize];
  append(to, {buffer, wasm::write_uleb(buffer, value)});
}

struct Thread {
  std::vector<uint8_t> bytes; // of the bodies that it made, one after the other
  Statistics statistics;
  // Used again for each function.
  ControlFlow control_flow;
  Body body;
  std::vector<uint8_t> room;
};

struct Place {
  const Thread *thread = nullptr; // null: the body stays
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
  void run_thread(Thread &thread);
  void optimize(uint32_t defined, Thread &thread);
  Left transform(uint32_t defined, Thread &thread) const;
  std::vector<uint8_t> assemble() const;

  const wasm::Module &module_;
  std::vector<Callee> callees_;
  std::vector<Arity> types_;
  std::vector<Place> places_;
  std::atomic<uint32_t> next_ = 0;
};

Left Optimizer::transform(uint32_t defined, Thread &thread) const {
  if (decode(module_.bodies[defined].contents, {}, thread.body))
    return Left::kUndecodable;
  llvm::StringRef name = module_.function_name(module_.num_imported_functions() + defined);
  Function function{.pc_f = kFirstPcF + defined,
                    .may_enter_at_one = name.empty() || is_goexit(name)};
  Left left = thread.control_flow.rebuild({callees_, types_}, function, thread.body);
  if (left == Left::kNothing)
    apply_peepholes(thread.body);
  return left;
}

void Optimizer::optimize(uint32_t defined, Thread &thread) {
  uint64_t size = module_.bodies[defined].contents.size();
  Statistics &statistics = thread.statistics;
  statistics.num_functions++;
  statistics.bytes_before += size;
  Left left = transform(defined, thread);
  if (left != Left::kNothing) {
    statistics.left[unsigned(left)]++;
    statistics.bytes_after += size;
    return;
  }
  statistics.num_rebuilt++;
  Bytes bytes = encode(thread.body, thread.room);
  places_[defined] = {&thread, thread.bytes.size(), thread.bytes.size() + bytes.size()};
  append(thread.bytes, bytes);
  statistics.bytes_after += bytes.size();
}

void Optimizer::run_thread(Thread &thread) {
  constexpr uint32_t kChunk = 64;
  for (;;) {
    uint32_t begin = next_.fetch_add(kChunk);
    if (begin >= places_.size())
      return;
    for (uint32_t i = begin; i < std::min<uint64_t>(begin + kChunk, places_.size()); i++)
      optimize(i, thread);
  }
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
    if (place.thread)
      body = Bytes(place.thread->bytes).slice(place.begin, place.end - place.begin);
    append_uleb(bytes, body.size());
    append(bytes, body);
  }
  wasm::write_padded_uleb(bytes.data() + size_at, bytes.size() - size_at - wasm::kPaddedLebSize);
  append(bytes, module_.bytes.drop_front(code_end));
  return bytes;
}

OptimizedModule Optimizer::run(unsigned num_threads) {
  std::vector<Thread> threads(std::max(num_threads, 1u));
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads.size(); i++)
    others.emplace_back([this, &threads, i] { run_thread(threads[i]); });
  run_thread(threads[0]);
  for (std::thread &other : others)
    other.join();
  OptimizedModule result;
  for (const Thread &thread : threads)
    result.statistics.add(thread.statistics);
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
