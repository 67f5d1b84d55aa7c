#include "wasm/code/optimize_module.h"

#include "objfile/go_abi.h"
#include "objfile/support/bytes.h"
#include "objfile/support/chunks.h"
#include "wasm/append.h"
#include "wasm/code/encoder.h"
#include "wasm/code/go_callees.h"
#include "wasm/code/optimize_function.h"
#include "wasm/code/outlined_calls.h"
#include "wasm/section_writer.h"

#include "llvm/ADT/StringExtras.h"

namespace wald::code {

namespace {

using wasm::append;
using wasm::append_sized;
using wasm::append_uleb;

// As Go's linker writes sizes of sections.
void append_padded_size(std::vector<uint8_t> &to, uint64_t size) {
  uint8_t buffer[wasm::kPaddedLebSize];
  wasm::write_padded_uleb(buffer, size);
  append(to, buffer);
}

// What follows the number of entries.
Bytes entries_of(Bytes payload) {
  objfile::Cursor cursor(payload);
  cursor.read_uleb();
  return payload.drop_front(cursor.offset());
}

struct Thread {
  explicit Thread(const Environment &environment) : optimizer(environment) {}

  FunctionOptimizer optimizer;
  std::vector<uint8_t> bytes; // of the bodies that it made, one after the other
};

struct Place {
  const Thread *thread = nullptr; // null: the body stays
  uint64_t begin = 0, end = 0;
};

class Optimizer {
public:
  explicit Optimizer(const wasm::Module &module) : module_(module) {
    for (uint32_t i = 0; i < module.num_functions(); i++)
      callees_.push_back(callee(i));
    for (const wasm::FuncType &type : module.types)
      types_.push_back({uint8_t(type.params.size()), uint8_t(type.results.size())});
    places_.resize(module.bodies.size());
    outlined_ = plan_outlined_functions(callees_);
    if (outlined_.empty())
      return;
    plain_type_ = type_of_outlined(OutlinedFunction::kNumParams);
    two_words_type_ = type_of_outlined(OutlinedFunction::kNumParamsWithTwo);
  }
  OptimizedModule run(unsigned num_threads);

private:
  Callee callee(uint32_t func_index) const;
  uint32_t type_of_outlined(unsigned num_params);
  void optimize(uint32_t defined, Thread &thread);
  std::vector<uint8_t> assemble(Statistics &statistics) const;
  std::vector<uint8_t> type_section() const;
  std::vector<uint8_t> function_section() const;
  std::vector<uint8_t> code_section(Statistics &statistics) const;
  std::vector<uint8_t> name_section(Bytes payload) const;
  std::vector<uint8_t> function_names(Bytes subsection) const;

  const wasm::Module &module_;
  std::vector<Callee> callees_;
  std::vector<Arity> types_;
  std::vector<wasm::FuncType> new_types_;
  std::vector<Place> places_;
  std::vector<OutlinedFunction> outlined_; // after all functions of the module
  uint32_t plain_type_ = 0, two_words_type_ = 0;
};

Callee Optimizer::callee(uint32_t func_index) const {
  Callee result;
  // What an import is called says nothing.
  if (func_index >= module_.num_imported_functions())
    result = go_callee(module_.function_name(func_index));
  if (const wasm::FuncType *type = module_.function_type(func_index)) {
    result.num_params = type->params.size();
    result.num_results = type->results.size();
  }
  return result;
}

uint32_t Optimizer::type_of_outlined(unsigned num_params) {
  wasm::FuncType wanted;
  wanted.params.assign(num_params, wasm::ValueType::kI64);
  wanted.results = {wasm::ValueType::kI32};
  for (uint32_t i = 0; i < module_.types.size(); i++)
    if (module_.types[i] == wanted)
      return i;
  new_types_.push_back(wanted);
  return module_.types.size() + new_types_.size() - 1;
}

void Optimizer::optimize(uint32_t defined, Thread &thread) {
  llvm::StringRef name = module_.function_name(module_.num_imported_functions() + defined);
  Function function{.pc_f = uint32_t(objfile::kFirstFunctionSlot + defined),
                    .may_enter_at_one = name.empty() || is_goexit(name)};
  std::optional<Bytes> bytes =
      thread.optimizer.optimize(function, module_.bodies[defined].contents, {});
  if (!bytes)
    return;
  places_[defined] = {&thread, thread.bytes.size(), thread.bytes.size() + bytes->size()};
  append(thread.bytes, *bytes);
}

std::vector<uint8_t> Optimizer::type_section() const {
  std::vector<uint8_t> payload;
  append_uleb(payload, module_.types.size() + new_types_.size());
  append(payload, entries_of(module_.find_section(wasm::SectionId::kType)->payload));
  for (const wasm::FuncType &type : new_types_) {
    payload.push_back(0x60);
    append_uleb(payload, type.params.size());
    for (wasm::ValueType param : type.params)
      payload.push_back(uint8_t(param));
    append_uleb(payload, type.results.size());
    for (wasm::ValueType result : type.results)
      payload.push_back(uint8_t(result));
  }
  return payload;
}

std::vector<uint8_t> Optimizer::function_section() const {
  std::vector<uint8_t> payload;
  append_uleb(payload, module_.functions.size() + outlined_.size());
  append(payload, entries_of(module_.find_section(wasm::SectionId::kFunction)->payload));
  for (const OutlinedFunction &function : outlined_)
    append_uleb(payload, function.stores_two ? two_words_type_ : plain_type_);
  return payload;
}

std::vector<uint8_t> Optimizer::code_section(Statistics &statistics) const {
  std::vector<uint8_t> payload;
  payload.reserve(module_.find_section(wasm::SectionId::kCode)->payload.size());
  append_uleb(payload, module_.bodies.size() + outlined_.size());
  for (size_t i = 0; i < module_.bodies.size(); i++) {
    const Place &place = places_[i];
    append_sized(payload,
                 place.thread
                     ? Bytes(place.thread->bytes).slice(place.begin, place.end - place.begin)
                     : module_.bodies[i].contents);
  }
  std::vector<uint8_t> room;
  for (const OutlinedFunction &function : outlined_) {
    Bytes body = encode(outlined_body(function), room);
    append_sized(payload, body);
    statistics.bytes_after += body.size();
  }
  return payload;
}

// The subsection of functions' names, with those of the new ones.
std::vector<uint8_t> Optimizer::function_names(Bytes subsection) const {
  std::vector<uint8_t> names;
  objfile::Cursor cursor(subsection);
  append_uleb(names, cursor.read_uleb() + outlined_.size());
  append(names, entries_of(subsection));
  for (size_t i = 0; i < outlined_.size(); i++) {
    append_uleb(names, module_.num_functions() + i);
    std::string name = outlined_name(module_.function_name(outlined_[i].callee), outlined_[i]);
    append_sized(names, llvm::arrayRefFromStringRef(name));
  }
  return names;
}

std::vector<uint8_t> Optimizer::name_section(Bytes payload) const {
  constexpr uint8_t kFunctionNames = 1;
  std::vector<uint8_t> section;
  append_sized(section, llvm::arrayRefFromStringRef("name"));
  objfile::Cursor cursor(payload);
  while (!cursor.at_end() && !cursor.failed()) {
    uint8_t kind = cursor.read<uint8_t>();
    Bytes subsection = cursor.read_bytes(cursor.read_uleb());
    section.push_back(kind);
    std::vector<uint8_t> names;
    if (kind == kFunctionNames)
      subsection = names = function_names(subsection);
    append_padded_size(section, subsection.size());
    append(section, subsection);
  }
  return section;
}

// All other sections keep their bytes.
std::vector<uint8_t> Optimizer::assemble(Statistics &statistics) const {
  std::vector<uint8_t> bytes;
  bytes.reserve(module_.bytes.size());
  auto append_section = [&](wasm::SectionId id, Bytes payload) {
    bytes.push_back(uint8_t(id));
    append_padded_size(bytes, payload.size());
    append(bytes, payload);
  };
  uint64_t end = sizeof wasm::kModuleHeader; // of the section before
  append(bytes, module_.bytes.take_front(end));
  for (const wasm::Section &section : module_.sections) {
    end = section.payload_offset + section.payload.size();
    bool adds_functions = !outlined_.empty();
    if (section.id == wasm::SectionId::kCode)
      append_section(section.id, code_section(statistics));
    else if (section.id == wasm::SectionId::kType && adds_functions)
      append_section(section.id, type_section());
    else if (section.id == wasm::SectionId::kFunction && adds_functions)
      append_section(section.id, function_section());
    else if (section.custom_name == "name" && adds_functions)
      append_section(section.id, name_section(section.payload));
    else
      append(bytes, module_.bytes.slice(section.offset, end - section.offset));
  }
  return bytes;
}

OptimizedModule Optimizer::run(unsigned num_threads) {
  std::vector<Thread> threads(std::max(num_threads, 1u), Thread({callees_, types_}));
  objfile::for_each_in_chunks(places_.size(), threads.size(),
                              [&](unsigned thread, uint32_t i) { optimize(i, threads[thread]); });
  OptimizedModule result;
  for (const Thread &thread : threads)
    result.statistics.add(thread.optimizer.statistics());
  // One that was optimized before, for example: nobody would call what was planned.
  if (result.statistics.num_rebuilt == 0)
    result.bytes = module_.bytes.vec();
  else
    result.bytes = assemble(result.statistics);
  return result;
}

bool is_from_go(const wasm::Module &module) {
  for (const wasm::Producer &producer : module.producers)
    if (producer.field == "language" && producer.value == "Go")
      return true;
  return false;
}

} // namespace

llvm::Expected<OptimizedModule> optimize_module(const wasm::Module &module, unsigned num_threads) {
  if (!is_from_go(module) || !module.find_section(wasm::SectionId::kCode) ||
      !module.find_section(wasm::SectionId::kType))
    return llvm::createStringError(std::errc::invalid_argument, "not a module made by Go");
  return Optimizer(module).run(num_threads);
}

} // namespace wald::code
