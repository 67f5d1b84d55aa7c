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

class ReferenceGraph {
public:
  // Right after liveness: what the linker makes later refers to everything.
  explicit ReferenceGraph(const Context &ctx);

  // Nodes are the live symbols, in the order of their numbers; node 0 leads to the roots.
  static constexpr uint32_t kRoot = 0, kNoNode = UINT32_MAX;
  uint32_t num_nodes() const { return first_.size() - 1; }
  uint32_t node_of(SymId id) const {
    return number(id) < nodes_.size() ? nodes_[number(id)] : kNoNode;
  }
  llvm::ArrayRef<uint32_t> references_of(uint32_t node) const {
    return llvm::ArrayRef(targets_).slice(first_[node], first_[node + 1] - first_[node]);
  }

  // The retained size of each node, where the nodes have these sizes.
  std::vector<uint64_t> retained_sizes(llvm::ArrayRef<uint64_t> sizes) const;

  // The same of groups of nodes, which go as a whole: a group keeps another one if all chains from
  // group to group lead through it. Group 0 is the root's. `group_of` says each node's.
  std::vector<uint64_t> retained_sizes_of_groups(llvm::ArrayRef<uint32_t> group_of,
                                                 llvm::ArrayRef<uint64_t> sizes) const;

private:
  std::vector<uint32_t> nodes_; // by symbol
  std::vector<uint32_t> first_, targets_;
};

} // namespace wald
