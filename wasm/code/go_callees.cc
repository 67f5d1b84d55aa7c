#include "wasm/code/go_callees.h"

#include <algorithm>
#include <iterator>

namespace wald::code {

namespace {

// Of package runtime, sorted.
constexpr llvm::StringLiteral kNeverReturn[] = {
    "block",
    "goPanicIndex",
    "goPanicIndexU",
    "goPanicSlice3Acap",
    "goPanicSlice3AcapU",
    "goPanicSlice3Alen",
    "goPanicSlice3AlenU",
    "goPanicSlice3B",
    "goPanicSlice3BU",
    "goPanicSlice3C",
    "goPanicSlice3CU",
    "goPanicSliceAcap",
    "goPanicSliceAcapU",
    "goPanicSliceAlen",
    "goPanicSliceAlenU",
    "goPanicSliceB",
    "goPanicSliceBU",
    "goPanicSliceConvert",
    "gopanic",
    "panicSimdImm",
    "panicdivide",
    "panicdottypeE",
    "panicdottypeI",
    "panicmakeslicecap",
    "panicmakeslicelen",
    "panicnildottype",
    "panicoverflow",
    "panicrangestate",
    "panicshift",
    "panicunsafeslicelen",
    "panicunsafeslicenilptr",
    "panicunsafestringlen",
    "panicunsafestringnilptr",
    "panicwrap",
    "sigpanic",
    "throw",
    "throwinit",
};

bool never_returns(llvm::StringRef name) {
  return name.consume_front("runtime.") &&
         std::binary_search(std::begin(kNeverReturn), std::end(kNeverReturn), name);
}

// What the compiler's checks of indices call with two numbers, and what takes an interface or a
// string.
bool takes_two_words(llvm::StringRef name) {
  return name.starts_with("runtime.goPanic") || name == "runtime.gopanic" ||
         name == "runtime.throw";
}

} // namespace

Callee go_callee(llvm::StringRef name) {
  Callee callee;
  callee.never_returns = never_returns(name);
  callee.takes_two_words = callee.never_returns && takes_two_words(name);
  callee.is_deferreturn = name == "runtime.deferreturn";
  callee.is_unknown = name.empty();
  return callee;
}

bool is_goexit(llvm::StringRef name) {
  return name == "runtime.goexit";
}

} // namespace wald::code
