#include "linker/tables/pclntab/func_names.h"

#include "wasm/data_sink.h"

namespace wald {

void FuncNames::arrange(ObjectBudget &budget) {
  llvm::ArrayRef<Function> functions = facts_.functions();
  names_.reserve(3 * functions.size());
  by_function_.assign(functions.size(), kNoName);
  for (uint32_t i = 0; i < functions.size(); i++) {
    const Function &function = functions[i];
    add(by_function_[i], function.id, function.unit, budget);
    for (uint32_t node = 0; node < function.info.num_inline_nodes(); node++) {
      SymId callee = facts_.callee(function, node);
      if (callee == SymId::kNone)
        ctx_.diag.error("broken object: an inlined call of no function",
                        {"in " + describe(ctx_, function.id)});
      else if (is_in_text(ctx_, callee))
        add(by_function_[number(func_index(ctx_, callee))], callee, function.unit, budget);
      else
        add(inlined_only_.try_emplace(callee, kNoName).first->second, callee, function.unit,
            budget);
    }
  }
}

// `unit` has the function or a call of it.
void FuncNames::add(uint32_t &place, SymId function, uint32_t unit, ObjectBudget &budget) {
  if (place != kNoName)
    return;
  place = names_.size();
  SymbolView symbol(ctx_, function);
  StringRef name = symbol.name();
  Definition from = symbol.origin();
  budget.charge(from.is_owned() ? unit : from.object, name.size());
  names_.push_back({name, uint32_t(size_), function});
  size_ += name.size() + 1;
}

uint32_t FuncNames::name_of(SymId function) const {
  return is_in_text(ctx_, function) ? name_of(func_index(ctx_, function))
                                    : inlined_only_.lookup(function);
}

void FuncNames::write(uint32_t, const Relocator &, wasm::DataSink &out) const {
  for (const Name &entry : names_) {
    StringRef name = entry.text;
    uint8_t *at = out.reserve(name.size() + 1);
    std::memcpy(at, name.data(), name.size());
    at[name.size()] = 0;
    out.advance(name.size() + 1);
  }
}

void FuncNames::for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const {
  for (const Name &name : names_)
    fn({name.offset, name.text.size() + 1, name.function});
}

} // namespace wald
