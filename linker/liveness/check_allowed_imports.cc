// --allow-imports: what the module imports and may not is an error that says who declares it and
// why it is in the program. What is live is looked at once more only for that.
#include "linker/core/passes.h"
#include "linker/liveness/explain.h"
#include "linker/liveness/live_imports.h"

namespace wald {

namespace {

struct Refused {
  SymId id; // the function that calls it
  std::string import;
};

bool is_replaced(const Context &ctx, StringRef import) {
  return llvm::any_of(ctx.plan.stubs,
                      [&](const ImportStub &stub) { return stub.import == import; });
}

std::vector<Refused> find_refused(const Context &ctx, const ImportList &allowed) {
  std::vector<Refused> refused;
  for_each_import(ctx, [&](SymId id, const directives::Directive &import) {
    if (!is_reachable(ctx, id) || allowed.allows(import.module, import.name))
      return;
    if (std::string name = import.module + "." + import.name; !is_replaced(ctx, name))
      refused.push_back({id, std::move(name)});
  });
  return refused;
}

} // namespace

void check_allowed_imports(Context &ctx) {
  if (!ctx.plan.allowed_imports)
    return;
  const std::string &file = ctx.options.allow_imports;
  const ImportList &allowed = *ctx.plan.allowed_imports;
  if (const MemoryOptions &memory = ctx.plan.memory;
      memory.is_imported && !allowed.allows(memory.module, memory.name))
    ctx.diag.error("the module imports its memory, " + memory.module + "." + memory.name +
                       ", and " + file + " does not list it",
                   {"--import-memory asks for it"});
  std::vector<Refused> refused = find_refused(ctx, allowed);
  if (refused.empty())
    return;
  NearestCauses causes;
  find_live_symbols(ctx, request_of_program(ctx), causes);
  Explainer explainer(ctx, causes);
  for (const Refused &each : refused) {
    std::vector<std::string> notes = {"declared by " + explainer.described(each.id)};
    llvm::append_range(notes, explainer.reasons(each.id));
    ctx.diag.error("the module imports " + each.import + ", and " + file + " does not list it",
                   std::move(notes));
  }
}

} // namespace wald
