// Lists the functions of the text that call an import of the host, and those that have a signature
// of their own: what the module declares, and check_directives compares.
#include "linker/core/passes.h"
#include "linker/tables/pclntab/pclntab.h"

namespace wald {

void list_imports(Context &ctx) {
  ObjectBudget budget(ctx);
  const FunctionFacts &facts = ctx.pclntab->facts();
  for (const FunctionFacts::DirectiveRecord &record : facts.directive_records()) {
    const Function &function = facts.functions()[number(record.function)];
    bool is_import = record.kind == objfile::AuxKind::kWasmImport;
    bool is_second =
        is_import ? !ctx.import_wrappers.empty() && ctx.import_wrappers.back() == function.id
                  : !ctx.typed_functions.empty() && ctx.typed_functions.back() == record.function;
    if (is_second)
      report_fault(*ctx.objects[function.unit], "two records of a directive at one function");
    else if (!budget.charge(function.unit, SymbolView(ctx, record.record).data().size()))
      continue;
    else if (is_import)
      ctx.import_wrappers.push_back(function.id);
    else
      ctx.typed_functions.push_back(record.function);
  }
}

} // namespace wald
