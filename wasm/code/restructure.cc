#include "wasm/code/restructure.h"

#include "wasm/code/irreducible.h"
#include "wasm/code/resume_dispatch.h"
#include "wasm/code/structure.h"

namespace wald::code {

Left rebuild_control_flow(const Environment &environment, const Function &function, Body &body) {
  Dispatch dispatch;
  if (Left left = find_dispatch(body, dispatch); left != Left::kNothing)
    return left;
  std::vector<ResumePoint> points;
  if (Left left = find_resume_points(body, dispatch, environment, function, points);
      left != Left::kNothing)
    return left;
  FlowGraph graph;
  if (Left left = build_flow_graph(body, dispatch, environment, graph); left != Left::kNothing)
    return left;
  thread_jumps(graph);

  const std::vector<Case> entries = entries_of(graph, points);
  std::vector<Case> in_loops = entries;
  enter_unreached_points(graph, in_loops);
  Dominators dominators;
  compute_dominators(graph, dominators);
  if (!is_reducible(graph, dominators)) {
    make_reducible(graph, dispatch.table.size());
    compute_dominators(graph, dominators);
    if (!is_reducible(graph, dominators))
      return Left::kIrreducible;
  }
  Loops loops;
  find_loops(graph, dominators, loops);

  enter_points_in_loops(graph, loops, in_loops, dispatch, function);
  compute_dominators(graph, dominators);
  if (!is_reducible(graph, dominators))
    return Left::kIrreducible;
  find_loops(graph, dominators, loops);
  clear_pc_b(graph, dominators, entries);
  write_structure(graph, dominators, loops, environment, body);
  return Left::kNothing;
}

} // namespace wald::code
