// Terms as text, for reports: (i32.add SP 24).
#pragma once

#include "wasm/equivalence/terms.h"

#include <string>

namespace wald::equivalence {

std::string op_text(Op opcode);
// What lies deep inside a term is left out.
std::string term_text(const Terms &terms, TermId id);
std::string address_text(const Terms &terms, Address address);

} // namespace wald::equivalence
