#include "linker/liveness/reference_graph.h"

#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/liveness/liveness.h"
#include "linker/liveness/marker.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace wald {

namespace {

// Dominators by Georgiadis' Semi-NCA ("Linear-Time Algorithms for Dominators and Related Problems",
// 2005): semidominators as Lengauer and Tarjan find them, then for each node the nearest of the
// dominators of its parent that is not below its semidominator. Nodes are numbered depth first, so
// that "above" is "less".
class DominatorFinder {
public:
  explicit DominatorFinder(const References &references) : references_(references) {}

  void run() {
    number_nodes();
    list_preds();
    find_semidominators();
    uint32_t count = order.size();
    for (uint32_t node = 1; node < count; node++) {
      uint32_t above = idom[node]; // its parent
      while (above > semi_[node])
        above = idom[above];
      idom[node] = above;
    }
  }

  std::vector<uint32_t> order; // nodes by number
  std::vector<uint32_t> idom;  // by number

private:
  static constexpr uint32_t kUnseen = UINT32_MAX;

  // With a stack of its own: chains of references are long.
  void number_nodes() {
    number_.assign(references_.num_nodes(), kUnseen);
    struct Visit {
      const uint32_t *next, *end;
      uint32_t number;
    };
    std::vector<Visit> stack;
    auto enter = [&](uint32_t node, uint32_t parent) {
      uint32_t number = order.size();
      number_[node] = number;
      order.push_back(node);
      idom.push_back(parent);
      llvm::ArrayRef<uint32_t> targets = references_.references_of(node);
      stack.push_back({targets.begin(), targets.end(), number});
    };
    enter(References::kRoot, 0);
    while (!stack.empty()) {
      Visit &top = stack.back();
      if (top.next == top.end)
        stack.pop_back();
      else if (uint32_t target = *top.next++; number_[target] == kUnseen)
        enter(target, top.number);
    }
  }

  void list_preds() {
    first_pred_.assign(order.size() + 2, 0);
    auto for_each_reference = [&](auto fn) {
      for (uint32_t number = 0; number < order.size(); number++)
        for (uint32_t target : references_.references_of(order[number]))
          fn(number, number_[target]);
    };
    for_each_reference([&](uint32_t, uint32_t target) { first_pred_[target + 2]++; });
    for (size_t i = 2; i < first_pred_.size(); i++)
      first_pred_[i] += first_pred_[i - 1];
    preds_.resize(first_pred_.back());
    for_each_reference(
        [&](uint32_t from, uint32_t target) { preds_[first_pred_[target + 1]++] = from; });
  }

  // From the last node to the first; those that have been looked at hang below their parents.
  void find_semidominators() {
    ancestor_ = idom;
    semi_.resize(order.size());
    least_.resize(order.size());
    for (uint32_t node = order.size(); --node > 0;) {
      uint32_t semi = idom[node];
      for (uint32_t i = first_pred_[node]; i < first_pred_[node + 1]; i++) {
        uint32_t pred = preds_[i];
        semi = std::min(semi, pred <= node ? pred : least_above(pred, node));
      }
      semi_[node] = least_[node] = semi;
    }
  }

  // The least semidominator from the node up to the last one that has been looked at, `last` being
  // the one that is. Then all on the way know it.
  uint32_t least_above(uint32_t node, uint32_t last) {
    for (uint32_t at = node; ancestor_[at] > last; at = ancestor_[at])
      way_.push_back(at);
    while (!way_.empty()) {
      uint32_t at = way_.back();
      way_.pop_back();
      uint32_t above = ancestor_[at];
      least_[at] = std::min(least_[at], least_[above]);
      ancestor_[at] = ancestor_[above];
    }
    return least_[node];
  }

  const References &references_;
  std::vector<uint32_t> number_;             // by node
  std::vector<uint32_t> first_pred_, preds_; // by number
  std::vector<uint32_t> semi_, least_, ancestor_, way_;
};

// Says of a list's elements which have not been in it before; for one list after the other.
class OncePerList {
public:
  explicit OncePerList(uint32_t num_elements) : last_list_(num_elements, 0) {}
  void begin_list() { list_++; }
  bool is_new(uint32_t element) { return std::exchange(last_list_[element], list_) != list_; }

private:
  std::vector<uint32_t> last_list_; // that had it, by element
  uint32_t list_ = 0;
};

} // namespace

std::vector<uint64_t> KeeperTree::retained_sizes(llvm::ArrayRef<uint64_t> sizes) const {
  std::vector<uint64_t> sums(sizes.begin(), sizes.end());
  for (uint32_t place = order_.size(); --place > 0;)
    sums[order_[keeper_[place]]] += sums[order_[place]];
  return sums;
}

KeeperTree References::keepers() const {
  DominatorFinder finder(*this);
  finder.run();
  KeeperTree tree;
  tree.order_ = std::move(finder.order);
  tree.keeper_ = std::move(finder.idom);
  return tree;
}

References References::grouped(llvm::ArrayRef<uint32_t> group_of, uint32_t num_groups) const {
  std::vector<uint32_t> first_of_group(num_groups + 2), nodes(num_nodes());
  for (uint32_t node = 0; node < num_nodes(); node++)
    first_of_group[group_of[node] + 2]++;
  for (uint32_t i = 2; i < first_of_group.size(); i++)
    first_of_group[i] += first_of_group[i - 1];
  for (uint32_t node = 0; node < num_nodes(); node++)
    nodes[first_of_group[group_of[node] + 1]++] = node;

  References groups;
  groups.first_.push_back(0);
  OncePerList once(num_groups);
  for (uint32_t group = 0; group < num_groups; group++) {
    once.begin_list();
    for (uint32_t i = first_of_group[group]; i < first_of_group[group + 1]; i++)
      for (uint32_t target : references_of(nodes[i]))
        if (once.is_new(group_of[target]))
          groups.targets_.push_back(group_of[target]);
    groups.first_.push_back(groups.targets_.size());
  }
  return groups;
}

ReferenceGraph::ReferenceGraph(Context &ctx) {
  uint32_t num_symbols = ctx.num_positional + 1 + ctx.new_symbols.size();
  nodes_.assign(num_symbols, kNoNode);
  symbols_ = {SymId::kNone};
  for_each_nonzero(ctx.attributes.data(), 1, num_symbols, [&](uint32_t n) {
    if (ctx.attributes[n] & kReachable) {
      nodes_[n] = symbols_.size();
      symbols_.push_back(SymId(n));
    }
  });
  first_.assign(symbols_.size() + 1, 0);
  for (const LivenessRoot &root : request_of_program(ctx).roots)
    if (uint32_t node = node_of(root.id); node != kNoNode)
      targets_.push_back(node);
  first_[1] = targets_.size();

  // By both threads, if there are two. Numbers of references become places in the list of all.
  uint32_t middle = (1 + symbols_.size()) / 2;
  std::vector<uint32_t> second;
  ctx.helper.start("list references",
                   [&] { add_references(ctx, middle, symbols_.size(), second); });
  add_references(ctx, 1, middle, targets_);
  ctx.helper.wait();
  targets_.insert(targets_.end(), second.begin(), second.end());
  for (size_t i = 2; i < first_.size(); i++)
    first_[i] += first_[i - 1];
}

// Of the nodes from `begin` to `end`, after those in `targets`, and their numbers in first_.
void ReferenceGraph::add_references(const Context &ctx, uint32_t begin, uint32_t end,
                                    std::vector<uint32_t> &targets) {
  targets.reserve(targets.size() + 6 * size_t(end - begin));
  OncePerList once(symbols_.size());
  for (uint32_t node = begin; node < end; node++) {
    size_t first = targets.size();
    once.begin_list();
    for_each_reference(ctx, symbols_[node], [&](SymId id) {
      uint32_t target = node_of(id);
      if (target != kNoNode && once.is_new(target))
        targets.push_back(target);
    });
    first_[node + 1] = targets.size() - first;
  }
}

void list_references(Context &ctx) {
  ctx.references = std::make_shared<ReferenceGraph>(ctx);
}

} // namespace wald
