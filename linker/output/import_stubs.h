// --stub-import: functions of the module in the place of imports that the host does not have. They
// come after all of the program's functions, so that the numbers of these stay; only the wrappers
// that call the imports know them.
#pragma once

#include "linker/core/context.h"
#include "linker/output/module_plan.h"

namespace wald {

class ImportStubs {
public:
  ImportStubs(Context &ctx, ModulePlan &plan);

  // Whether the import that `wrapper` calls becomes a function. One may have several wrappers.
  bool take(SymId wrapper, const ModuleImport &import);
  // When all imports are known: adds the functions. Errors for stubs that are of no import; warns
  // of those without which the runtime does not work.
  void add_functions();

private:
  struct Taken {
    SymId wrapper;
    uint32_t stub; // in ctx.plan.stubs
    uint32_t type;
  };

  uint32_t add_function(const Taken &taken);
  void report_missing(const ImportStub &stub);
  void warn(const ImportStub &stub);

  Context &ctx_;
  ModulePlan &plan_;
  std::vector<Taken> taken_;
  std::vector<bool> is_used_; // by stub
};

} // namespace wald
