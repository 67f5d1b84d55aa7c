// The functions that call an import of the host, as they are declared.
#pragma once

#include "directives/gather.h"
#include "linker/liveness/named_definitions.h"

namespace wald {

// fn(id, directive) for each function with an import's record, live or not. Broken records, which
// list_imports reports, are left out.
template <typename Fn> void for_each_import(const Context &ctx, Fn fn) {
  for_each_named_definition(ctx, [&](const InputObject &input, uint32_t local, SymId id) {
    bool is_import = false;
    for (objfile::AuxRecord aux : input.obj.auxes(local))
      is_import |= aux.kind() == objfile::AuxKind::kWasmImport;
    if (!is_import)
      return;
    llvm::Expected<directives::Directive> import = directives::read_import(
        {ctx.libraries[input.library].path, &input.obj}, local, ctx.options.goroot);
    if (import)
      fn(id, *import);
    else
      llvm::consumeError(import.takeError());
  });
}

} // namespace wald
