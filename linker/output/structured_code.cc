// --optimize=code: bodies with structured control flow, by wasm/code. What that wants to know about
// functions comes from symbols, so that it does not depend on whether the module has names.
#include "linker/core/context.h"
#include "linker/output/body_transform.h"
#include "linker/output/module_plan.h"
#include "objfile/support/leb128.h"
#include "wasm/code/encoder.h"
#include "wasm/code/go_callees.h"
#include "wasm/code/optimize_function.h"
#include "wasm/code/outlined_calls.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

namespace wald {

namespace {

using wasm::ValueType;

class StructuredCode final : public BodyTransform {
public:
  StructuredCode(Context &ctx, ModulePlan &plan) : ctx_(ctx) {
    list_callees(plan);
    add_outlined_functions(plan);
    for (uint32_t i = 0; i < plan.types.size(); i++)
      types_.push_back(
          {uint8_t(plan.types[i].params.size()), uint8_t(plan.types[i].results.size())});
  }

  std::unique_ptr<Worker> make_worker() override;
  void print_stats(uint64_t cpu_ns, llvm::raw_ostream &out) const override;

private:
  class StructuringWorker;

  void list_callees(const ModulePlan &plan);
  void add_outlined_functions(ModulePlan &plan);
  void add(const code::Statistics &statistics) {
    std::lock_guard lock(mutex_);
    statistics_.add(statistics);
  }

  Context &ctx_;
  std::vector<code::Callee> callees_;
  std::vector<code::Arity> types_;
  std::mutex mutex_;
  code::Statistics statistics_;
};

void StructuredCode::list_callees(const ModulePlan &plan) {
  uint32_t num_imports = plan.imports.size();
  callees_.resize(plan.num_functions());
  for (uint32_t i = 0; i < callees_.size(); i++) {
    // What wald itself has added says nothing by its name, as imports do not.
    if (i >= num_imports && i - num_imports < ctx_.text.size())
      callees_[i] = code::go_callee(ctx_.text_names[i - num_imports]);
    const wasm::FunctionType &type = plan.types[plan.type_of(i)];
    callees_[i].num_params = type.params.size();
    callees_[i].num_results = type.results.size();
  }
}

void StructuredCode::add_outlined_functions(ModulePlan &plan) {
  std::vector<uint8_t> room;
  uint64_t size = 0;
  for (const code::OutlinedFunction &function : code::plan_outlined_functions(callees_)) {
    const std::vector<ValueType> params(function.num_params(), ValueType::kI64);
    StringRef callee = ctx_.text_names[function.callee - plan.imports.size()];
    Bytes body = code::encode(code::outlined_body(function), room);
    plan.added.push_back({plan.types.index_of(params, {ValueType::kI32}),
                          code::outlined_name(callee, function), body.vec()});
    size += body.size();
  }
  statistics_.bytes_after += size;
}

class StructuredCode::StructuringWorker final : public Worker {
public:
  explicit StructuringWorker(StructuredCode &parent)
      : parent_(parent), optimizer_({parent.callees_, parent.types_}) {}
  ~StructuringWorker() override { parent_.add(optimizer_.statistics()); }

  void append_body(const CompiledFunction &function, std::vector<uint8_t> &bytes) override {
    const Context &ctx = parent_.ctx_;
    insertions_.clear();
    for (const Operand &operand : function.operands)
      insertions_.push_back({operand.offset, operand.value});
    const code::Function facts{.pc_f = uint32_t(ctx.first_pc_f + function.number),
                               .may_enter_at_one =
                                   code::is_goexit(ctx.text_names[function.number])};
    if (std::optional<Bytes> body = optimizer_.optimize(facts, function.code, insertions_))
      bytes.insert(bytes.end(), body->begin(), body->end());
    else
      append_compiled_body(function, bytes);
  }

private:
  StructuredCode &parent_;
  code::FunctionOptimizer optimizer_;
  std::vector<code::Insertion> insertions_;
};

std::unique_ptr<BodyTransform::Worker> StructuredCode::make_worker() {
  return std::make_unique<StructuringWorker>(*this);
}

void StructuredCode::print_stats(uint64_t cpu_ns, llvm::raw_ostream &out) const {
  out << "--optimize=code:\n";
  statistics_.print(out);
  double megabytes = std::max<double>(statistics_.bytes_before, 1) / 1e6;
  out << "rebuilding took " << llvm::format("%.3f", cpu_ns / 1e6) << " ms of CPU time, "
      << llvm::format("%.1f", cpu_ns / 1e6 / megabytes) << " a megabyte\n";
}

} // namespace

std::shared_ptr<BodyTransform> start_structured_code(Context &ctx, ModulePlan &plan) {
  return std::make_shared<StructuredCode>(ctx, plan);
}

} // namespace wald
