// The passes of a link, in order.
#include "linker/link.h"

#include "directives/gather.h"
#include "linker/core/name_table.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/timing.h"
#include "linker/output/body_transform.h"
#include "linker/output/failed_map.h"
#include "linker/output/module_plan.h"
#include "objfile/support/go_text.h"

#include "llvm/Support/raw_ostream.h"

#include <thread>

namespace wald {

namespace {

#define PASS(name) times.run(ctx, #name, name)

// Up to what the module imports.
void run_first_passes(Context &ctx, PassTimes &times) {
  // Input. After load_packages no file is opened any more, but for those that options name and the
  // sources of functions that --export names.
  PASS(load_packages);
  PASS(plan_output);
  PASS(make_export_wrappers);
  if (!ctx.options.reports.reproduce.empty() && ctx.hand_over_reason.empty())
    times.run_always(ctx, "write_reproducer", write_reproducer);
  PASS(resolve_symbols);
  PASS(check_linknames);

  // Which symbols. After prune_map_inits no symbol of an object becomes live.
  PASS(order_init_tasks); // its list is a root
  PASS(mark_live_symbols);
  if (ctx.options.reports.want_causes())
    PASS(explain_live_symbols);
  if (ctx.plan.allowed_imports)
    PASS(check_allowed_imports);
  if (ctx.options.reports.sizes.any())
    PASS(list_references);
  PASS(prune_map_inits);
  if (ctx.plan.reflected_methods)
    PASS(make_method_stubs);
  if (!ctx.options.reports.print_gc.empty())
    PASS(list_dropped_symbols);

  // What the linker itself contributes. The symbols made here are numbered in this order.
  PASS(set_linker_variables);
  PASS(set_string_values); // of live variables only
  // After this, the objects' data is final; a second thread sorts it until lay_out_data needs it.
  PASS(collect_data_symbols);
  PASS(order_functions);
  PASS(assign_func_indices);
  PASS(build_type_links);
  PASS(build_build_info);
  PASS(collect_functions); // what the objects say of them
  PASS(list_imports);
}

// Up to a written module.
void run_passes_to_module(Context &ctx, PassTimes &times) {
  run_first_passes(ctx, times);
  PASS(build_pclntab);
  PASS(check_directives);
  PASS(build_module_data);

  // Where. After lay_out_data addresses are final.
  PASS(lay_out_data);

  // The module. It has no name before commit_module: whatever fails until then leaves nothing.
  PASS(plan_module);
  PASS(write_module);
  if (ctx.plan.has_full_names)
    PASS(write_full_names);
}

void run_passes(Context &ctx, PassTimes &times) {
  run_passes_to_module(ctx, times);
  PASS(check_inputs);
  PASS(validate_module);
  if (ctx.plan.wasm_opt.is_on())
    PASS(run_wasm_opt);
  if (!ctx.options.reports.map.empty())
    PASS(write_map);
  if (!ctx.options.emit_js.empty())
    PASS(write_js_support);
  if (ctx.options.reports.sizes.any())
    PASS(report_sizes);
  PASS(commit_module);
}

#undef PASS

} // namespace

static KnownParts known_parts(const PassTimes &times) {
  return {.definitions = times.has_completed("resolve_symbols"),
          .live_symbols = times.has_completed("prune_map_inits"),
          .order = times.has_completed("order_functions"),
          .addresses = times.has_completed("lay_out_data"),
          .module = times.has_completed("write_module")};
}

// How large the module is that a link writes without the methods that only reflection may call.
// The file gets no name, and nothing is said. Nothing where that link fails.
static std::optional<uint64_t> size_without_reflection(LinkOptions options) {
  options.reports = {};
  options.drops_reflected_methods = true;
  options.dump_dependencies = false;
  Context ctx(options);
  PassTimes times;
  run_passes_to_module(ctx, times);
  return ctx.ok() ? std::optional(ctx.module_size) : std::nullopt;
}

static void print_cost_of_reflection(const Context &ctx) {
  std::optional<uint64_t> without = size_without_reflection(ctx.options);
  llvm::raw_ostream &out = llvm::outs();
  out << "the module has " << ctx.module_size << " bytes";
  if (without && *without <= ctx.module_size)
    out << "; without these calls it would have " << *without << ", " << ctx.module_size - *without
        << " less (exact: linked again without them)\n";
  else
    out << "; what it would have without these calls is not known\n";
  out.flush();
}

LinkResult link(const LinkOptions &options) {
  if (!objfile::is_ascii_or_invalid(options.build_id))
    return {LinkStatus::kHandOver, "the build id has characters beyond ASCII"};
  // Never destroyed: the process is about to end, and giving back its memory piece by piece costs
  // more than the smaller passes.
  Context &ctx = *new Context(options);
  unsigned num_threads = options.threads ? options.threads : std::thread::hardware_concurrency();
  if (num_threads > 1)
    ctx.helper.create_thread();
  if (options.no_error_limit)
    ctx.diag.set_no_limit();
  PassTimes times;
  run_passes(ctx, times);
  ctx.helper.wait();
  if (!ctx.ok() && ctx.hand_over_reason.empty() && !options.reports.map.empty() &&
      !times.has_completed("write_map"))
    write_map_of_failed_link(ctx, known_parts(times));
  ctx.file.reset(); // without a name it goes
  ctx.helper.stop();
  if (ctx.ok() && ctx.num_reflecting > 0 && options.reports.why_reflect)
    print_cost_of_reflection(ctx);
  if (!ctx.hand_over_reason.empty())
    return {LinkStatus::kHandOver, ctx.hand_over_reason, &ctx};
  if (options.stats) {
    times.print_stats(ctx);
    if (ctx.bodies)
      ctx.bodies->print_stats(ctx.bodies_cpu_ns, llvm::errs());
  }
  if (!options.time_trace.empty())
    if (std::string error = times.write_trace(ctx, options.time_trace); !error.empty())
      ctx.diag.warn(error);
  if (ctx.diag.checkpoint())
    return {LinkStatus::kOk, "", &ctx};
  return {ctx.diag.is_fatal() ? LinkStatus::kFatal : LinkStatus::kError, "", &ctx};
}

std::optional<std::vector<std::pair<std::string, std::string>>>
imports_of_link(const LinkOptions &options) {
  Context ctx(options);
  PassTimes times;
  run_first_passes(ctx, times);
  if (!ctx.ok())
    return std::nullopt;
  std::vector<std::pair<std::string, std::string>> imports;
  for (SymId id : ctx.import_wrappers) {
    Definition def = SymbolView(ctx, id).origin();
    if (def.is_owned())
      continue;
    const InputObject &input = *ctx.objects[def.object];
    llvm::Expected<directives::Directive> directive = directives::read_import(
        {ctx.libraries[input.library].path, &input.obj}, def.local, options.goroot);
    if (directive)
      imports.push_back({directive->module, directive->name});
    else
      llvm::consumeError(directive.takeError());
  }
  return imports;
}

void release(LinkResult &result) {
  delete result.context;
  result.context = nullptr;
}

std::string data_symbol_at(const Context &ctx, uint64_t address) {
  const Member *best = nullptr;
  uint64_t best_address = 0;
  for (const std::vector<Member> &list : ctx.members)
    for (const Member &member : list) {
      uint64_t start = number(ctx.values.address(member.id));
      // Of those without a size nothing can differ.
      if (start <= address && address - start < member.size && (!best || start > best_address)) {
        best = &member;
        best_address = start;
      }
    }
  if (!best)
    return "";
  std::string name = SymbolView(ctx, best->id).name().str();
  return address == best_address ? name : name + "+" + std::to_string(address - best_address);
}

std::string function_name_at(const Context &ctx, uint32_t n) {
  return n < ctx.text.size() ? SymbolView(ctx, ctx.text[n]).name().str() : "";
}

LinkSummary summary_of(const Context &ctx) {
  return {.bytes = ctx.module_size,
          .functions = ctx.text.size(),
          .packages = ctx.libraries.size(),
          .imports = ctx.module->imports.size(),
          .exports = objfile::entry_points(ctx.plan.kind).size() + ctx.wasm_exports.size() + 1,
          .warnings = ctx.diag.num_warnings()};
}

int exit_status(LinkStatus status) {
  switch (status) {
  case LinkStatus::kOk:
    return 0;
  case LinkStatus::kFatal:
    return 1;
  default:
    return 2;
  }
}

} // namespace wald
