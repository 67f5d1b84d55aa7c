#include "linker/core/output_plan.h"

#include "linker/core/context.h"
#include "linker/core/passes.h"

namespace wald {

OutputPlan make_output_plan(const LinkOptions &options, bool is_js) {
  OutputPlan plan;
  plan.kind = is_js                                       ? objfile::ModuleKind::kJs
              : options.build_mode == BuildMode::kCShared ? objfile::ModuleKind::kReactor
                                                          : objfile::ModuleKind::kCommand;
  plan.entry = options.entry;
  plan.prunes_map_inits = options.prune_weak_map;
  plan.build_id = options.build_id;
  plan.text_start = options.text_start;
  plan.data_rounding = options.data_rounding;
  if (options.data_start)
    plan.data_start = *options.data_start;
  plan.has_names = !options.strip_names && !options.stripped.names;
  plan.has_lines = !options.stripped.lines;
  plan.has_producers = !options.stripped.producers;
  plan.is_stripped = options.stripped.any();
  plan.file = options.output;
  plan.validate_always = options.validate;
  if (options.optimized.code)
    plan.bodies = start_structured_code;
  if (options.optimized.tables) {
    plan.fills_find_table = false;
    plan.segments = wasm::kFewSegments;
  }
  plan.wasm_opt = options.wasm_opt;
  plan.memory = options.memory;
  plan.stubs = options.stubs;
  plan.has_requested_exports = !options.exports.empty();
  return plan;
}

void plan_output(Context &ctx) {
  ctx.plan = make_output_plan(ctx.options, /*is_js=*/ctx.goos == "js");
  if (ctx.plan.wasm_opt.is_on() && !ctx.options.reports.map.empty())
    ctx.diag.error("--map tells where the linker put everything, and --wasm-opt moves it");
}

bool asks_for_reference(const LinkOptions &options) {
  return make_output_plan(options, /*is_js=*/false).is_reference();
}

} // namespace wald
