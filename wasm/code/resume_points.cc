#include "wasm/code/resume_points.h"

#include <algorithm>
#include <optional>

namespace wald::code {

namespace {

class Search {
public:
  Search(const Body &body, const Dispatch &dispatch, const Environment &environment,
         const Function &function, std::vector<ResumePoint> &points)
      : code_(body.code), dispatch_(dispatch), environment_(environment), function_(function),
        points_(points) {}
  Left run();

private:
  std::optional<uint32_t> return_address_store(uint32_t call) const;
  Left visit_unwinding(uint32_t at);
  void add(uint32_t number) { points_.push_back({number, dispatch_.block_of(number)}); }
  bool is_followed_by_return(uint32_t call) const;

  bool is_op(uint64_t at, Op opcode) const { return at < code_.size() && code_[at].op == opcode; }
  bool is(uint64_t at, Op opcode, uint32_t index) const {
    return at < code_.size() && code_[at].is(opcode, index);
  }

  const std::vector<Instruction> &code_;
  const Dispatch &dispatch_;
  const Environment &environment_;
  const Function &function_;
  std::vector<ResumePoint> &points_;
};

// Where the return address is stored before a call. An indirect call has the computation of the
// function's number between: a shift by 16 and a conversion, in either order.
std::optional<uint32_t> Search::return_address_store(uint32_t call) const {
  if (code_[call].op == op::kCall)
    return call - 2;
  bool shifts = (is_op(call - 4, op::kI32WrapI64) && is_op(call - 5, op::kI64ShrU)) ||
                (is_op(call - 4, op::kI32ShrU) && is_op(call - 6, op::kI32WrapI64));
  if (!shifts)
    return std::nullopt;
  return call - 7;
}

Left Search::visit_unwinding(uint32_t at) {
  uint32_t call = at - 3;
  if (!is(at - 1, op::kLocalSet, kLocalSp) || !is(at - 2, op::kGlobalGet, kGlobalSp) ||
      !(is_op(call, op::kCall) || is_op(call, op::kCallIndirect)))
    return Left::kUnknownReturnAddress;
  if (is_call_that_never_returns(code_[call], environment_))
    return Left::kNothing;
  std::optional<uint32_t> store = return_address_store(call);
  if (!store || !is_op(*store, op::kI64Store) || code_[*store].value != 0 ||
      !is_op(*store - 1, op::kI64Const))
    return Left::kUnknownReturnAddress;
  uint64_t address = code_[*store - 1].value;
  if (address >> 16 != function_.pc_f)
    return Left::kUnknownReturnAddress;
  uint32_t number = address & 0xffff;
  add(number);
  if (code_[call].op == op::kCallIndirect)
    return Left::kNothing;
  const Callee callee = code_[call].index < environment_.callees.size()
                            ? environment_.callees[code_[call].index]
                            : Callee{.is_unknown = true};
  if ((callee.is_deferreturn || callee.is_unknown) && number > 0)
    add(number - 1);
  return Left::kNothing;
}

bool Search::is_followed_by_return(uint32_t call) const {
  return is(call + 1, op::kGlobalGet, kGlobalSp) && is(call + 2, op::kLocalSet, kLocalSp) &&
         (is_op(call + 3, op::kReturn) || is(call + 3, op::kBrIf, kUnwindExit));
}

Left Search::run() {
  points_.clear();
  for (uint32_t at : dispatch_.unwinding)
    if (Left left = visit_unwinding(at); left != Left::kNothing)
      return left;
  // Otherwise PC_B is not zero after it, and no resume point follows that clears it.
  for (uint32_t at : dispatch_.indirect_calls)
    if (!is_followed_by_return(at))
      return Left::kUnknownUseOfPcB;
  std::sort(points_.begin(), points_.end(),
            [](const ResumePoint &a, const ResumePoint &b) { return a.number < b.number; });
  auto is_same = [](const ResumePoint &a, const ResumePoint &b) { return a.number == b.number; };
  points_.erase(std::unique(points_.begin(), points_.end(), is_same), points_.end());
  std::erase_if(points_, [](const ResumePoint &point) { return point.block == 0; });
  return Left::kNothing;
}

} // namespace

Left find_resume_points(const Body &body, const Dispatch &dispatch, const Environment &environment,
                        const Function &function, std::vector<ResumePoint> &points) {
  return Search(body, dispatch, environment, function, points).run();
}

} // namespace wald::code
