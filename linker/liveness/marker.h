// Marks what is reachable from roots (ref: deadcode.go in cmd/link/internal/ld).
//
// Methods are the difficult part. A type's descriptor mentions all its methods, but one is needed
// only if the type is converted to an interface and the method can be called through it: because an
// interface with that method and signature is used, or one with that name from generic code, or
// because the program looks methods up by reflection, which keeps all exported ones.
//
// An observer is told why each symbol becomes live. It is a template parameter, so that a link,
// which asks nobody, does not pay for it.
#pragma once

#include "linker/core/name_pattern.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"
#include "linker/liveness/liveness.h"
#include "linker/liveness/method_calls.h"
#include "objfile/upper_case.h"

#include <queue>
#include <utility>

namespace wald {

// What made something live: a root, or a relocation or auxiliary entry of another symbol. A method
// comes from its type; MethodCalls knows what else it took.
struct Reference {
  enum class Kind : uint8_t { kRoot, kReloc, kAux, kMethod };

  Kind kind = Kind::kRoot;
  uint16_t type = 0;  // RootKind, the relocation's type, AuxKind
  int32_t offset = 0; // of the relocation
  SymId from = SymId::kNone;
};

// Function information and pc tables are bytes that refer to nothing and that pclntab copies, live
// or not; they would be most of all symbols looked at. Debug information is never written for wasm,
// and it refers to its own function and to other debug information only. -dumpdep shows the way
// there all the same.
inline bool is_reference(objfile::AuxKind kind, bool with_debug = false) {
  using objfile::AuxKind;
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
    return with_debug;
  default:
    return true;
  }
}

// Relocations that only say something about the program, and lead to nothing.
inline bool is_marker(const Context &ctx, uint16_t type) {
  return type == objfile::kRelocUseType || type == objfile::kRelocUseIface ||
         type == objfile::kRelocUseIfaceMethod || type == objfile::kRelocUseNamedMethod ||
         type == ctx.version->reloc_init_order;
}

// fn(target) for what a live symbol leads to: Marker's way, when it is over. Which methods a type
// leads to depends on all of the program, so these are to be tried against what is live.
template <typename Fn> void for_each_reference(const Context &ctx, SymId id, Fn fn) {
  SymbolView symbol(ctx, id);
  bool is_in_iface = ctx.attributes[number(id)] & (kUsedInIface | kInIface);
  symbol.for_each_reloc([&](const Reloc &reloc) {
    bool is_reference = reloc.type == objfile::kRelocMethodOff
                            ? is_in_iface
                            : !(reloc.type & objfile::kRelocWeak) && !is_marker(ctx, reloc.type);
    if (is_reference)
      fn(reloc.target);
  });
  if (symbol.is_owned())
    return;
  const InputObject &object = symbol.object();
  for (objfile::AuxRecord aux : object.obj.auxes(symbol.def().local))
    if (is_reference(aux.kind()))
      fn(resolve(ctx, object, aux.target()));
}

struct NoObserver {
  // Smallest number first, and debug information, too: what -dumpdep shows.
  static constexpr bool kAsDumped = false;
  // By distance from the roots, so that the first cause is the one on a shortest chain.
  static constexpr bool kNearestFirst = false;

  void begin(const Liveness &) {}
  // A symbol of this object is looked at.
  void visit(uint32_t /*object*/) {}
  // The symbol has become live. A type may do so twice, when it is found to be in an interface.
  void mark(SymId, const Reference &) {}
  void mark_method(SymId, const Candidate &) {}
  // The type has become one that is in an interface, by a conversion or as part of another.
  void put_in_interface(SymId, const Reference &) {}
  // The first call of each kind; of any method, for reflection.
  void call_method(uint32_t /*name*/, SymId /*type*/, const Reference &) {}
  void call_by_name(uint32_t /*name*/, const Reference &) {}
  void call_by_reflection(SymId /*function*/) {}
};

// Symbols waiting to be looked at. The order matters to -dumpdep only; a plain stack is cheaper.
template <bool kInOrder> class Worklist {
public:
  bool empty() const { return symbols_.empty(); }
  void push(SymId id) {
    if constexpr (kInOrder)
      symbols_.push(id);
    else
      symbols_.push_back(id);
  }
  std::vector<SymId> take_all() { return std::exchange(symbols_, {}); } // in order of push()
  SymId pop() {
    SymId id;
    if constexpr (kInOrder) {
      id = symbols_.top();
      symbols_.pop();
    } else {
      id = symbols_.back();
      symbols_.pop_back();
    }
    return id;
  }

private:
  std::conditional_t<kInOrder, std::priority_queue<SymId, std::vector<SymId>, std::greater<SymId>>,
                     std::vector<SymId>>
      symbols_;
};

template <typename Observer> class Marker {
public:
  Marker(const Context &ctx, Observer &observer)
      : ctx_(ctx), observer_(observer), defer_return_(known(ctx, KnownSymbol::kDeferReturn)),
        reloc_init_order_(ctx.version->reloc_init_order) {}

  Liveness run(const LivenessRequest &request) {
    copy_attributes();
    observer_.begin(live_);
    reflected_methods_ = request.reflected_methods;
    for (SymId id : request.left_out)
      live_.attributes[number(id)] |= kReachable;
    for (const LivenessRoot &root : request.roots)
      mark(root.id, {Reference::Kind::kRoot, uint16_t(root.kind), 0, SymId::kNone});
    do
      if constexpr (Observer::kNearestFirst)
        visit_those_waiting();
      else
        flood();
    while (mark_called_methods(request.reflection_keeps_methods));
    for (SymId id : request.left_out)
      live_.attributes[number(id)] &= ~kReachable;
    if (reflect_seen_ && request.reflection_keeps_methods)
      list_left_out_methods();
    return std::move(live_);
  }

private:
  using AuxKind = objfile::AuxKind;

  // Without what an earlier run has found.
  void copy_attributes() {
    constexpr uint8_t kGiven = uint8_t(~(kReachable | kInIface | kCallsDeferReturn));
    size_t count = ctx_.num_positional + 1 + ctx_.new_symbols.size();
    live_.attributes.reset(ctx_.capacity);
    live_.attributes.prefault(count);
    const uint8_t *from = ctx_.attributes.data();
    std::transform(from, from + count, live_.attributes.data(),
                   [](uint8_t attributes) { return attributes & kGiven; });
  }

  uint8_t &attributes(SymId id) { return live_.attributes[number(id)]; }

  [[gnu::always_inline]] void mark(SymId id, const Reference &by) {
    if (is_new(id))
      observer_.mark(id, by);
  }

  [[gnu::always_inline]] bool is_new(SymId id) {
    if (id == SymId::kNone)
      return false;
    uint8_t &known = attributes(id);
    if (known & kReachable)
      return false;
    known |= kReachable;
    worklist_.push(id);
    return true;
  }

  // What they refer to waits, behind the methods that they call.
  void visit_those_waiting() {
    for (SymId id : worklist_.take_all()) {
      Definition def = definition(ctx_, id, attributes(id));
      if (!def.is_owned())
        observer_.visit(def.object);
      visit(SymbolView(ctx_, id, def));
    }
  }

  // Symbols lie scattered over all inputs, so that most of the time would go into waiting for
  // memory. So the next few are fetched while one is looked at: in two steps, for where a symbol's
  // tables are must be read first. Only order forbids it.
  void flood() {
    struct Next {
      SymId id;
      Definition def;
    };
    constexpr unsigned kRing = 8, kMostAhead = Observer::kAsDumped ? 1 : kRing;
    Next ring[kRing];
    unsigned first = 0, count = 0;
    for (;;) {
      for (; count < kMostAhead && !worklist_.empty(); count++) {
        SymId id = worklist_.pop();
        Definition def = definition(ctx_, id, attributes(id));
        ring[(first + count) % kRing] = {id, def};
        if (!def.is_owned())
          ctx_.objects[def.object]->obj.prefetch_record(def.local);
      }
      if (count == 0)
        return;
      Next next = ring[first++ % kRing];
      count--;
      if (count > kRing / 2) {
        Definition def = ring[(first + kRing / 2) % kRing].def;
        if (!def.is_owned())
          ctx_.objects[def.object]->obj.prefetch_tables(def.local);
      }
      if (!next.def.is_owned())
        observer_.visit(next.def.object);
      visit(SymbolView(ctx_, next.id, next.def));
    }
  }

  static Reference by_reloc(SymId from, const Reloc &reloc) {
    return {Reference::Kind::kReloc, reloc.type, reloc.offset, from};
  }

  void visit(const SymbolView &symbol) {
    SymId id = symbol.id();
    if (symbol.is_owned()) {
      for (const Reloc &reloc : symbol.owned().relocs) {
        if (reloc.target == defer_return_)
          attributes(id) |= kCallsDeferReturn;
        visit_reloc(id, reloc);
      }
      return;
    }
    const InputObject &object = symbol.object();
    uint32_t local = symbol.def().local;
    uint8_t flag = symbol.flag(), flag2 = symbol.flag2();
    if (flag & objfile::kFlagReflectMethod) [[unlikely]] {
      reflect_seen_ = true;
      observer_.call_by_reflection(id);
    }
    if (flag & objfile::kFlagTypelink || flag2 & objfile::kFlag2Itab)
      live_.linked_types.push_back(id);
    if (flag & objfile::kFlagGoType)
      visit_type(symbol);
    else
      for (objfile::RelocRecord record : object.obj.relocs(local)) {
        uint16_t type = record.type();
        if (type == objfile::kRelocAddr || type == objfile::kRelocCall) [[likely]] {
          SymId target = resolve(ctx_, object, record.target());
          if (target == defer_return_) [[unlikely]]
            attributes(id) |= kCallsDeferReturn;
          mark(target, {Reference::Kind::kReloc, type, record.offset(), id});
        } else if (!(type & objfile::kRelocWeak))
          visit_reloc(id, {record.offset(), record.size(), type, record.addend(),
                           resolve(ctx_, object, record.target())});
      }
    objfile::Table<objfile::AuxRecord> auxes = object.obj.auxes(local);
    for (objfile::AuxRecord aux : auxes)
      if (is_edge(aux.kind()))
        mark(resolve(ctx_, object, aux.target()),
             {Reference::Kind::kAux, uint16_t(aux.kind()), 0, id});
    if (!auxes.empty() && flag2 & objfile::kFlag2PkgInit)
      live_.package_inits.push_back(id);
  }

  static bool is_edge(AuxKind kind) { return is_reference(kind, Observer::kAsDumped); }

  // A relocation of something that is no type.
  void visit_reloc(SymId from, const Reloc &reloc) {
    if (reloc.target == SymId::kNone || reloc.type & objfile::kRelocWeak)
      return;
    if (reloc.type == objfile::kRelocMethodOff)
      return report("method table in something that is no type", from);
    if (!visit_marker(from, reloc))
      mark(reloc.target, by_reloc(from, reloc));
  }

  void visit_type(const SymbolView &symbol) {
    SymId id = symbol.id();
    bool is_in_iface = attributes(id) & (kUsedInIface | kInIface);
    size_t first_candidate = methods_.num_candidates();
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
        if (is_in_iface) {
          methods_.add(candidate);
          use_in_iface(candidate.targets[0], by_reloc(id, reloc));
        }
        return;
      }
      if (reloc.target == SymId::kNone || visit_marker(id, reloc))
        return;
      if (is_in_iface && becomes_used_in_iface(reloc.target)) {
        observer_.put_in_interface(reloc.target, by_reloc(id, reloc));
        attributes(reloc.target) &= ~kReachable;
      }
      mark(reloc.target, by_reloc(id, reloc));
    });
    if (method_slot)
      report("relocations for methods come in threes", id);
    if (methods_.num_candidates() != first_candidate)
      name_candidates(id, first_candidate);
  }

  // A type that is reached from a type in an interface can get into one by reflection. Says whether
  // the target is such a type and was not yet known to be.
  bool becomes_used_in_iface(SymId target) {
    uint8_t &known = attributes(target);
    if (known & (kUsedInIface | kInIface) ||
        !(SymbolView(ctx_, target).flag() & objfile::kFlagGoType))
      return false;
    known |= kInIface;
    return true;
  }

  void use_in_iface(SymId type, const Reference &by) {
    if (type == SymId::kNone)
      return;
    uint8_t &known = attributes(type);
    if (known & (kUsedInIface | kInIface))
      return;
    known |= kInIface;
    observer_.put_in_interface(type, by);
    // Seen without: its methods and parts need a second visit.
    if (known & kReachable) {
      known &= ~kReachable;
      mark(type, by);
    }
  }

  // Relocations that only say something about the program. False for an ordinary one.
  bool visit_marker(SymId from, const Reloc &reloc) {
    switch (reloc.type) {
    case objfile::kRelocUseType:
      return true;
    case objfile::kRelocUseIface:
      visit_use_iface(by_reloc(from, reloc), reloc.target);
      return true;
    case objfile::kRelocUseIfaceMethod: {
      TypeData interface(ctx_, reloc.target);
      uint32_t name = methods_.intern(interface.name_at(reloc.addend));
      SymId type = interface.target_at(reloc.addend + 4);
      if (methods_.call(name, type))
        observer_.call_method(name, type, by_reloc(from, reloc));
      return true;
    }
    case objfile::kRelocUseNamedMethod: {
      uint32_t name = methods_.intern(objfile::to_string(SymbolView(ctx_, reloc.target).data()));
      if (methods_.call_by_name(name))
        observer_.call_by_name(name, by_reloc(from, reloc));
      return true;
    }
    default:
      return reloc.type == reloc_init_order_;
    }
  }

  void visit_use_iface(const Reference &by, SymId target) {
    SymbolView symbol(ctx_, target);
    if (symbol.flag2() & objfile::kFlag2Itab) {
      target = TypeData(ctx_, target).target_at(8); // the itab's concrete type
      if (target == SymId::kNone)
        return;
    }
    if (!(SymbolView(ctx_, target).flag() & objfile::kFlagGoType))
      return report("conversion to an interface of something that is no type", by.from);
    use_in_iface(target, by);
  }

  // Attaches the names of the type's method table to its candidates.
  void name_candidates(SymId type, size_t first) {
    // Those who have relocations are there; a number alone could be anything.
    TypeData data(ctx_, type);
    if (data.num_methods() != methods_.num_candidates() - first) {
      report("a type's method table does not match its relocations", type);
      methods_.drop_from(first);
      return;
    }
    std::vector<TypeData::Method> table = data.methods();
    for (size_t i = 0; i < table.size(); i++)
      methods_.name(first + i, table[i].name, table[i].type,
                    objfile::begins_upper_case(table[i].name, ctx_.version->minor),
                    reflected_methods_ && !is_reflected(type, table[i].name));
  }

  // By the name alone, or with that of the type, with or without a pointer.
  bool is_reflected(SymId type, StringRef method) const {
    if (reflected_methods_->matches(method))
      return true;
    StringRef name = name_of(ctx_, type);
    name.consume_front("type:");
    name.consume_front("*");
    return reflected_methods_->matches((name + "." + method).str());
  }

  // What reflection says of methods stays true, also of those that it cannot call. Each is looked
  // at once; that it may still turn out to be called does no harm.
  void mark_types_of_left_out() {
    for (uint32_t i = methods_.next_left_out(next_left_out_); i < methods_.num_candidates();
         i = methods_.next_left_out(i + 1)) {
      const Candidate &method = methods_.candidate(i);
      mark(method.targets[0], {Reference::Kind::kReloc, objfile::kRelocMethodOff, 0, method.type});
    }
    next_left_out_ = methods_.num_candidates();
  }

  void list_left_out_methods() {
    for (uint32_t i = methods_.next_left_out(0); i < methods_.num_candidates();
         i = methods_.next_left_out(i + 1)) {
      const Candidate &method = methods_.candidate(i);
      live_.left_out_methods.push_back(
          {methods_.text(method.name), {method.targets[1], method.targets[2]}});
    }
  }

  // Each round of marking finds calls of further methods. Returns whether there were any.
  bool mark_called_methods(bool reflection_keeps_methods) {
    if (reflect_seen_ && reflection_keeps_methods) {
      methods_.call_all_exported();
      mark_types_of_left_out();
    }
    for (uint32_t i : methods_.take_called())
      for (SymId target : methods_.candidate(i).targets)
        if (is_new(target))
          observer_.mark_method(target, methods_.candidate(i));
    return !worklist_.empty();
  }

  void report(const char *what, SymId id) {
    live_.problems.push_back({std::string("broken object: ") + what, {"in " + describe(ctx_, id)}});
  }

  const Context &ctx_;
  Observer &observer_;
  Liveness live_;
  Worklist<Observer::kAsDumped> worklist_;
  MethodCalls methods_;
  SymId defer_return_;
  uint16_t reloc_init_order_;
  bool reflect_seen_ = false;
  const NamePatterns *reflected_methods_ = nullptr;
  uint32_t next_left_out_ = 0;
};

} // namespace wald
