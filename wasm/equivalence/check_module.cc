#include "wasm/equivalence/check_module.h"

#include "objfile/go_abi.h"
#include "objfile/support/chunks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <deque>

namespace wald::equivalence {

namespace {

using wasm::Bytes;
using wasm::Module;
using wasm::SectionId;
using Extent = wasm::MemoryImage::Extent;

Signature signature_of(const wasm::FuncType &type) {
  llvm::ArrayRef<wasm::ValueType> params = type.params, results = type.results;
  auto is_i32 = [](llvm::ArrayRef<wasm::ValueType> types) {
    return types.size() == 1 && types[0] == wasm::ValueType::kI32;
  };
  return {uint8_t(std::min<size_t>(params.size(), UINT8_MAX)),
          uint8_t(std::min<size_t>(results.size(), UINT8_MAX)), is_i32(params) && is_i32(results)};
}

class Checker {
public:
  Checker(const Module &old_module, const Module &new_module, llvm::ArrayRef<FunctionFacts> facts,
          const Proven &proven, ModuleCheck &result)
      : old_(old_module), new_(new_module), facts_(facts), proven_(proven), result_(result) {}
  void run(unsigned num_threads);

private:
  void problem(std::string text) { result_.problems.push_back(std::move(text)); }
  void compare_sections();
  void compare_memory();
  void compare_lists();
  void find_stand_ins();
  bool make_program();
  void check(uint32_t defined, FunctionChecker &checker, ModuleCheck &result) const;
  std::vector<uint8_t> params_of(uint32_t index) const;

  const Module &old_, &new_;
  llvm::ArrayRef<FunctionFacts> facts_;
  const Proven &proven_;
  ModuleCheck &result_;
  Program program_;
  std::vector<Signature> functions_, types_;
  std::vector<uint32_t> stand_ins_; // Program's
  std::vector<Code> added_;
};

// Types, functions, code and names may have more at their end. What segments make of memory is the
// same. All else is the same, byte for byte.
void Checker::compare_sections() {
  auto may_grow = [](const wasm::Section &section) {
    return section.id == SectionId::kType || section.id == SectionId::kFunction ||
           section.id == SectionId::kCode || section.custom_name == "name";
  };
  if (old_.sections.size() != new_.sections.size())
    return problem("the number of sections is another");
  for (size_t i = 0; i < old_.sections.size(); i++) {
    const wasm::Section &before = old_.sections[i], &after = new_.sections[i];
    bool is_same_kind = before.id == after.id && before.custom_name == after.custom_name;
    if (is_same_kind && (may_grow(before) || before.payload == after.payload))
      continue;
    if (is_same_kind && before.id == SectionId::kData)
      compare_memory();
    else if (is_same_kind && before.id == SectionId::kElement && proven_.why_no_stand_in)
      find_stand_ins();
    else
      problem("section " + std::string(wasm::section_name(before.id)) + ' ' +
              before.custom_name.str() + " is another");
  }
}

// Other segments may give the same memory.
void Checker::compare_memory() {
  auto is_passive = [](const wasm::DataSegment &segment) { return !segment.is_active; };
  llvm::Expected<wasm::MemoryImage> before = wasm::MemoryImage::build(old_),
                                    after = wasm::MemoryImage::build(new_);
  if (!before || !after || llvm::any_of(old_.data, is_passive) ||
      llvm::any_of(new_.data, is_passive)) {
    llvm::consumeError(joinErrors(before.takeError(), after.takeError()));
    return problem("section data is another, and has segments whose place is not known");
  }
  Bytes old_bytes = before->from(0), new_bytes = after->from(0);
  if (old_bytes.size() != new_bytes.size())
    return problem("memory has another size");
  auto compare = [&](uint64_t begin, uint64_t end) {
    auto different = std::mismatch(old_bytes.begin() + begin, old_bytes.begin() + end,
                                   new_bytes.begin() + begin);
    if (different.first != old_bytes.begin() + end)
      problem("section data is another: memory differs at 0x" +
              llvm::utohexstr(different.first - old_bytes.begin(), /*LowerCase=*/true));
  };
  uint64_t size = old_bytes.size();
  Extent skipped = proven_.may_differ.value_or(Extent{size, size});
  compare(0, std::min(skipped.begin, size));
  compare(std::min(std::max(skipped.begin, skipped.end), size), size);
}

// The table of the old module has each of its functions at one place. Where the new one has another
// function there, that one's body is run instead, by calls, too. The function's own is run by
// nobody.
void Checker::find_stand_ins() {
  uint32_t num_imports = old_.num_imported_functions(), count = old_.functions.size();
  auto is_plain = [&](const Module &module) {
    return module.num_element_segments == 1 && module.table_base == objfile::kFirstFunctionSlot &&
           module.table_functions.size() == count && module.num_imported_functions() == num_imports;
  };
  if (!is_plain(old_) || !is_plain(new_))
    return problem("section element is another");
  for (uint32_t i = 0; i < num_imports; i++)
    stand_ins_.push_back(i);
  llvm::append_range(stand_ins_, new_.table_functions);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t index = num_imports + i, stand_in = stand_ins_[index];
    bool is_right = old_.table_functions[i] == index && stand_in >= num_imports &&
                    stand_in < stand_ins_.size() && stand_ins_[stand_in] == stand_in &&
                    old_.functions[i] == old_.functions[stand_in - num_imports] &&
                    facts_[index] == facts_[stand_in];
    if (!is_right)
      return problem("the table has another function for function " + std::to_string(index) +
                     ", which cannot stand for it");
  }
  auto has_own_body = [&](uint32_t index) {
    return index < stand_ins_.size() && stand_ins_[index] == index;
  };
  for (const wasm::Export &each : new_.exports)
    if (each.kind == wasm::ExternKind::kFunction && !has_own_body(each.index))
      problem("export " + each.name.str() + " is a function that has another one's body");
  if (new_.start && !has_own_body(*new_.start))
    problem("the start function has another one's body");
}

template <typename T> bool is_prefix(const std::vector<T> &list, const std::vector<T> &of) {
  return list.size() <= of.size() && std::equal(list.begin(), list.end(), of.begin());
}

void Checker::compare_lists() {
  if (!is_prefix(old_.types, new_.types))
    problem("types have changed");
  if (!is_prefix(old_.functions, new_.functions))
    problem("functions have other types");
  // Without a name section the caller may have put in what it knows.
  if (old_.find_custom("name") && !is_prefix(old_.names, new_.names))
    problem("functions have other names");
  if (old_.bodies.size() != old_.functions.size() || new_.bodies.size() != new_.functions.size())
    problem("functions without bodies");
}

std::vector<uint8_t> Checker::params_of(uint32_t index) const {
  std::vector<uint8_t> types;
  if (const wasm::FuncType *type = new_.function_type(index))
    for (wasm::ValueType param : type->params)
      types.push_back(uint8_t(param));
  return types;
}

bool Checker::make_program() {
  for (const wasm::FuncType &type : new_.types)
    types_.push_back(signature_of(type));
  for (uint32_t i = 0; i < new_.num_functions(); i++) {
    const wasm::FuncType *type = new_.function_type(i);
    if (!type) {
      problem("function " + std::to_string(i) + " has a type that does not exist");
      return false;
    }
    functions_.push_back(signature_of(*type));
  }
  for (uint32_t i = old_.bodies.size(); i < new_.bodies.size(); i++) {
    Code &code = added_.emplace_back();
    if (code.read(new_.bodies[i].contents, params_of(new_.num_imported_functions() + i))) {
      problem("an added function cannot be read");
      return false;
    }
  }
  uint32_t num_globals = new_.globals.size();
  for (const wasm::Import &import : new_.imports)
    num_globals += import.kind == wasm::ExternKind::kGlobal;
  program_ = {functions_, types_, facts_, added_, num_globals, stand_ins_};
  return true;
}

void Checker::check(uint32_t defined, FunctionChecker &checker, ModuleCheck &result) const {
  uint32_t num_imports = old_.num_imported_functions(), index = num_imports + defined;
  uint32_t stand_in = stand_ins_.empty() ? index : stand_ins_[index];
  llvm::ArrayRef<uint8_t> before = old_.bodies[defined].contents,
                          after = new_.bodies[stand_in - num_imports].contents;
  result.num_functions++;
  if (before == after && stand_ins_.empty())
    return;
  result.num_changed += before != after;
  auto pc_f = [&](uint32_t of) { return uint32_t(objfile::kFirstFunctionSlot + of - num_imports); };
  std::vector<uint8_t> params = params_of(index);
  std::optional<Difference> difference = checker.check(
      {index, pc_f(index), pc_f(stand_in), params, functions_[index].num_results, before, after});
  if (!difference && checker.has_moved_return_addresses())
    if (auto reason = proven_.why_no_stand_in(index, stand_in))
      difference = Difference{index, 0, 0, 0, *reason, "", old_.function_name(stand_in).str()};
  if (difference)
    result.differences.push_back(std::move(*difference));
  result.num_steps += checker.num_steps();
}

void Checker::run(unsigned num_threads) {
  if (facts_.size() != old_.num_functions())
    return problem("facts are not those of the old module");
  compare_sections();
  compare_lists();
  if (!result_.problems.empty() || !make_program())
    return;
  std::vector<ModuleCheck> results(std::max(num_threads, 1u));
  std::deque<FunctionChecker> checkers; // which cannot be moved
  while (checkers.size() < results.size())
    checkers.emplace_back(program_);
  objfile::for_each_in_chunks(old_.bodies.size(), results.size(), [&](unsigned thread, uint32_t i) {
    check(i, checkers[thread], results[thread]);
  });
  for (ModuleCheck &each : results) {
    result_.num_functions += each.num_functions;
    result_.num_changed += each.num_changed;
    result_.num_steps += each.num_steps;
    std::move(each.differences.begin(), each.differences.end(),
              std::back_inserter(result_.differences));
  }
  std::sort(result_.differences.begin(), result_.differences.end(),
            [](const Difference &a, const Difference &b) { return a.function < b.function; });
}

} // namespace

ModuleCheck check_module(const Module &old_module, const Module &new_module,
                         llvm::ArrayRef<FunctionFacts> facts, unsigned num_threads,
                         const Proven &proven) {
  ModuleCheck result;
  Checker(old_module, new_module, facts, proven, result).run(num_threads);
  return result;
}

} // namespace wald::equivalence
