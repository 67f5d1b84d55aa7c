// Who refers to whom among the live symbols, and what each keeps in the program.
//
// A symbol keeps another one if every chain of references from a root to that leads through it: it
// dominates it. Its retained size is the size of all that it keeps, itself included: without it
// none of that would be live.
//
// A method needs two things, a type in an interface and a call. Here its type leads to it, and who
// calls it does not; so what a caller keeps may be more than is said, and never less.
//
//     root ─ main.main ─ main.run ─┬─ main.parse       main.run keeps parse, its table, T and Read;
//                │                 ├─ type T ─ T.Read  main.log stays without it
//                └───── main.log ──┘
#pragma once

#include "linker/core/context.h"

#include <vector>

namespace wald {

// Which node of a graph keeps which: the tree of dominators.
class KeeperTree {
public:
  // The retained size of each node, where the nodes have these sizes. What nothing leads to keeps
  // itself.
  std::vector<uint64_t> retained_sizes(llvm::ArrayRef<uint64_t> sizes) const;

private:
  friend class References;
  std::vector<uint32_t> order_;  // a node after the one that keeps it; the root first
  std::vector<uint32_t> keeper_; // by place in `order_`: the place of the nearest that keeps it
};

// References between nodes that are numbered from 0, the root.
class References {
public:
  static constexpr uint32_t kRoot = 0;

  uint32_t num_nodes() const { return first_.size() - 1; }
  llvm::ArrayRef<uint32_t> references_of(uint32_t node) const {
    return llvm::ArrayRef(targets_).slice(first_[node], first_[node + 1] - first_[node]);
  }

  KeeperTree keepers() const;

  // References between groups of nodes, which go as a whole: a group keeps another one if all
  // chains from group to group lead through it. `group_of` says each node's; the root is in group
  // 0.
  References grouped(llvm::ArrayRef<uint32_t> group_of, uint32_t num_groups) const;

protected:
  // Those of node n are targets_[first_[n] … first_[n + 1]), each once.
  std::vector<uint32_t> first_, targets_;
};

class ReferenceGraph : public References {
public:
  // Right after liveness: what the linker makes later refers to everything.
  explicit ReferenceGraph(Context &ctx);

  // Nodes are the live symbols, in the order of their numbers; node 0 leads to the roots.
  static constexpr uint32_t kNoNode = UINT32_MAX;
  uint32_t node_of(SymId id) const {
    return number(id) < nodes_.size() ? nodes_[number(id)] : kNoNode;
  }
  SymId symbol_of(uint32_t node) const { return symbols_[node]; } // kNone for the root

private:
  void add_references(const Context &ctx, uint32_t begin, uint32_t end,
                      std::vector<uint32_t> &targets);

  std::vector<uint32_t> nodes_; // by symbol
  std::vector<SymId> symbols_;  // by node
};

} // namespace wald
