// Marks what the program needs, from the entry point and the exports (ref: deadcode.go in
// cmd/link/internal/ld).
//
// Methods are the difficult part. A type's descriptor mentions all its methods, but one is needed
// only if the type is converted to an interface and the method can be called through it: because an
// interface with that method and signature is used, or one with that name from generic code, or
// because the program looks methods up by reflection, which keeps all exported ones.
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"
#include "objfile/support/name_map.h"
#include "objfile/upper_case.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/raw_ostream.h"

#include <queue>
#include <utility>

namespace wald {

namespace {

using objfile::AuxKind;

// A method of a type that is used in an interface; kept if the method turns out to be called.
struct Candidate {
  static constexpr uint32_t kNone = UINT32_MAX;

  SymId type;            // whose method it is
  SymId targets[3] = {}; // method type, function for interface calls, function for direct calls
  uint32_t name = 0;     // interned
  bool is_exported = false, is_called = false;
  // Those before it that wait for the same calls, or kNone.
  uint32_t same_name = kNone, same_method = kNone;
};

// What methods are called by: a name, or a name and a function type.
struct Calls {
  bool is_called = false;
  uint32_t last_waiting = Candidate::kNone;
};

// Symbols waiting to be looked at. The order matters to -dumpdep only, which wants the smallest
// number first; a plain stack is cheaper.
class Worklist {
public:
  explicit Worklist(bool ordered) : ordered_(ordered) {}
  bool empty() const { return ordered_ ? queue_.empty() : stack_.empty(); }
  void push(SymId id) { ordered_ ? queue_.push(id) : stack_.push_back(id); }
  SymId pop() {
    SymId id = ordered_ ? queue_.top() : stack_.back();
    ordered_ ? queue_.pop() : stack_.pop_back();
    return id;
  }

private:
  bool ordered_;
  std::vector<SymId> stack_;
  std::priority_queue<SymId, std::vector<SymId>, std::greater<>> queue_;
};

class Marker {
public:
  explicit Marker(Context &ctx)
      : ctx_(ctx), worklist_(ctx.options.dump_dependencies),
        defer_return_(known(ctx, KnownSymbol::kDeferReturn)),
        reloc_init_order_(ctx.version->reloc_init_order) {}

  void run() {
    mark_roots();
    flood();
    while (mark_called_methods())
      flood();
    if (ctx_.options.dump_dependencies)
      llvm::outs().flush();
  }

private:
  void mark_roots() {
    const std::string &entry = ctx_.options.entry;
    mark(entry.empty() ? known(ctx_, objfile::start_symbol(ctx_.module_kind()))
                       : find_symbol(ctx_, entry),
         SymId::kNone);
    mark(known(ctx_, KnownSymbol::kUnreachableMethod), SymId::kNone);
    for (SymId id : ctx_.wasm_exports)
      mark(id, SymId::kNone);
    mark(ctx_.main_inittasks, SymId::kNone);
  }

  void mark(SymId id, SymId from) {
    if (id == SymId::kNone)
      return;
    uint8_t &attributes = ctx_.attributes[number(id)];
    if (attributes & kReachable)
      return;
    attributes |= kReachable;
    worklist_.push(id);
    if (ctx_.options.dump_dependencies) [[unlikely]]
      print_edge(from, id);
  }

  void print_edge(SymId from, SymId to) {
    std::string to_name = name_with_flags(to);
    if (name_of(ctx_, to).empty())
      return;
    llvm::outs() << (from == SymId::kNone ? "_" : name_with_flags(from)) << " -> " << to_name
                 << '\n';
  }

  std::string name_with_flags(SymId id) {
    SymbolView symbol(ctx_, id);
    std::string flags;
    if (ctx_.attributes[number(id)] & kUsedInIface)
      flags += "<UsedInIface>";
    if (symbol.flag() & objfile::kFlagReflectMethod)
      flags += "<ReflectMethod>";
    return symbol.name().str() + (flags.empty() ? "" : " " + flags);
  }

  // Symbols lie scattered over all inputs, so that most of the time would go into waiting for
  // memory. So the next few are fetched while one is looked at: in two steps, for where a symbol's
  // tables are must be read first. -dumpdep wants them one by one.
  void flood() {
    constexpr unsigned kMostAhead = 8;
    const unsigned ahead = ctx_.options.dump_dependencies ? 1 : kMostAhead;
    SymId ring[kMostAhead];
    unsigned first = 0, count = 0;
    for (;;) {
      for (; count < ahead && !worklist_.empty(); count++) {
        SymId id = worklist_.pop();
        ring[(first + count) % kMostAhead] = id;
        if (Definition def = definition(ctx_, id); !def.is_owned())
          ctx_.objects[def.object]->obj.prefetch_record(def.local);
      }
      if (count == 0)
        return;
      SymId id = ring[first++ % kMostAhead];
      count--;
      if (count > kMostAhead / 2) {
        Definition def = definition(ctx_, ring[(first + kMostAhead / 2) % kMostAhead]);
        if (!def.is_owned())
          ctx_.objects[def.object]->obj.prefetch_tables(def.local);
      }
      visit(id);
    }
  }

  void visit(SymId id) {
    SymbolView symbol(ctx_, id);
    if (symbol.is_owned()) {
      for (const Reloc &reloc : symbol.owned().relocs) {
        if (reloc.target == defer_return_)
          set_attribute(ctx_, id, kCallsDeferReturn);
        visit_reloc(id, reloc);
      }
      return;
    }
    const InputObject &object = symbol.object();
    uint32_t local = symbol.def().local;
    uint8_t flag = symbol.flag(), flag2 = symbol.flag2();
    reflect_seen_ |= bool(flag & objfile::kFlagReflectMethod);
    if (flag & objfile::kFlagTypelink || flag2 & objfile::kFlag2Itab)
      ctx_.linked_types.push_back(id);
    if (flag & objfile::kFlagGoType)
      visit_type(symbol);
    else
      for (objfile::RelocRecord record : object.obj.relocs(local)) {
        uint16_t type = record.type();
        if (type == objfile::kRelocAddr || type == objfile::kRelocCall) [[likely]] {
          SymId target = resolve(ctx_, object, record.target());
          if (target == defer_return_) [[unlikely]]
            set_attribute(ctx_, id, kCallsDeferReturn);
          mark(target, id);
        } else if (!(type & objfile::kRelocWeak))
          visit_reloc(id, {record.offset(), record.size(), type, record.addend(),
                           resolve(ctx_, object, record.target())});
      }
    objfile::Table<objfile::AuxRecord> auxes = object.obj.auxes(local);
    for (objfile::AuxRecord aux : auxes)
      if (is_edge(aux.kind()))
        mark(resolve(ctx_, object, aux.target()), id);
    if (!auxes.empty() && flag2 & objfile::kFlag2PkgInit)
      ctx_.package_inits.push_back(id);
  }

  // Function information and pc tables are bytes that refer to nothing and that pclntab copies,
  // live or not; they would be most of all symbols looked at here. Debug information is never
  // written for wasm, and it refers to its own function and to other debug information only.
  // -dumpdep shows the way there all the same.
  bool is_edge(AuxKind kind) const {
    switch (kind) {
    case AuxKind::kGoType:
    case AuxKind::kFuncInfo:
    case AuxKind::kPcsp:
    case AuxKind::kPcfile:
    case AuxKind::kPcline:
    case AuxKind::kPcinline:
    case AuxKind::kPcdata:
      return false;
    case AuxKind::kDwarfInfo:
    case AuxKind::kDwarfLoc:
    case AuxKind::kDwarfRanges:
    case AuxKind::kDwarfLines:
      return ctx_.options.dump_dependencies;
    default:
      return true;
    }
  }

  // A relocation of something that is no type.
  void visit_reloc(SymId from, const Reloc &reloc) {
    if (reloc.target == SymId::kNone || reloc.type & objfile::kRelocWeak)
      return;
    if (reloc.type == objfile::kRelocMethodOff)
      return report("method table in something that is no type", from);
    if (!visit_marker(from, reloc))
      mark(reloc.target, from);
  }

  void visit_type(const SymbolView &symbol) {
    SymId id = symbol.id();
    bool used_in_iface = ctx_.attributes[number(id)] & kUsedInIface;
    size_t first_candidate = candidates_.size();
    unsigned method_slot = 0; // place in a group of three method offsets
    Candidate candidate{.type = id};
    symbol.for_each_reloc([&](const Reloc &reloc) {
      if (reloc.type & objfile::kRelocWeak)
        return;
      if (reloc.type == objfile::kRelocMethodOff) {
        candidate.targets[method_slot++] = reloc.target;
        if (method_slot < 3)
          return;
        method_slot = 0;
        if (used_in_iface) {
          candidates_.push_back(candidate);
          use_in_iface(candidate.targets[0], id);
        }
        return;
      }
      if (reloc.target == SymId::kNone || visit_marker(id, reloc))
        return;
      if (used_in_iface && becomes_used_in_iface(reloc.target))
        ctx_.attributes[number(reloc.target)] &= ~kReachable;
      mark(reloc.target, id);
    });
    if (method_slot)
      report("relocations for methods come in threes", id);
    if (candidates_.size() != first_candidate)
      name_candidates(id, first_candidate);
  }

  // A type that is reached from a type in an interface can get into one by reflection. Says whether
  // the target is such a type and was not yet known to be.
  bool becomes_used_in_iface(SymId target) {
    uint8_t &attributes = ctx_.attributes[number(target)];
    if (attributes & kUsedInIface || !(SymbolView(ctx_, target).flag() & objfile::kFlagGoType))
      return false;
    attributes |= kUsedInIface;
    return true;
  }

  void use_in_iface(SymId type, SymId from) {
    if (type == SymId::kNone)
      return;
    uint8_t &attributes = ctx_.attributes[number(type)];
    if (attributes & kUsedInIface)
      return;
    attributes |= kUsedInIface;
    // Seen without: its methods and parts need a second visit.
    if (attributes & kReachable) {
      attributes &= ~kReachable;
      mark(type, from);
    }
  }

  // Relocations that only say something about the program. False for an ordinary one.
  bool visit_marker(SymId from, const Reloc &reloc) {
    switch (reloc.type) {
    case objfile::kRelocUseType:
      return true;
    case objfile::kRelocUseIface:
      visit_use_iface(from, reloc.target);
      return true;
    case objfile::kRelocUseIfaceMethod: {
      TypeData interface(ctx_, reloc.target);
      uint32_t name = intern(interface.name_at(reloc.addend));
      call(methods_[{name, number(interface.target_at(reloc.addend + 4))}],
           &Candidate::same_method);
      return true;
    }
    case objfile::kRelocUseNamedMethod:
      call(names_[intern(objfile::to_string(SymbolView(ctx_, reloc.target).data()))],
           &Candidate::same_name);
      return true;
    default:
      return reloc.type == reloc_init_order_;
    }
  }

  void visit_use_iface(SymId from, SymId target) {
    SymbolView symbol(ctx_, target);
    if (symbol.flag2() & objfile::kFlag2Itab) {
      target = TypeData(ctx_, target).target_at(8); // the itab's concrete type
      if (target == SymId::kNone)
        return;
    }
    if (!(SymbolView(ctx_, target).flag() & objfile::kFlagGoType))
      return report("conversion to an interface of something that is no type", from);
    use_in_iface(target, from);
  }

  // Attaches the names of the type's method table to its candidates.
  void name_candidates(SymId type, size_t first) {
    // Those who have relocations are there; a number alone could be anything.
    TypeData data(ctx_, type);
    if (data.num_methods() != candidates_.size() - first) {
      report("a type's method table does not match its relocations", type);
      candidates_.resize(first);
      return;
    }
    std::vector<TypeData::Method> methods = data.methods();
    for (size_t i = 0; i < methods.size(); i++) {
      Candidate &candidate = candidates_[first + i];
      candidate.name = intern(methods[i].name);
      candidate.is_exported = objfile::begins_upper_case(methods[i].name, ctx_.version->minor);
      candidate.targets[0] = methods[i].type;
      wait(first + i);
    }
  }

  // -- Calls of methods. Each round of marking finds some that call others.

  void wait(uint32_t index) {
    Candidate &candidate = candidates_[index];
    Calls &of_name = names_[candidate.name];
    Calls &of_method = methods_[{candidate.name, number(candidate.targets[0])}];
    candidate.same_name = std::exchange(of_name.last_waiting, index);
    candidate.same_method = std::exchange(of_method.last_waiting, index);
    if (of_name.is_called || of_method.is_called || (all_exported_called_ && candidate.is_exported))
      call(index);
  }

  void call(Calls &calls, uint32_t Candidate::*next) {
    if (std::exchange(calls.is_called, true))
      return;
    for (uint32_t i = calls.last_waiting; i != Candidate::kNone; i = candidates_[i].*next)
      call(i);
  }

  void call(uint32_t index) {
    if (!std::exchange(candidates_[index].is_called, true))
      called_.push_back(index);
  }

  // Marks the methods that have become called, in the order in which their types were met. Returns
  // whether there were any.
  bool mark_called_methods() {
    if (reflect_seen_ && !std::exchange(all_exported_called_, true))
      for (uint32_t i = 0; i < candidates_.size(); i++)
        if (candidates_[i].is_exported)
          call(i);
    std::vector<uint32_t> called = std::exchange(called_, {});
    llvm::sort(called);
    for (uint32_t i : called)
      for (SymId target : candidates_[i].targets)
        mark(target, candidates_[i].type);
    return !worklist_.empty();
  }

  // Names are told apart by where they are first: many relocations may be to one very long name.
  uint32_t intern(StringRef name) {
    auto [place, is_new] = places_.try_emplace({name.data(), name.size()});
    if (is_new) {
      place->second = interned_.try_emplace(name, uint32_t(interned_.size())).first->second;
      names_.resize(interned_.size());
    }
    return place->second;
  }

  void report(const char *what, SymId id) {
    ctx_.diag.error(llvm::Twine("broken object: ") + what, {"in " + describe(ctx_, id)});
  }

  Context &ctx_;
  Worklist worklist_;
  SymId defer_return_;
  uint16_t reloc_init_order_;
  bool reflect_seen_ = false;
  bool all_exported_called_ = false; // by reflection
  std::vector<Candidate> candidates_;
  std::vector<uint32_t> called_; // that are not marked yet
  llvm::DenseMap<std::pair<const char *, size_t>, uint32_t> places_;
  objfile::NameMap<uint32_t> interned_;
  std::vector<Calls> names_;                                     // by interned name
  llvm::DenseMap<std::pair<uint32_t, uint32_t>, Calls> methods_; // name, function type
};

} // namespace

void mark_live_symbols(Context &ctx) {
  // Nearly all pages of these will be touched, so the other thread maps them.
  if (ctx.helper.has_thread())
    ctx.helper.run([&ctx] {
      for (const auto &object : ctx.objects)
        if (object->file)
          object->file->fetch(object->obj.tables());
    });
  Marker(ctx).run();
}

// Package init functions call the initialisers of their map variables weakly. One whose map is not
// needed is replaced by a function that does nothing.
void prune_map_inits(Context &ctx) {
  if (!ctx.options.prune_weak_map)
    return;
  SymId noop = known(ctx, KnownSymbol::kMapInitNoop);
  for (SymId init : ctx.package_inits) {
    std::vector<uint32_t> pruned;
    uint32_t index = 0;
    SymbolView(ctx, init).for_each_reloc([&](const Reloc &reloc) {
      if (reloc.type == (objfile::kRelocCall | objfile::kRelocWeak) &&
          reloc.target != SymId::kNone && !is_reachable(ctx, reloc.target))
        pruned.push_back(index);
      index++;
    });
    if (pruned.empty())
      continue;
    if (noop == SymId::kNone) {
      ctx.diag.error("runtime.mapinitnoop is not defined", {"needed by " + describe(ctx, init)});
      return;
    }
    set_attribute(ctx, noop, kReachable);
    OwnedSymbol &symbol = make_owned(ctx, init);
    for (uint32_t i : pruned)
      symbol.relocs[i].target = noop;
  }
}

} // namespace wald
