#include "wasm/code/restructure.h"

#include "wasm/code/irreducible.h"
#include "wasm/code/resume_dispatch.h"
#include "wasm/code/structure.h"

namespace wald::code {

Left ControlFlow::rebuild(const Environment &environment, const Function &function, Body &body) {
  if (Left left = find_dispatch(body, dispatch_); left != Left::kNothing)
    return left;
  if (Left left = find_resume_points(body, dispatch_, environment, function, points_);
      left != Left::kNothing)
    return left;
  if (Left left = build_flow_graph(body, dispatch_, environment, graph_); left != Left::kNothing)
    return left;
  thread_jumps(graph_);

  const std::vector<Case> entries = entries_of(graph_, points_);
  std::vector<Case> in_loops = entries;
  enter_unreached_points(graph_, in_loops);
  compute_order(graph_, dominators_);
  if (dominators_.has_backward_edge)
    compute_idoms(dominators_);
  if (!is_reducible(graph_, dominators_)) {
    make_reducible(graph_, dispatch_.table.size());
    compute_dominators(graph_, dominators_);
    if (!is_reducible(graph_, dominators_))
      return Left::kIrreducible;
  }
  find_loops(graph_, dominators_, loops_);

  enter_points_in_loops(graph_, loops_, in_loops, dispatch_, function);
  if (in_loops.empty()) {
    if (!dominators_.has_backward_edge)
      compute_idoms(dominators_);
  } else {
    compute_dominators(graph_, dominators_);
    if (!is_reducible(graph_, dominators_))
      return Left::kIrreducible;
    find_loops(graph_, dominators_, loops_);
  }
  clear_pc_b(graph_, dominators_, entries);
  write_structure(graph_, dominators_, loops_, environment, body);
  return Left::kNothing;
}

} // namespace wald::code
