// Package init functions call the initialisers of their map variables weakly. One whose map is not
// needed is replaced by a function that does nothing (ref: mapinitcleanup in deadcode.go).
#include "linker/core/passes.h"
#include "linker/core/symbols.h"

namespace wald {

void prune_map_inits(Context &ctx) {
  if (!ctx.plan.prunes_map_inits)
    return;
  SymId noop = known(ctx, KnownSymbol::kMapInitNoop);
  for (SymId init : ctx.package_inits) {
    std::vector<uint32_t> pruned;
    uint32_t index = 0;
    SymbolView(ctx, init).for_each_reloc([&](const Reloc &reloc) {
      if (reloc.type == (objfile::kRelocCall | objfile::kRelocWeak) &&
          reloc.target != SymId::kNone && !is_reachable(ctx, reloc.target))
        pruned.push_back(index);
      index++;
    });
    if (pruned.empty())
      continue;
    if (noop == SymId::kNone) {
      ctx.diag.error("runtime.mapinitnoop is not defined", {"needed by " + describe(ctx, init)});
      return;
    }
    set_attribute(ctx, noop, kReachable);
    OwnedSymbol &symbol = make_owned(ctx, init);
    for (uint32_t i : pruned)
      symbol.relocs[i].target = noop;
  }
}

} // namespace wald
