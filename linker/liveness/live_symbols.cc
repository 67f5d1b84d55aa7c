// Marks what the program needs, from the entry point and the exports; -dumpdep shows the way.
#include "linker/core/passes.h"
#include "linker/liveness/marker.h"
#include "linker/liveness/method_stubs.h"

#include "llvm/Support/raw_ostream.h"

#include <atomic>

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

// Has the other thread map the tables of objects of which much is live: nearly all of their pages
// will be touched. Those of the others would take memory for nothing, and a program that uses
// little of a large SDK has more of these.
class TableMapper : public NoObserver {
public:
  explicit TableMapper(Context &ctx) : ctx_(ctx) {
    for (const auto &object : ctx_.objects)
      num_missing_.push_back(kFew + object->obj.num_defs() / kShare);
    mapped_.resize(ctx_.objects.size());
    ctx_.helper.start("map tables", [this] { map_tables(); });
  }

  void visit(uint32_t object) {
    if (--num_missing_[object] == 0) [[unlikely]] {
      mapped_[num_mapped_++] = object;
      tell(num_mapped_);
    }
  }

  void end() {
    tell(num_mapped_ | kOver);
    ctx_.helper.wait();
  }

private:
  static constexpr uint32_t kFew = 4, kShare = 64;
  static constexpr uint32_t kOver = 1u << 31;

  void tell(uint32_t news) {
    news_.store(news, std::memory_order_release);
    news_.notify_one();
  }

  void map_tables() {
    for (uint32_t next = 0;;) {
      uint32_t news = news_.load(std::memory_order_acquire);
      if (news & kOver)
        return;
      if (next == news) {
        news_.wait(news, std::memory_order_acquire);
        continue;
      }
      const InputObject &object = *ctx_.objects[mapped_[next++]];
      if (object.file)
        object.file->fetch(object.obj.tables());
    }
  }

  Context &ctx_;
  std::vector<uint32_t> num_missing_; // by object: symbols to come until its tables are mapped
  std::vector<uint32_t> mapped_;      // those objects, in order
  uint32_t num_mapped_ = 0;
  std::atomic<uint32_t> news_ = 0; // how many of them the helper may know of
};

} // namespace

LivenessRequest request_of_program(const Context &ctx) {
  LivenessRequest request;
  request.reflected_methods = ctx.plan.reflected_methods.get();
  request.reflection_keeps_methods = !ctx.options.drops_reflected_methods;
  auto add = [&](SymId id, RootKind kind) { request.roots.push_back({id, kind}); };
  const std::string &entry = ctx.plan.entry;
  add(entry.empty() ? known(ctx, objfile::start_symbol(ctx.plan.kind)) : find_symbol(ctx, entry),
      RootKind::kEntry);
  add(known(ctx, KnownSymbol::kUnreachableMethod), RootKind::kUnreachableMethod);
  if (request.reflected_methods)
    for (KnownSymbol symbol : kNeededByMethodStubs)
      add(known(ctx, symbol), RootKind::kUnreachableMethod);
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
  Liveness live;
  if (ctx.options.dump_dependencies) {
    DependencyPrinter printer(ctx);
    live = Marker(ctx, printer).run(request_of_program(ctx));
  } else if (ctx.helper.has_thread()) {
    TableMapper mapper(ctx);
    live = Marker(ctx, mapper).run(request_of_program(ctx));
    mapper.end();
  } else {
    live = find_live_symbols(ctx, request_of_program(ctx));
  }
  ctx.attributes = std::move(live.attributes);
  ctx.package_inits = std::move(live.package_inits);
  ctx.linked_types = std::move(live.linked_types);
  ctx.left_out_methods = std::move(live.left_out_methods);
  for (Problem &problem : live.problems)
    ctx.diag.error(std::move(problem));
}

} // namespace wald
