#include "linker/output/equal_functions.h"

#include "linker/core/func_value.h"
#include "linker/inspect/pc_table.h"
#include "linker/output/module_plan.h"
#include "linker/tables/pclntab/pclntab.h"
#include "objfile/special_functions.h"
#include "wasm/code/go_callees.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>
#include <map>

namespace wald {

using objfile::kRelocCall;
using objfile::kRelocWeak;

std::string printed_function_name(StringRef name) {
  size_t begin = name.find('['), end = name.rfind(']');
  if (begin == StringRef::npos || end == StringRef::npos || end <= begin)
    return name.str();
  return (name.take_front(begin) + "[...]" + name.drop_front(end + 1)).str();
}

namespace {

class EqualFunctions {
public:
  EqualFunctions(const Context &ctx, const ModulePlan &plan)
      : ctx_(ctx), plan_(plan), facts_(ctx.pclntab->facts()) {}

  std::vector<uint32_t> find();

private:
  // A function that may be folded, and what refining asks of it.
  struct Candidate {
    uint32_t n;
    bool is_seen; // stores a return address of its own
    std::vector<uint32_t> callees;
  };

  void list_exports();
  bool may_fold(uint32_t n) const;
  bool is_own(uint32_t n, const Reloc &reloc) const {
    return (reloc.type & ~kRelocWeak) == objfile::kRelocAddr && reloc.target == ctx_.text[n];
  }
  bool is_call(const Reloc &reloc) const {
    return (reloc.type & ~kRelocWeak) == kRelocCall && ctx_.groups[reloc.target] == Group::kText;
  }
  uint32_t number_of(SymId function) const {
    return plan_.function_index(ctx_.values.entry_pc(function)) - plan_.imports.size();
  }
  Candidate read(uint32_t n) const;
  void append_facts(uint32_t n, std::vector<uint64_t> &words) const;
  uint64_t hash(const Candidate &candidate) const;
  bool has_same_code(const Candidate &a, const Candidate &b) const;
  bool has_same_facts(uint32_t a, uint32_t b) const;
  bool has_same_files(const Function &a, const Function &b) const;
  bool has_same_inlined_calls(const Function &a, const Function &b) const;
  StringRef file(const Function &function, uint32_t number) const;
  std::string printed_name(uint32_t n) const { return printed_function_name(ctx_.text_names[n]); }

  void put_together();
  bool split_classes();

  const Context &ctx_;
  const ModulePlan &plan_;
  const FunctionFacts &facts_;
  llvm::DenseSet<SymId> exports_;
  std::vector<Candidate> candidates_;
  std::vector<std::vector<uint32_t>> classes_; // of candidates; more than one in each
  std::vector<uint32_t> class_of_;             // by n; a number of its own for all others
};

// The host names them, and calls them where no goroutine runs.
void EqualFunctions::list_exports() {
  for (SymId id : ctx_.wasm_exports)
    exports_.insert(id);
  for (const objfile::EntryPoint &entry : objfile::entry_points(ctx_.plan.kind))
    exports_.insert(known(ctx_, entry.symbol));
}

// Functions that somebody knows by name, and those in assembly, have rules of their own.
bool EqualFunctions::may_fold(uint32_t n) const {
  SymbolView symbol(ctx_, ctx_.text[n]);
  const Function &function = facts_.functions()[n];
  StringRef name = ctx_.text_names[n];
  code::Callee callee = code::go_callee(name);
  return !symbol.is_owned() && function.unit != Function::kNoUnit && function.func_id == 0 &&
         !(function.flags & objfile::kAssemblyFlag) && plan_.function_types[n] == 0 &&
         !objfile::special_function_type(name) && !callee.never_returns && !callee.is_deferreturn &&
         !callee.is_unknown && !exports_.contains(ctx_.text[n]);
}

// Those without a size are for liveness alone and change nothing in the code.
template <typename Fn> void for_each_operand(const SymbolView &function, Fn fn) {
  function.for_each_reloc([&](const Reloc &reloc) {
    if (reloc.size)
      fn(reloc);
  });
}

EqualFunctions::Candidate EqualFunctions::read(uint32_t n) const {
  Candidate candidate{n, false, {}};
  for_each_operand({ctx_, ctx_.text[n]}, [&](const Reloc &reloc) {
    candidate.is_seen |= is_own(n, reloc);
    if (is_call(reloc))
      candidate.callees.push_back(number_of(reloc.target));
  });
  return candidate;
}

// What has_same_facts() compares by number.
void EqualFunctions::append_facts(uint32_t n, std::vector<uint64_t> &words) const {
  const Function &function = facts_.functions()[n];
  words.push_back(llvm::xxh3_64bits(printed_name(n)));
  for (uint32_t number : {function.args, function.start_line, uint32_t(function.pcsp),
                          uint32_t(function.pcline), uint32_t(function.pcinline)})
    words.push_back(number);
  for (PctabOffset table : facts_.pcdata(function))
    words.push_back(uint32_t(table));
  for (SymId data : facts_.funcdata(function))
    words.push_back(number(data));
}

uint64_t EqualFunctions::hash(const Candidate &candidate) const {
  SymbolView symbol(ctx_, ctx_.text[candidate.n]);
  std::vector<uint64_t> words = {llvm::xxh3_64bits(symbol.data()), candidate.is_seen};
  if (candidate.is_seen)
    append_facts(candidate.n, words);
  for_each_operand(symbol, [&](const Reloc &reloc) {
    bool says_nothing = is_call(reloc) || is_own(candidate.n, reloc);
    words.push_back(uint64_t(uint32_t(reloc.offset)) << 32 | reloc.type);
    words.push_back(reloc.addend);
    words.push_back(says_nothing ? 0 : number(reloc.target));
  });
  return llvm::xxh3_64bits(
      {reinterpret_cast<const uint8_t *>(words.data()), words.size() * sizeof words[0]});
}

// But for whom they call.
bool EqualFunctions::has_same_code(const Candidate &a, const Candidate &b) const {
  SymbolView first(ctx_, ctx_.text[a.n]), second(ctx_, ctx_.text[b.n]);
  if (a.is_seen != b.is_seen || a.callees.size() != b.callees.size() ||
      first.data() != second.data())
    return false;
  std::vector<Reloc> operands;
  for_each_operand(first, [&](const Reloc &reloc) { operands.push_back(reloc); });
  size_t num_same = 0, count = 0;
  for_each_operand(second, [&](const Reloc &reloc) {
    if (count++ >= operands.size())
      return;
    const Reloc &other = operands[count - 1];
    num_same += other.offset == reloc.offset && other.type == reloc.type &&
                other.addend == reloc.addend &&
                (other.target == reloc.target || (is_call(other) && is_call(reloc)) ||
                 (is_own(a.n, other) && is_own(b.n, reloc)));
  });
  return count == operands.size() && num_same == count;
}

StringRef EqualFunctions::file(const Function &function, uint32_t number) const {
  const objfile::Object &object = ctx_.objects[function.unit]->obj;
  return number < object.num_files() ? object.file(number) : StringRef();
}

// Each unit numbers its files in its own way.
bool EqualFunctions::has_same_files(const Function &a, const Function &b) const {
  if (a.unit == b.unit || !ctx_.plan.has_lines)
    return a.pcfile == b.pcfile;
  inspect::PcRuns first(facts_.pc_table(a, objfile::AuxKind::kPcfile)),
      second(facts_.pc_table(b, objfile::AuxKind::kPcfile));
  while (first.next())
    if (!second.next() || first.end() != second.end() ||
        file(a, first.value()) != file(b, second.value()))
      return false;
  return !second.next();
}

bool EqualFunctions::has_same_inlined_calls(const Function &a, const Function &b) const {
  uint32_t count = a.info.num_inline_nodes();
  if (count != b.info.num_inline_nodes())
    return false;
  for (uint32_t i = 0; i < count; i++) {
    objfile::FuncInfoView::InlineNode first = a.info.inline_node(i), second = b.info.inline_node(i);
    SymId called = facts_.callee(a, i), other = facts_.callee(b, i);
    if (first.parent != second.parent || first.parent_pc != second.parent_pc ||
        first.line != second.line || file(a, first.file) != file(b, second.file))
      return false;
    if (called == other)
      continue;
    std::optional<objfile::FuncInfoView> of_called = func_info_of(ctx_, called),
                                         of_other = func_info_of(ctx_, other);
    if (!of_called || !of_other || of_called->func_id() != of_other->func_id() ||
        of_called->start_line() != of_other->start_line() ||
        printed_function_name(name_of(ctx_, called)) != printed_function_name(name_of(ctx_, other)))
      return false;
  }
  return true;
}

// What the runtime's tables say. Pc tables are numbered by their contents; so is funcdata, or it
// counts as another.
bool EqualFunctions::has_same_facts(uint32_t a, uint32_t b) const {
  const Function &first = facts_.functions()[a], &second = facts_.functions()[b];
  return first.args == second.args && first.start_line == second.start_line &&
         first.flags == second.flags && first.pcsp == second.pcsp &&
         first.pcline == second.pcline && first.pcinline == second.pcinline &&
         facts_.pcdata(first) == facts_.pcdata(second) &&
         facts_.funcdata(first) == facts_.funcdata(second) && printed_name(a) == printed_name(b) &&
         has_same_files(first, second) && has_same_inlined_calls(first, second);
}

// Equal hashes say that it is worth comparing.
void EqualFunctions::put_together() {
  std::vector<std::pair<uint64_t, uint32_t>> order; // hash and candidate
  for (uint32_t n = 0; n < ctx_.text.size(); n++)
    if (may_fold(n)) {
      candidates_.push_back(read(n));
      order.push_back({hash(candidates_.back()), candidates_.size() - 1});
    }
  llvm::sort(order);
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    for (end = begin + 1; end < order.size() && order[end].first == order[begin].first;)
      end++;
    if (end == begin + 1)
      continue;
    size_t first_class = classes_.size();
    for (size_t i = begin; i < end; i++) {
      const Candidate &candidate = candidates_[order[i].second];
      auto it = std::find_if(classes_.begin() + first_class, classes_.end(), [&](auto &members) {
        const Candidate &first = candidates_[members.front()];
        return has_same_code(first, candidate) &&
               (!candidate.is_seen || has_same_facts(first.n, candidate.n));
      });
      if (it == classes_.end())
        it = classes_.emplace(it);
      it->push_back(order[i].second);
    }
  }
  llvm::erase_if(classes_, [](auto &members) { return members.size() < 2; });
  class_of_.resize(ctx_.text.size());
  for (uint32_t n = 0; n < class_of_.size(); n++)
    class_of_[n] = n;
  for (auto &members : classes_)
    for (uint32_t member : members)
      class_of_[candidates_[member].n] = candidates_[members.front()].n;
}

// By the classes that they call. Whether any was split.
bool EqualFunctions::split_classes() {
  std::vector<std::vector<uint32_t>> parts;
  for (auto &members : classes_) {
    std::map<std::vector<uint32_t>, std::vector<uint32_t>> by_callees;
    for (uint32_t member : members) {
      std::vector<uint32_t> called;
      for (uint32_t callee : candidates_[member].callees)
        called.push_back(callee < class_of_.size() ? class_of_[callee] : callee);
      by_callees[std::move(called)].push_back(member);
    }
    for (auto &[called, part] : by_callees)
      parts.push_back(std::move(part));
  }
  bool has_split = parts.size() != classes_.size();
  // Only now, for all classes were to be split by the same partition.
  for (auto &part : parts)
    for (uint32_t member : part)
      class_of_[candidates_[member].n] = candidates_[part.front()].n;
  llvm::erase_if(parts, [](auto &part) { return part.size() < 2; });
  classes_ = std::move(parts);
  return has_split;
}

std::vector<uint32_t> EqualFunctions::find() {
  list_exports();
  put_together();
  while (split_classes()) {
  }
  return std::move(class_of_);
}

} // namespace

std::vector<uint32_t> find_equal_functions(const Context &ctx, const ModulePlan &plan) {
  return EqualFunctions(ctx, plan).find();
}

} // namespace wald
