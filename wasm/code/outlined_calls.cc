#include "wasm/code/outlined_calls.h"

#include "wasm/code/dispatch.h"

namespace wald::code {

namespace {

constexpr size_t kPush = 9; // instructions of the push of the return address, and the argument 0

bool is_store_at_sp(const Window &w, size_t back, int64_t offset) {
  return w.is(back, op::kI64Store) && w[back].value == offset;
}

bool is_push(const Window &w) {
  return w.is(0, op::kI32Const) && w[0].value == 0 && is_store_at_sp(w, 1, 0) &&
         w.is(2, op::kI64Const) && w.is(3, op::kLocalGet, kLocalSp) &&
         w.is(4, op::kGlobalSet, kGlobalSp) && w.is(5, op::kLocalTee, kLocalSp) &&
         w.is(6, op::kI32Sub) && w.is(7, op::kI32Const) && w[7].value == 8 &&
         w.is(8, op::kLocalGet, kLocalSp);
}

// Takes the stores of two arguments from the end of the code and leaves their values. The second
// one has to be a local or a constant: it is computed before the first one is stored now.
bool unstore_two(Window &w) {
  bool is_simple = w.is(1, op::kLocalGet) || w.is(1, op::kI64Const);
  if (!is_simple || !is_store_at_sp(w, 0, 8) || !w.is(2, op::kLocalGet, kLocalSp) ||
      !is_store_at_sp(w, 3, 0))
    return false;
  size_t length = w.length_of_value(4);
  if (length == 0 || !w.is(4 + length, op::kLocalGet, kLocalSp))
    return false;
  Instruction second = w[1];
  w.drop(4);
  w.code().erase(w.code().end() - length - 1);
  w.code().push_back(second);
  return true;
}

void emit_push_and_call(Body &body, uint32_t address_param, uint32_t callee) {
  std::vector<Instruction> &code = body.code;
  code.push_back({.op = op::kGlobalGet, .index = kGlobalSp});
  code.push_back({.op = op::kI32Const, .value = 8});
  code.push_back({.op = op::kI32Sub});
  code.push_back({.op = op::kGlobalSet, .index = kGlobalSp});
  code.push_back({.op = op::kGlobalGet, .index = kGlobalSp});
  code.push_back({.op = op::kLocalGet, .index = address_param});
  code.push_back({.op = op::kI64Store, .extra = 3});
  code.push_back({.op = op::kI32Const});
  code.push_back({.op = op::kCall, .index = callee});
  code.push_back({.op = op::kEnd});
}

} // namespace

bool outline_call(const Environment &environment, const Instruction &call, Window &written) {
  if (call.index >= environment.callees.size())
    return false;
  const Callee &callee = environment.callees[call.index];
  if (!callee.outlined || !is_push(written))
    return false;
  Instruction address = written[2];
  written.drop(kPush);
  bool stores_two = callee.outlined_with_two && unstore_two(written);
  written.code().push_back(address);
  written.code().push_back(
      {.op = op::kCall, .index = stores_two ? callee.outlined_with_two : callee.outlined});
  return true;
}

std::vector<OutlinedFunction> plan_outlined_functions(llvm::MutableArrayRef<Callee> callees) {
  std::vector<OutlinedFunction> functions;
  for (uint32_t i = 0; i < callees.size(); i++) {
    Callee &callee = callees[i];
    if (!callee.never_returns || callee.num_params != 1 || callee.num_results != 1)
      continue;
    callee.outlined = callees.size() + functions.size();
    functions.push_back({i, /*stores_two=*/false});
    if (!callee.takes_two_words)
      continue;
    callee.outlined_with_two = callees.size() + functions.size();
    functions.push_back({i, /*stores_two=*/true});
  }
  return functions;
}

Body outlined_body(const OutlinedFunction &function) {
  Body body;
  if (function.stores_two)
    for (uint32_t word : {0, 1}) {
      body.code.push_back({.op = op::kGlobalGet, .index = kGlobalSp});
      body.code.push_back({.op = op::kLocalGet, .index = word});
      body.code.push_back({.op = op::kI64Store, .extra = 3, .value = 8 * word});
    }
  emit_push_and_call(body, function.num_params() - 1, function.callee);
  return body;
}

std::string outlined_name(llvm::StringRef callee_name, const OutlinedFunction &function) {
  return callee_name.str() + (function.stores_two ? ".outlined_with_two" : ".outlined");
}

} // namespace wald::code
