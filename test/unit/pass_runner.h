// Runs the passes of a link one by one, for tests of what a pass leaves in the context, or of
// another pass in the place of one.
#pragma once

#include "fake_program.h"
#include "linker/core/context.h"
#include "linker/core/passes.h"

namespace wald::test {

class PassRunner {
public:
  using Pass = void (*)(Context &);

  explicit PassRunner(FakeProgram &program) : ctx(program.complete_options()) {}

  // Runs all that come before the pass and have not run yet; then run_through() goes on with it.
  void run_to(Pass pass) {
    while (next_ < std::size(kPasses) && kPasses[next_] != pass)
      run_next();
    ASSERT_LT(next_, std::size(kPasses)) << "no such pass, or it has run";
  }
  void run_through(Pass pass) {
    run_to(pass);
    run_next();
  }
  // Something else takes the place of the next pass.
  void skip() { next_++; }

  Context ctx;

private:
  // As in link.cc.
  static constexpr Pass kPasses[] = {
      load_packages,        plan_output,       make_export_wrappers, resolve_symbols,
      check_linknames,      order_init_tasks,  mark_live_symbols,    prune_map_inits,
      set_linker_variables, set_string_values, collect_data_symbols, order_functions,
      assign_func_indices,  build_type_links,  build_build_info,     collect_functions,
      list_imports,         build_pclntab,     check_directives,     build_module_data,
      lay_out_data,         plan_module,       write_module,         check_inputs,
      validate_module,      commit_module,
  };

  void run_next() {
    ASSERT_TRUE(ctx.ok()) << "before pass " << next_;
    kPasses[next_++](ctx);
  }

  size_t next_ = 0;
};

} // namespace wald::test
