// Marks what the program needs, from the entry point and the exports; -dumpdep shows the way.
#include "linker/core/passes.h"
#include "linker/liveness/marker.h"

#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

// -dumpdep: a line for each symbol that becomes live, "FROM -> TO", in the reference's order.
class DependencyPrinter : public NoObserver {
public:
  static constexpr bool kAsDumped = true;

  explicit DependencyPrinter(const Context &ctx) : ctx_(ctx) {}
  ~DependencyPrinter() { llvm::outs().flush(); }

  void begin(const Liveness &live) { live_ = &live; }
  void mark(SymId to, const Reference &by) { print(by.from, to); }
  void mark_method(SymId to, const Candidate &method) { print(method.type, to); }

private:
  void print(SymId from, SymId to) const {
    if (name_of(ctx_, to).empty())
      return;
    llvm::outs() << (from == SymId::kNone ? "_" : name_with_flags(from)) << " -> "
                 << name_with_flags(to) << '\n';
  }

  std::string name_with_flags(SymId id) const {
    SymbolView symbol(ctx_, id);
    std::string flags;
    if (live_->attributes[number(id)] & (kUsedInIface | kInIface))
      flags += "<UsedInIface>";
    if (symbol.flag() & objfile::kFlagReflectMethod)
      flags += "<ReflectMethod>";
    return symbol.name().str() + (flags.empty() ? "" : " " + flags);
  }

  const Context &ctx_;
  const Liveness *live_ = nullptr;
};

} // namespace

LivenessRequest request_of_program(const Context &ctx) {
  LivenessRequest request;
  auto add = [&](SymId id, RootKind kind) { request.roots.push_back({id, kind}); };
  const std::string &entry = ctx.plan.entry;
  add(entry.empty() ? known(ctx, objfile::start_symbol(ctx.plan.kind)) : find_symbol(ctx, entry),
      RootKind::kEntry);
  add(known(ctx, KnownSymbol::kUnreachableMethod), RootKind::kUnreachableMethod);
  for (SymId id : ctx.wasm_exports)
    add(id, RootKind::kExport);
  add(ctx.main_inittasks, RootKind::kInitTasks);
  return request;
}

Liveness find_live_symbols(const Context &ctx, const LivenessRequest &request) {
  NoObserver observer;
  return Marker(ctx, observer).run(request);
}

void mark_live_symbols(Context &ctx) {
  // Nearly all pages of these will be touched, so the other thread maps them.
  if (ctx.helper.has_thread())
    ctx.helper.start("map tables", [&ctx] {
      for (const auto &object : ctx.objects)
        if (object->file)
          object->file->fetch(object->obj.tables());
    });
  Liveness live;
  if (ctx.options.dump_dependencies) {
    DependencyPrinter printer(ctx);
    live = Marker(ctx, printer).run(request_of_program(ctx));
  } else {
    live = find_live_symbols(ctx, request_of_program(ctx));
  }
  ctx.attributes = std::move(live.attributes);
  ctx.package_inits = std::move(live.package_inits);
  ctx.linked_types = std::move(live.linked_types);
  for (Problem &problem : live.problems)
    ctx.diag.error(std::move(problem));
}

} // namespace wald
