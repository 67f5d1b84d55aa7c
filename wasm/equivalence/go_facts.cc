#include "wasm/equivalence/go_facts.h"

#include "llvm/ADT/StringSwitch.h"

namespace wald::equivalence {

namespace {

// Of package runtime; the compiler ends a block with a call of these (cmd/compile/internal/ssagen).
bool never_returns(llvm::StringRef name) {
  // Bounds of an index or a slice expression, with signed and unsigned operands.
  if (name.consume_front("goPanic")) {
    if (name == "SliceConvert")
      return true;
    name.consume_back("U");
    return llvm::StringSwitch<bool>(name)
        .Cases("Index", "SliceAlen", "SliceAcap", "SliceB", true)
        .Cases("Slice3Alen", "Slice3Acap", "Slice3B", "Slice3C", true)
        .Default(false);
  }
  return llvm::StringSwitch<bool>(name)
      .Cases("gopanic", "sigpanic", "throw", "throwinit", "block", true)
      .Cases("panicdivide", "panicoverflow", "panicshift", "panicSimdImm", true)
      .Cases("panicdottypeE", "panicdottypeI", "panicnildottype", true)
      .Cases("panicmakeslicelen", "panicmakeslicecap", true)
      .Cases("panicunsafeslicelen", "panicunsafeslicenilptr", true)
      .Cases("panicunsafestringlen", "panicunsafestringnilptr", true)
      .Cases("panicrangestate", "panicwrap", true)
      .Default(false);
}

} // namespace

FunctionFacts facts_of(llvm::StringRef name) {
  FunctionFacts facts{.is_unknown = name.empty()};
  if (!name.consume_front("runtime."))
    return facts;
  facts.never_returns = never_returns(name);
  facts.is_deferreturn = name == "deferreturn";
  facts.is_goexit = name == "goexit";
  return facts;
}

std::vector<FunctionFacts> facts_by_names(const wasm::Module &module) {
  std::vector<FunctionFacts> facts(module.num_functions());
  for (uint32_t i = 0; i < facts.size(); i++)
    facts[i] = facts_of(module.function_name(i));
  return facts;
}

} // namespace wald::equivalence
