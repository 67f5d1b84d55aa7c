#include "linker/core/output_plan.h"

#include "linker/core/context.h"
#include "linker/core/name_pattern.h"
#include "linker/core/passes.h"
#include "objfile/system/process.h"

namespace wald {

OutputPlan make_output_plan(const LinkOptions &options, bool is_js) {
  OutputPlan plan;
  plan.kind = is_js                                       ? objfile::ModuleKind::kJs
              : options.build_mode == BuildMode::kCShared ? objfile::ModuleKind::kReactor
                                                          : objfile::ModuleKind::kCommand;
  plan.entry = options.entry;
  plan.prunes_map_inits = options.prune_weak_map;
  if (!options.reflect_methods.empty()) {
    auto patterns = std::make_shared<NamePatterns>();
    for (const std::string &glob : options.reflect_methods)
      patterns->add(glob);
    plan.reflected_methods = std::move(patterns);
  }
  plan.build_id = options.build_id;
  plan.text_start = options.text_start;
  plan.data_rounding = options.data_rounding;
  if (options.data_start)
    plan.data_start = *options.data_start;
  plan.has_names = !options.strip_names && !options.stripped.names;
  plan.has_full_names = options.full_names;
  plan.has_lines = !options.stripped.lines;
  plan.has_producers = !options.stripped.producers;
  plan.has_build_info = options.embed_build_info;
  for (const SectionFile &section : options.sections)
    plan.sections.push_back({section.name, section.file, {}});
  plan.is_stripped = options.stripped.any();
  plan.file = options.output;
  plan.validate_always = options.validate;
  if (options.optimized.code)
    plan.bodies = start_structured_code;
  if (options.optimized.fold)
    plan.bodies = start_folded_code(std::move(plan.bodies));
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

static void read_allowed_imports(Context &ctx, const std::string &name) {
  auto file = read_disk_file(name);
  if (!file)
    return ctx.diag.error("--allow-imports: cannot read " + name + ": " +
                          file.getError().message());
  ctx.plan.allowed_imports.emplace();
  if (auto problem = ctx.plan.allowed_imports->read((*file)->getBuffer(), name))
    ctx.diag.error("--allow-imports: " + problem->fact);
}

void plan_output(Context &ctx) {
  ctx.plan = make_output_plan(ctx.options, /*is_js=*/ctx.goos == "js");
  if (ctx.plan.has_full_names && !ctx.plan.has_names)
    ctx.diag.error("--names=full, and -s or --strip=names leaves all names out");
  if (const std::string &file = ctx.options.allow_imports; !file.empty())
    read_allowed_imports(ctx, file);
  for (CustomSection &section : ctx.plan.sections)
    if (auto file = read_disk_file(section.file))
      section.contents = (*file)->getBuffer().str();
    else
      ctx.diag.error("--add-section: cannot read " + section.file + ": " +
                     file.getError().message());
  if (ctx.plan.has_full_names && ctx.plan.wasm_opt.is_on())
    ctx.diag.error("--names=full names locals and data segments, and --wasm-opt makes others");
  if (ctx.plan.wasm_opt.is_on() && !ctx.options.reports.map.empty())
    ctx.diag.error("--map tells where the linker put everything, and --wasm-opt moves it");
}

bool asks_for_reference(const LinkOptions &options) {
  return make_output_plan(options, /*is_js=*/false).is_reference();
}

} // namespace wald
