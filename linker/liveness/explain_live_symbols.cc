// Answers --why-live, --why-import, --why-reflect and --error-on=reflect-method: what keeps symbols
// in the program. Looks at what is live once more, nearest first, and changes nothing.
#include "linker/core/name_pattern.h"
#include "linker/core/passes.h"
#include "linker/liveness/explain.h"
#include "linker/liveness/live_imports.h"
#include "objfile/support/printable.h"
#include "objfile/support/similar_names.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

// fn(id, name) for each symbol with a name, also for those that are not live.
template <typename Fn> void for_each_named(const Context &ctx, Fn fn) {
  for_each_named_definition(ctx, [&](const InputObject &object, uint32_t local, SymId id) {
    fn(id, object.obj.name(local));
  });
  for (size_t i = 0; i < ctx.owned_symbols.size(); i++)
    if (const OwnedSymbol &symbol = ctx.owned_symbols[i]; symbol.id != SymId::kNone)
      fn(symbol.id, symbol.name);
}

class Reporter {
public:
  Reporter(Context &ctx)
      : ctx_(ctx), live_(find_live_symbols(ctx, request_of_program(ctx), causes_)),
        explainer_(ctx, causes_) {}

  void explain_symbols(const std::string &wanted);
  void explain_import(const std::string &wanted);
  void check_reflection();

private:
  struct Reflection {
    std::vector<SymId> callers;
    uint64_t num_symbols = 0, num_bytes = 0;
  };
  Reflection find_reflection();
  void print(const std::string &fact, llvm::ArrayRef<std::string> lines) {
    llvm::outs() << wasm::printable(fact) << '\n';
    for (const std::string &line : lines)
      llvm::outs() << ">>> " << wasm::printable(line) << '\n';
  }
  std::string with_steps(SymId id) const {
    size_t steps = explainer_.num_steps(id);
    return explainer_.described(id) + ", " + std::to_string(steps) +
           (steps == 1 ? " step" : " steps") + " from a root";
  }
  template <typename Fn> void for_each_live(Fn fn) const {
    for (uint32_t n = 1; n <= ctx_.num_positional; n++)
      if (live_.is_live(SymId(n)))
        fn(SymId(n));
  }
  void sort_by_steps(std::vector<SymId> &ids) const {
    llvm::sort(ids, [&](SymId a, SymId b) {
      return std::pair(explainer_.num_steps(a), a) < std::pair(explainer_.num_steps(b), b);
    });
  }

  Context &ctx_;
  NearestCauses causes_;
  Liveness live_;
  Explainer explainer_;
};

void Reporter::explain_symbols(const std::string &wanted) {
  constexpr size_t kMostDead = 20;
  NamePattern pattern(wanted);
  NearestName nearest(wanted);
  StringRef similar;
  std::vector<SymId> live, dead;
  for_each_named(ctx_, [&](SymId id, StringRef name) {
    if (pattern.matches(name))
      (live_.is_live(id) ? live : dead).push_back(id);
    else if (!nearest.is_settled() && nearest.is_nearer(name))
      similar = name;
  });
  if (live.empty() && dead.empty()) {
    std::vector<std::string> notes;
    if (!similar.empty())
      notes.push_back(("did you mean " + similar + "?").str());
    return ctx_.diag.error("--why-live: no symbol has a name like " + wanted, std::move(notes));
  }
  sort_by_steps(live);
  for (SymId id : live)
    print("live symbol: " + with_steps(id), explainer_.reasons(id));
  // Of many that a pattern means, those that are live are the answer.
  size_t shown = live.empty() ? std::min(dead.size(), kMostDead) : 0;
  for (SymId id : llvm::ArrayRef(dead).take_front(shown))
    print("not live: " + explainer_.described(id), {});
  if (size_t rest = dead.size() - shown)
    print("not live: " + std::to_string(rest) + (shown ? " more" : "") + " with a name like " +
              wanted,
          {});
}

// Imports are few, and so are those who call them.
void Reporter::explain_import(const std::string &wanted) {
  NamePattern pattern(wanted);
  std::vector<std::string> names; // of all that are live
  llvm::MapVector<SymId, std::string> found;
  std::optional<std::string> dead;
  for_each_import(ctx_, [&](SymId id, const directives::Directive &import) {
    std::string name = import.module + "." + import.name;
    names.push_back(name);
    if (!pattern.matches(name))
      return;
    if (live_.is_live(id))
      found[id] = name;
    else
      dead = name + ", of " + explainer_.described(id);
  });
  if (found.empty() && dead)
    return print("not imported: " + *dead, {});
  if (found.empty()) {
    return ctx_.diag.error("--why-import: no package has an import like " + wanted,
                           similar_notes(wanted, names));
  }
  // By import and package, the nearest that refers to it.
  llvm::DenseMap<SymId, llvm::MapVector<uint32_t, Reference>> callers;
  for_each_live([&](SymId from) {
    SymbolView symbol(ctx_, from);
    if (symbol.is_owned())
      return;
    symbol.for_each_reloc([&](const Reloc &reloc) {
      if (reloc.type & objfile::kRelocWeak || !found.count(reloc.target) || from == reloc.target)
        return;
      Reference by = {Reference::Kind::kReloc, reloc.type, reloc.offset, from};
      auto [known, is_new] = callers[reloc.target].try_emplace(symbol.object().library, by);
      if (!is_new && explainer_.num_steps(from) < explainer_.num_steps(known->second.from))
        known->second = by;
    });
  });
  for (const auto &[id, name] : found) {
    auto by_package = callers[id].takeVector();
    llvm::sort(by_package, [&](const auto &a, const auto &b) {
      return std::pair(explainer_.num_steps(a.second.from), a.first) <
             std::pair(explainer_.num_steps(b.second.from), b.first);
    });
    if (by_package.empty()) // only a root or an auxiliary entry
      print("import " + name + ": " + with_steps(id), explainer_.reasons(id));
    for (const auto &[library, by] : by_package)
      print("import " + name + ", in package " + ctx_.libraries[library].path.str() + ": " +
                explainer_.described(id),
            explainer_.reasons(by));
  }
}

// What looks methods up, nearest first, and what is live only because of that.
Reporter::Reflection Reporter::find_reflection() {
  LivenessRequest request = request_of_program(ctx_);
  request.reflection_keeps_methods = false;
  Liveness without = find_live_symbols(ctx_, request);
  Reflection found;
  for_each_live([&](SymId id) {
    SymbolView symbol(ctx_, id);
    if (without.is_live(id)) {
      // Others are live only because methods are kept, and no causes: reflect.Value.Method itself.
      if (symbol.flag() & objfile::kFlagReflectMethod)
        found.callers.push_back(id);
      return;
    }
    found.num_symbols++;
    found.num_bytes += symbol.is_text() ? symbol.data().size() : symbol.size();
  });
  sort_by_steps(found.callers);
  return found;
}

void Reporter::check_reflection() {
  const ReportOptions &options = ctx_.options.reports;
  Reflection found = find_reflection();
  ctx_.num_reflecting = found.callers.size();
  std::string cost = "without it " + std::to_string(found.num_symbols) + " symbols with " +
                     std::to_string(found.num_bytes) +
                     " bytes would not be in the program (estimated)";
  if (options.why_reflect) {
    if (found.callers.empty())
      print("no function in the program looks methods up by reflection", {});
    for (SymId id : found.callers)
      print("methods are looked up by reflection: " + with_steps(id), explainer_.reasons(id));
  }
  if (!options.error_on_reflect_method)
    return;
  for (SymId id : found.callers) {
    std::vector<std::string> notes = {"by " + explainer_.described(id)};
    llvm::append_range(notes, explainer_.reasons(id));
    if (found.callers.size() == 1)
      notes.push_back(cost);
    ctx_.diag.error("methods are looked up by reflection, which keeps all exported ones of types "
                    "in interfaces: " +
                        name_of(ctx_, id),
                    std::move(notes));
  }
  if (found.callers.size() > 1)
    ctx_.diag.error("methods are looked up by reflection in " + llvm::Twine(found.callers.size()) +
                        " functions",
                    {cost});
}

} // namespace

void explain_live_symbols(Context &ctx) {
  Reporter reporter(ctx);
  const ReportOptions &options = ctx.options.reports;
  for (const std::string &wanted : options.why_live)
    reporter.explain_symbols(wanted);
  for (const std::string &wanted : options.why_import)
    reporter.explain_import(wanted);
  if (options.error_on_reflect_method || options.why_reflect)
    reporter.check_reflection();
  llvm::outs().flush();
}

} // namespace wald
