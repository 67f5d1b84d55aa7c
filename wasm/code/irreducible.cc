#include "wasm/code/irreducible.h"

#include <algorithm>

namespace wald::code {

namespace {

using NodeList = std::vector<NodeId>;

// Works from the outermost loops inwards: the strongly connected components of the whole graph,
// then those of each without its header, and so on.
class Repair {
public:
  Repair(FlowGraph &graph, uint32_t first_number) : graph_(graph), next_number_(first_number) {}
  void run();

private:
  void find_components(const NodeList &region);
  void visit_component(const NodeList &component);
  void give_one_entry(const NodeList &component, const NodeList &entries);
  void redirect(NodeId from, NodeId to, NodeId new_to) {
    graph_.replace_successors(from, [&](NodeId old) { return old == to ? new_to : old; });
  }
  void grow() {
    preds_.resize(graph_.nodes.size());
    region_of_.resize(graph_.nodes.size(), 0);
    component_of_.resize(graph_.nodes.size(), 0);
    low_.resize(graph_.nodes.size(), 0);
  }
  NodeId add_stub(uint32_t number, NodeId target) {
    Node stub;
    stub.terminator = Terminator::kJump;
    stub.a = target;
    stub.sets_pc_b = number;
    return graph_.add(stub);
  }

  FlowGraph &graph_;
  uint32_t next_number_;
  std::vector<NodeList> preds_;
  std::vector<uint32_t> region_of_, component_of_; // marks: the one that was visited last
  std::vector<uint32_t> low_;                      // of Tarjan's algorithm; 0: not visited
  uint32_t current_region_ = 0, current_component_ = 0;
  std::vector<NodeList> regions_, components_;
};

// Tarjan's algorithm within the region, with a stack of our own.
void Repair::find_components(const NodeList &region) {
  components_.clear();
  for (NodeId node : region) {
    region_of_[node] = current_region_;
    low_[node] = 0;
  }
  constexpr uint32_t kDone = UINT32_MAX;
  struct Visit {
    NodeId node;
    uint32_t index, first, next;
  };
  std::vector<Visit> stack;
  NodeList pending, open;
  uint32_t next_index = 1;
  auto enter = [&](NodeId node) {
    low_[node] = next_index;
    uint32_t first = pending.size();
    graph_.for_each_successor(node, [&](NodeId to) {
      if (region_of_[to] == current_region_)
        pending.push_back(to);
    });
    open.push_back(node);
    stack.push_back({node, next_index++, first, uint32_t(pending.size())});
  };
  for (NodeId start : region) {
    if (low_[start])
      continue;
    enter(start);
    while (!stack.empty()) {
      Visit &top = stack.back();
      if (top.next > top.first) {
        NodeId to = pending[--top.next];
        if (low_[to] == 0)
          enter(to);
        else if (low_[to] != kDone)
          low_[top.node] = std::min(low_[top.node], low_[to]);
        continue;
      }
      Visit done = top;
      stack.pop_back();
      pending.resize(done.first);
      uint32_t low = low_[done.node];
      if (low == done.index) {
        NodeList &component = components_.emplace_back();
        for (NodeId node = kNoNode; node != done.node;) {
          node = open.back();
          open.pop_back();
          low_[node] = kDone;
          component.push_back(node);
        }
      } else {
        low_[stack.back().node] = std::min(low_[stack.back().node], low);
      }
    }
  }
}

// Edges from outside and from inside get stubs of their own: one for both would lie outside the
// loop and make a second way in again.
void Repair::give_one_entry(const NodeList &component, const NodeList &entries) {
  NodeId header = graph_.add_switch(entries[0]);
  graph_.switch_of(header).is_exact = true; // the root may lead here, with a number of its own
  for (size_t i = 0; i < entries.size(); i++) {
    NodeId entry = entries[i], outside = header, inside = header;
    if (i > 0) {
      uint32_t number = next_number_++;
      graph_.switch_of(header).cases.push_back({number, entry});
      graph_.nodes[entry].clears_pc_b = true;
      outside = add_stub(number, header);
      inside = add_stub(number, header);
    }
    grow();
    for (NodeId pred : preds_[entry]) {
      bool is_inside = component_of_[pred] == current_component_;
      NodeId via = is_inside ? inside : outside;
      redirect(pred, entry, via);
      preds_[via].push_back(pred);
      if (via != header)
        preds_[header].push_back(via);
    }
    preds_[entry] = {header};
  }
  regions_.push_back(component);
}

void Repair::visit_component(const NodeList &component) {
  current_component_++;
  for (NodeId node : component)
    component_of_[node] = current_component_;
  NodeList entries;
  for (NodeId node : component)
    for (NodeId pred : preds_[node])
      if (component_of_[pred] != current_component_) {
        entries.push_back(node);
        break;
      }
  std::sort(entries.begin(), entries.end());
  if (entries.size() > 1)
    return give_one_entry(component, entries);
  NodeList rest = component;
  std::erase(rest, entries[0]);
  regions_.push_back(std::move(rest));
}

void Repair::run() {
  grow();
  NodeList all;
  std::vector<bool> is_reached(graph_.nodes.size());
  auto reach = [&](NodeId node) {
    if (!is_reached[node])
      all.push_back(node);
    is_reached[node] = true;
  };
  reach(graph_.root);
  for (size_t i = 0; i < all.size(); i++) {
    NodeId node = all[i];
    graph_.for_each_successor(node, [&](NodeId to) {
      preds_[to].push_back(node);
      reach(to);
    });
  }
  regions_.push_back(std::move(all));
  while (!regions_.empty()) {
    NodeList region = std::move(regions_.back());
    regions_.pop_back();
    current_region_++;
    find_components(region);
    std::vector<NodeList> components = std::move(components_);
    for (const NodeList &component : components)
      if (component.size() > 1)
        visit_component(component);
  }
}

} // namespace

void make_reducible(FlowGraph &graph, uint32_t first_number) {
  Repair(graph, first_number).run();
}

} // namespace wald::code
