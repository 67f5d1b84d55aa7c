// The order in which the runtime initialises packages (ref: inittask.go in cmd/link/internal/ld).
//
// Each package with something to initialise has a record P..inittask that names, by marker
// relocations, the records of the packages it imports. A package may run once all of those have;
// among the ready ones the smallest name runs first.
#include "linker/core/passes.h"
#include "linker/core/symbols.h"

#include <map>
#include <set>

namespace wald {

namespace {

constexpr uint64_t kRecordHeaderSize = 8; // state and number of functions

class Scheduler {
public:
  Scheduler(Context &ctx, SymId root) : ctx_(ctx) { discover(root); }

  // The records with functions in them, in order.
  std::vector<SymId> run() {
    std::vector<SymId> order;
    while (!ready_.empty()) {
      SymId record = ready_.begin()->second;
      ready_.erase(ready_.begin());
      num_scheduled_++;
      if (SymbolView(ctx_, record).size() > kRecordHeaderSize)
        order.push_back(record);
      for (SymId importer : importers_[number(record)])
        if (--missing_[number(importer)] == 0)
          ready_.insert({name_of(ctx_, importer), importer});
    }
    if (num_scheduled_ != missing_.size())
      report_cycle();
    return order;
  }

private:
  void discover(SymId root) {
    std::vector<SymId> stack = {root};
    missing_[number(root)] = 0;
    while (!stack.empty()) {
      SymId record = stack.back();
      stack.pop_back();
      uint32_t num_imports = 0;
      SymbolView(ctx_, record).for_each_reloc([&](const Reloc &reloc) {
        if (reloc.type != ctx_.version->reloc_init_order || reloc.target == SymId::kNone)
          return;
        num_imports++;
        importers_[number(reloc.target)].push_back(record);
        if (missing_.try_emplace(number(reloc.target), 0).second)
          stack.push_back(reloc.target);
      });
      missing_[number(record)] = num_imports;
      if (num_imports == 0)
        ready_.insert({name_of(ctx_, record), record});
    }
  }

  void report_cycle() {
    for (auto [record, count] : missing_)
      if (count)
        ctx_.diag.error(
            "packages import each other in a circle, so that they cannot be initialised",
            {name_of(ctx_, SymId(record)).str() + " waits for " + std::to_string(count) +
             " others"});
  }

  Context &ctx_;
  std::map<uint32_t, uint32_t> missing_; // record -> imports not yet scheduled
  llvm::DenseMap<uint32_t, std::vector<SymId>> importers_;
  std::set<std::pair<StringRef, SymId>> ready_;
  size_t num_scheduled_ = 0;
};

// A symbol that lists the records reachable from the root, or kNone without a root.
SymId make_schedule(Context &ctx, SymId root, StringRef name) {
  if (root == SymId::kNone)
    return SymId::kNone;
  std::vector<SymId> order = Scheduler(ctx, root).run();
  SymId id = create_symbol(ctx, name);
  OwnedSymbol &schedule = make_owned(ctx, id);
  schedule.group = Group::kNoptrdata;
  for (SymId record : order)
    schedule.append_address(record);
  return id;
}

} // namespace

void order_init_tasks(Context &ctx) {
  ctx.main_inittasks =
      make_schedule(ctx, known(ctx, KnownSymbol::kMainInitTask), "go:main.inittasks");
  SymId list = known(ctx, KnownSymbol::kRuntimeInitTasks);
  if (list == SymId::kNone)
    return;
  SymId schedule =
      make_schedule(ctx, known(ctx, KnownSymbol::kRuntimeInitTask), "go:runtime.inittasks");
  uint64_t count = schedule == SymId::kNone ? 0 : SymbolView(ctx, schedule).size() / 8;
  OwnedSymbol &slice = make_owned(ctx, list);
  slice.group = Group::kNoptrdata;
  slice.data.clear();
  slice.relocs.clear();
  slice.append_slice(schedule, count);
}

} // namespace wald
