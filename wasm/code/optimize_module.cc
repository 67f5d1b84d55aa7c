#include "wasm/code/optimize_module.h"

#include "objfile/support/bytes.h"
#include "objfile/support/leb128.h"
#include "wasm/code/decoder.h"
#include "wasm/code/encoder.h"
#include "wasm/code/go_callees.h"
#include "wasm/code/outlined_calls.h"
#include "wasm/code/peepholes.h"
#include "wasm/code/restructure.h"

#include <atomic>
#include <optional>
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
    plan_outlined_functions();
  }
  OptimizedModule run(unsigned num_threads);

private:
  void plan_outlined_functions();
  void run_thread(Thread &thread);
  void optimize(uint32_t defined, Thread &thread);
  Left transform(uint32_t defined, Thread &thread) const;
  std::vector<uint8_t> assemble() const;
  std::vector<uint8_t> type_section() const;
  std::vector<uint8_t> function_section() const;
  std::vector<uint8_t> code_section() const;

  const wasm::Module &module_;
  std::vector<Callee> callees_;
  std::vector<Arity> types_;
  std::vector<Place> places_;
  std::vector<uint32_t> outlined_;      // functions that have outlined ones, in their order
  std::vector<uint8_t> outlined_bytes_; // entries of the code section
  std::atomic<uint32_t> next_ = 0;
};

Left Optimizer::transform(uint32_t defined, Thread &thread) const {
  if (decode(module_.bodies[defined].contents, {}, thread.body))
    return Left::kUndecodable;
  llvm::StringRef name = module_.function_name(module_.num_imported_functions() + defined);
  Function function{.pc_f = kFirstPcF + defined,
                    .may_enter_at_one = name.empty() || is_goexit(name)};
  Left left = thread.control_flow.rebuild({callees_, types_}, function, thread.body);
  if (left == Left::kNothing) {
    apply_peepholes(thread.body);
    outline_calls({callees_, types_}, thread.body);
  }
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

// What follows the number of entries in a section's payload.
Bytes entries_of(Bytes payload) {
  objfile::Cursor cursor(payload);
  cursor.read_uleb();
  return payload.drop_front(cursor.offset());
}

// The types of outlined functions: ([i64, i64,] i64) -> (i32).
constexpr uint8_t kPlainType[] = {0x60, 1, 0x7e, 1, 0x7f};
constexpr uint8_t kTwoWordsType[] = {0x60, 3, 0x7e, 0x7e, 0x7e, 1, 0x7f};

std::vector<uint8_t> Optimizer::type_section() const {
  std::vector<uint8_t> payload;
  append_uleb(payload, module_.types.size() + 2);
  append(payload, entries_of(module_.find_section(wasm::SectionId::kType)->payload));
  append(payload, kPlainType);
  append(payload, kTwoWordsType);
  return payload;
}

std::vector<uint8_t> Optimizer::function_section() const {
  std::vector<uint8_t> payload;
  append_uleb(payload, module_.functions.size() + 2 * outlined_.size());
  append(payload, entries_of(module_.find_section(wasm::SectionId::kFunction)->payload));
  for (size_t i = 0; i < outlined_.size(); i++) {
    append_uleb(payload, module_.types.size());
    append_uleb(payload, module_.types.size() + 1);
  }
  return payload;
}

std::vector<uint8_t> Optimizer::code_section() const {
  std::vector<uint8_t> payload;
  payload.reserve(module_.find_section(wasm::SectionId::kCode)->payload.size());
  append_uleb(payload, module_.bodies.size() + 2 * outlined_.size());
  auto append_body = [&](Bytes body) {
    append_uleb(payload, body.size());
    append(payload, body);
  };
  for (size_t i = 0; i < module_.bodies.size(); i++) {
    const Place &place = places_[i];
    append_body(place.thread
                    ? Bytes(place.thread->bytes).slice(place.begin, place.end - place.begin)
                    : module_.bodies[i].contents);
  }
  append(payload, outlined_bytes_);
  return payload;
}

// All other sections keep their bytes.
std::vector<uint8_t> Optimizer::assemble() const {
  std::vector<uint8_t> bytes;
  bytes.reserve(module_.bytes.size());
  auto append_section = [&](wasm::SectionId id, Bytes payload) {
    uint8_t size[wasm::kPaddedLebSize];
    wasm::write_padded_uleb(size, payload.size());
    bytes.push_back(uint8_t(id));
    append(bytes, size);
    append(bytes, payload);
  };
  uint64_t end = 8; // of the section before
  append(bytes, module_.bytes.take_front(end));
  for (const wasm::Section &section : module_.sections) {
    end = section.payload_offset + section.payload.size();
    if (section.id == wasm::SectionId::kCode)
      append_section(section.id, code_section());
    else if (section.id == wasm::SectionId::kType && !outlined_.empty())
      append_section(section.id, type_section());
    else if (section.id == wasm::SectionId::kFunction && !outlined_.empty())
      append_section(section.id, function_section());
    else
      append(bytes, module_.bytes.slice(section.offset, end - section.offset));
  }
  return bytes;
}

// Functions of Go's calling convention that never return. The new ones come after all others: the
// numbers that the program knows functions by stay as they are.
void Optimizer::plan_outlined_functions() {
  uint32_t next = module_.num_functions();
  std::vector<uint8_t> room;
  for (uint32_t i = module_.num_imported_functions(); i < callees_.size(); i++) {
    Callee &callee = callees_[i];
    if (!callee.never_returns || callee.num_params != 1 || callee.num_results != 1)
      continue;
    callee.outlined = next++;
    callee.outlined_with_two = next++;
    outlined_.push_back(i);
    for (bool stores_two : {false, true}) {
      Bytes body = encode(outlined_body(i, stores_two), room);
      append_uleb(outlined_bytes_, body.size());
      append(outlined_bytes_, body);
    }
  }
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
  result.statistics.bytes_after += outlined_bytes_.size();
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

llvm::Expected<OptimizedModule> optimize_module(const wasm::Module &module, unsigned num_threads) {
  if (!is_from_go(module) || !module.find_section(wasm::SectionId::kCode) ||
      !module.find_section(wasm::SectionId::kType))
    return llvm::createStringError(std::errc::invalid_argument, "not a module made by Go");
  return Optimizer(module).run(num_threads);
}

} // namespace wald::code
