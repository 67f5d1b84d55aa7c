#include "linker/liveness/reference_graph.h"

#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/liveness/liveness.h"
#include "linker/liveness/marker.h"
#include "wasm/code/dominators.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace wald {

namespace {

// Where the references of each node stand in one list of all: those of node n are
// [first[n], first[n + 1]).
struct Edges {
  llvm::ArrayRef<uint32_t> first, targets;
  uint32_t num_nodes() const { return first.size() - 1; }
  llvm::ArrayRef<uint32_t> of(uint32_t node) const {
    return targets.slice(first[node], first[node + 1] - first[node]);
  }
};

// Order and predecessors for the dominators, of what node 0 leads to. With a stack of its own:
// chains of references are long.
code::Dominators dominators_of(const Edges &edges) {
  constexpr uint32_t kUnseen = UINT32_MAX, kSeen = UINT32_MAX - 1;
  code::Dominators result;
  result.position.assign(edges.num_nodes(), kUnseen);
  struct Visit {
    uint32_t node, next;
  };
  std::vector<Visit> stack = {{0, 0}};
  result.position[0] = kSeen;
  while (!stack.empty()) {
    Visit &top = stack.back();
    llvm::ArrayRef<uint32_t> targets = edges.of(top.node);
    if (top.next == targets.size()) {
      result.order.push_back(top.node);
      stack.pop_back();
      continue;
    }
    uint32_t target = targets[top.next++];
    if (result.position[target] != kUnseen)
      continue;
    result.position[target] = kSeen;
    stack.push_back({target, 0});
  }
  std::reverse(result.order.begin(), result.order.end());
  for (uint32_t i = 0; i < result.order.size(); i++)
    result.position[result.order[i]] = i;

  result.first_pred.assign(edges.num_nodes() + 2, 0);
  for (uint32_t node : result.order)
    for (uint32_t target : edges.of(node))
      result.first_pred[target + 2]++;
  for (size_t i = 2; i < result.first_pred.size(); i++)
    result.first_pred[i] += result.first_pred[i - 1];
  result.preds.resize(result.first_pred.back());
  for (uint32_t node : result.order)
    for (uint32_t target : edges.of(node))
      result.preds[result.first_pred[target + 1]++] = node;
  result.has_backward_edge = true;
  code::compute_idoms(result);
  return result;
}

// What nothing leads to keeps itself.
std::vector<uint64_t> sums_by_dominator(const Edges &edges, llvm::ArrayRef<uint64_t> sizes) {
  code::Dominators dominators = dominators_of(edges);
  std::vector<uint64_t> sums(sizes.begin(), sizes.end());
  for (uint32_t node : llvm::reverse(llvm::ArrayRef(dominators.order).drop_front()))
    sums[dominators.idom[node]] += sums[node];
  return sums;
}

} // namespace

ReferenceGraph::ReferenceGraph(const Context &ctx) {
  uint32_t num_symbols = ctx.num_positional + 1 + ctx.new_symbols.size();
  nodes_.assign(num_symbols, kNoNode);
  std::vector<SymId> symbols = {SymId::kNone};
  for_each_nonzero(ctx.attributes.data(), 1, num_symbols, [&](uint32_t n) {
    if (ctx.attributes[n] & kReachable) {
      nodes_[n] = symbols.size();
      symbols.push_back(SymId(n));
    }
  });
  first_.reserve(symbols.size() + 1);
  targets_.reserve(6 * symbols.size());
  auto add = [&](SymId target) {
    uint32_t node = node_of(target);
    if (node != kNoNode && target != SymId::kNone)
      targets_.push_back(node);
  };
  first_.push_back(0);
  const LivenessRequest request = request_of_program(ctx);
  for (const LivenessRoot &root : request.roots)
    add(root.id);
  for (size_t i = 1; i < symbols.size(); i++) {
    first_.push_back(targets_.size());
    for_each_reference(ctx, symbols[i], add);
    // One that is named often counts once.
    auto begin = targets_.begin() + first_.back();
    std::sort(begin, targets_.end());
    targets_.erase(std::unique(begin, targets_.end()), targets_.end());
  }
  first_.push_back(targets_.size());
}

std::vector<uint64_t> ReferenceGraph::retained_sizes(llvm::ArrayRef<uint64_t> sizes) const {
  return sums_by_dominator({first_, targets_}, sizes);
}

std::vector<uint64_t>
ReferenceGraph::retained_sizes_of_groups(llvm::ArrayRef<uint32_t> group_of,
                                         llvm::ArrayRef<uint64_t> sizes) const {
  std::vector<std::vector<uint32_t>> by_group(sizes.size());
  for (uint32_t node = 0; node < num_nodes(); node++) {
    uint32_t from = group_of[node];
    for (uint32_t target : references_of(node))
      if (group_of[target] != from)
        by_group[from].push_back(group_of[target]);
  }
  std::vector<uint32_t> first = {0}, targets;
  for (std::vector<uint32_t> &list : by_group) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    targets.insert(targets.end(), list.begin(), list.end());
    first.push_back(targets.size());
  }
  return sums_by_dominator({first, targets}, sizes);
}

void list_references(Context &ctx) {
  ctx.references = std::make_shared<ReferenceGraph>(ctx);
}

} // namespace wald
