// --optimize=fold: one body for equal functions. Each keeps its number, its place in the table and
// what the runtime knows of it, so that no data changes; calls and the table lead to the body of
// the first of them, and those of the others become a single `unreachable`:
//
//     function      10 f[int]   …   25 f[uint]    …   40 main: call 25
//     with fold     10 f[int]   …   25 unreachable …  40 main: call 10      table[PC_F of 25] = 10
#include "linker/core/context.h"
#include "linker/output/body_transform.h"
#include "linker/output/equal_functions.h"
#include "linker/output/module_plan.h"

#include "llvm/Support/raw_ostream.h"

#include <atomic>

namespace wald {

namespace {

constexpr uint8_t kUnreachableBody[] = {0x00, 0x00, 0x0b}; // no locals

class FoldedCode final : public BodyTransform {
public:
  FoldedCode(ModulePlan &plan, std::shared_ptr<BodyTransform> others)
      : plan_(plan), others_(std::move(others)) {}

  std::unique_ptr<Worker> make_worker() override {
    return std::make_unique<FoldingWorker>(*this, others_ ? others_->make_worker() : nullptr);
  }

  void print_stats(uint64_t cpu_ns, llvm::raw_ostream &out) const override {
    if (others_)
      others_->print_stats(cpu_ns, out);
    out << "--optimize=fold:\n"
        << num_folded_ << " functions share another's body, " << num_bytes_
        << " bytes as compiled\n";
  }

private:
  class FoldingWorker final : public Worker {
  public:
    FoldingWorker(FoldedCode &parent, std::unique_ptr<Worker> others)
        : parent_(parent), others_(std::move(others)) {}

    void append_body(const CompiledFunction &function, std::vector<uint8_t> &bytes) override {
      if (parent_.plan_.body_of(function.number) != function.number) {
        bytes.insert(bytes.end(), std::begin(kUnreachableBody), std::end(kUnreachableBody));
        parent_.num_folded_++;
        parent_.num_bytes_ += function.code.size();
        return;
      }
      CompiledFunction redirected = function;
      operands_.assign(function.operands.begin(), function.operands.end());
      for (Operand &operand : operands_)
        if (operand.kind == Operand::Kind::kFunction)
          operand.value = parent_.plan_.called_index(operand.value);
      redirected.operands = operands_;
      if (others_)
        others_->append_body(redirected, bytes);
      else
        append_compiled_body(redirected, bytes);
    }

  private:
    FoldedCode &parent_;
    std::unique_ptr<Worker> others_;
    std::vector<Operand> operands_;
  };

  const ModulePlan &plan_;
  std::shared_ptr<BodyTransform> others_; // what else is done to bodies, if anything
  std::atomic<uint64_t> num_folded_ = 0, num_bytes_ = 0;
};

} // namespace

StartBodyTransform start_folded_code(StartBodyTransform others) {
  return [others = std::move(others)](Context &ctx, ModulePlan &plan) {
    plan.body_numbers = find_equal_functions(ctx, plan);
    return std::make_shared<FoldedCode>(plan, others ? others(ctx, plan) : nullptr);
  };
}

} // namespace wald
