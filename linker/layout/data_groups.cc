// Sorts data symbols into groups by kind and name, and orders each group: by size, equal sizes by
// number; types of Go 1.27 by their strings (ref: symtab and dodata in cmd/link/internal/ld).
//
// Symbols that are as their objects have them are collected first, beside other passes; what the
// linker has made or changed meanwhile joins them before layout.
#include "linker/layout/data_groups.h"

#include "linker/core/go_sort.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"
#include "linker/layout/layout.h"

#include <algorithm>

namespace wald {

namespace {

constexpr uint64_t kLargestSymbol = 2'000'000'000;

// The suffixes of funcdata symbols, which Go 1.24 and 1.25 lay out with the data.
bool is_funcdata_name(StringRef name) {
  for (const char *prefix : {"gcargs.", "gclocals.", "gclocals·"})
    if (name.starts_with(prefix))
      return true;
  for (const char *suffix : {".opendefer", ".arginfo0", ".arginfo1", ".argliveinfo", ".wrapinfo",
                             ".args_stackmap", ".stkobj"})
    if (name.ends_with(suffix))
      return true;
  return false;
}

// The group of a read-only symbol, by its name (ref: symtab, the loop over all symbols).
Group read_only_group(const objfile::GoVersion &version, const SymbolView &symbol, Group base) {
  StringRef name = symbol.name();
  if (name.starts_with("go:string."))
    return Group::kGoString;
  if (name.starts_with("runtime.gcbits.") ||
      (version.gcprog_in_gcbits && name.starts_with("type:.gcprog.")))
    return Group::kGcBits;
  if (name.ends_with("·f"))
    return Group::kGoFunc;
  if (!version.funcdata_in_pclntab && (base == Group::kGoFunc || is_funcdata_name(name)))
    return Group::kGoFunc;
  if (name.starts_with("type:"))
    return Group::kType;
  if (version.types_in_own_section && symbol.flag2() & objfile::kFlag2Itab)
    return Group::kType;
  return base;
}

// kNone for what takes no space in data.
Group data_group(const objfile::GoVersion &version, const SymbolView &symbol) {
  Group base = symbol.base_group();
  // Unnamed symbols of objects hold pc tables, import records and the like, which others copy.
  if (!symbol.is_owned() && symbol.record().name_size() == 0)
    return Group::kNone;
  switch (base) {
  case Group::kNone:
  case Group::kText:
  case Group::kCoverageAuxvar:
  case Group::kMarker:
  case Group::kOther:
  case Group::kPclntab: // its members are listed by build_pclntab
    return Group::kNone;
  case Group::kRodata:
    return read_only_group(version, symbol, base);
  case Group::kNoptrbss:
    if (version.gcmask_group && symbol.name().starts_with("type:.gcmask."))
      return Group::kGcMask;
    return base;
  default:
    return base;
  }
}

// -- Order inside a group: by size, equal sizes by number; runtime.zerobase comes behind all of
// size 0, whatever its own size.
class MemberOrder {
public:
  explicit MemberOrder(const Context &ctx) : zerobase_(known(ctx, KnownSymbol::kZeroBase)) {}

  bool operator()(const Member &a, const Member &b) const {
    uint64_t x = key(a), y = key(b);
    return x != y ? x < y : a.id < b.id;
  }

  // Sorts members that are in the order of their numbers.
  void sort(std::vector<Member> &members) const {
    // Nearly all are small, so counting does most of it.
    constexpr uint64_t kSmall = 4096;
    if (members.size() < kSmall / 8) {
      std::sort(members.begin(), members.end(), *this);
      return;
    }
    std::vector<uint32_t> place(kSmall + 1);
    for (const Member &member : members)
      place[std::min(key(member), kSmall - 1) + 1]++;
    for (uint64_t i = 1; i <= kSmall; i++)
      place[i] += place[i - 1];
    uint32_t first_large = place[kSmall - 1];
    std::vector<Member> sorted(members.size());
    for (const Member &member : members)
      sorted[place[std::min(key(member), kSmall - 1)]++] = member;
    std::sort(sorted.begin() + first_large, sorted.end(), *this);
    members = std::move(sorted);
  }

private:
  uint64_t key(const Member &member) const {
    return member.id == zerobase_ ? 1 : member.size + (member.size != 0);
  }

  SymId zerobase_;
};

bool has_order_of_its_own(const Context &ctx, Group group) {
  return group == Group::kPclntab || (group == Group::kType && ctx.version->types_in_own_section);
}

// Where types stand in their own section (Go 1.27): the head; types with a type string, by it;
// other type data; itabs. Equal strings are in no order, so the sort of the reference decides.
struct TypeRanks {
  std::vector<uint32_t> ranks; // by position in the list of types
  uint32_t has_head = 0, num_linked = 0, num_itabs = 0;
};

TypeRanks rank_types(const Context &ctx, llvm::ArrayRef<Member> types, SymId head,
                     const MemberOrder &order) {
  TypeRanks result;
  std::vector<StringRef> texts;
  std::vector<uint32_t> linked, others, itabs; // positions
  for (uint32_t i = 0; i < types.size(); i++) {
    SymbolView symbol(ctx, types[i].id);
    if (types[i].id == head) {
      result.has_head = 1;
    } else if (symbol.flag2() & objfile::kFlag2Itab) {
      itabs.push_back(i);
    } else if (symbol.flag() & objfile::kFlagTypelink) {
      linked.push_back(i);
      texts.push_back(TypeData(ctx, types[i].id).name());
    } else {
      others.push_back(i);
    }
  }
  result.num_linked = linked.size();
  result.num_itabs = itabs.size();
  result.ranks.resize(types.size()); // that of the head is 0
  std::vector<uint32_t> text_ranks = rank_strings(texts);
  for (size_t i = 0; i < linked.size(); i++)
    result.ranks[linked[i]] = 1 + text_ranks[i];
  uint32_t next = 1 + linked.size();
  for (std::vector<uint32_t> *list : {&others, &itabs}) {
    std::sort(list->begin(), list->end(),
              [&](uint32_t a, uint32_t b) { return order(types[a], types[b]); });
    for (uint32_t i : *list)
      result.ranks[i] = next++;
  }
  return result;
}

void report_size(Context &ctx, const SymbolView &symbol) {
  if (symbol.size() > kLargestSymbol)
    ctx.diag.error("symbol " + symbol.name() + " is too large: " + llvm::Twine(symbol.size()) +
                       " bytes",
                   {describe(ctx, symbol.id())});
  else
    ctx.diag.error("symbol " + symbol.name() + " has more contents than its size",
                   {describe(ctx, symbol.id())});
}

} // namespace

// The one writer of groups.
class DataGroups {
public:
  explicit DataGroups(Context &ctx) : ctx_(ctx), order_(ctx) {}

  void complete();

  // Lists a symbol in its group, if it has one. False if its size cannot be.
  [[nodiscard]] static bool add_member(Context &ctx, GroupMembers &members,
                                       const SymbolView &symbol) {
    Group group = data_group(*ctx.version, symbol);
    if (group == Group::kNone)
      return true;
    ctx.groups.set(symbol.id(), group, Key<DataGroups>());
    uint64_t size = symbol.size();
    members[unsigned(group)].push_back(
        {size, symbol.id(), alignment_of(symbol.explicit_alignment(), size)});
    return size <= kLargestSymbol && size >= symbol.data().size();
  }

private:
  void note_text();
  void add_own_symbols();
  void join_own(Group group, std::vector<Member> &list);
  void measure_pclntab();
  void sort_types(std::vector<Member> &list, llvm::ArrayRef<Member> own);

  Context &ctx_;
  MemberOrder order_;
  GroupMembers own_; // symbols of the linker's own
};

// Sorts the live symbols that are as their objects have them into groups, while other passes make
// the linker's own. So it looks at nothing that these change: not at attributes and moved
// definitions, of which it has copies, nor at symbols that the linker owns or names.
class DataCollection {
public:
  explicit DataCollection(Context &ctx)
      : ctx_(ctx), order_(ctx), moved_(ctx.moved),
        attributes_(ctx.attributes.data(), ctx.attributes.data() + ctx.num_positional + 1) {
    ctx.helper.start("sort data", [this] { run(); });
  }

  // The ranks of the members of Group::kType, where these have an order of their own.
  TypeRanks take_type_ranks() { return std::move(type_ranks_); }

  // The members of each group, sorted but where the group has an order of its own.
  GroupMembers take() {
    ctx_.helper.wait();
    ctx_.definitions_read_by = nullptr;
    // Not before, for whether other passes still run must not depend on when it was found.
    for (const SymbolView &symbol : wrong_sizes_)
      report_size(ctx_, symbol);
    return std::move(members_);
  }

private:
  // Symbols lie scattered over all inputs, so they are fetched a batch at a time.
  static constexpr size_t kBatch = 32;
  struct Live {
    SymId id;
    Definition def;
  };

  void run() {
    std::array<Live, kBatch> batch;
    size_t count = 0;
    for (size_t i = 0; i + 1 < ctx_.id_ranges.size(); i++) {
      const IdRange &range = ctx_.id_ranges[i];
      uint32_t end = std::min(ctx_.id_ranges[i + 1].first, ctx_.num_positional + 1);
      for_each_nonzero(attributes_.data(), range.first, end, [&](uint32_t n) {
        if (!(attributes_[n] & kReachable) || attributes_[n] & kInFuncdata)
          return;
        Definition def = attributes_[n] & kMoved
                             ? moved_.find(n)->second
                             : Definition{range.object, range.first_local + n - range.first};
        if (def.is_owned())
          return;
        ctx_.objects[def.object]->obj.prefetch_symbol(def.local);
        batch[count++] = {SymId(n), def};
        if (count == kBatch) {
          add_members(batch);
          count = 0;
        }
      });
    }
    add_members(llvm::ArrayRef(batch).take_front(count));
    for (unsigned group = 0; group < kNumGroups; group++)
      if (!has_order_of_its_own(ctx_, Group(group)))
        order_.sort(members_[group]);
    if (has_order_of_its_own(ctx_, Group::kType))
      type_ranks_ = rank_types(ctx_, members_[unsigned(Group::kType)], SymId::kNone, order_);
  }

  void add_members(llvm::ArrayRef<Live> batch) {
    for (const Live &symbol : batch)
      ctx_.objects[symbol.def.object]->obj.prefetch_name(symbol.def.local);
    for (const Live &symbol : batch)
      if (SymbolView view(ctx_, symbol.id, symbol.def);
          !DataGroups::add_member(ctx_, members_, view))
        wrong_sizes_.push_back(view);
  }

  Context &ctx_;
  MemberOrder order_;
  llvm::DenseMap<uint32_t, Definition> moved_;
  std::vector<uint8_t> attributes_;
  GroupMembers members_;
  std::vector<SymbolView> wrong_sizes_;
  TypeRanks type_ranks_;
};

// Whether a pass up to lay_out_data will define the symbol, whatever objects say.
static bool will_be_defined(const Context &ctx, KnownSymbol symbol) {
  const objfile::KnownSymbolInfo &info = objfile::info_of(symbol);
  if (symbol == KnownSymbol::kBuildId)
    return !ctx.options.build_id.empty();
  return info.reserved == objfile::Reserved::kYes && info.is_in(ctx.version->minor) &&
         symbol != KnownSymbol::kPluginTabs;
}

void collect_data_symbols(Context &ctx) {
  // No definition may move while the task looks at them, so the linker takes over now what objects
  // have under the names of its own.
  for (size_t i = 0; i < objfile::kKnownSymbols.size(); i++)
    if (SymId id = known(ctx, KnownSymbol(i));
        id != SymId::kNone && will_be_defined(ctx, KnownSymbol(i)))
      make_owned(ctx, id);
  ctx.definitions_read_by = "sort data";
  ctx.data_collection = std::make_shared<DataCollection>(ctx);
}

void DataGroups::complete() {
  GroupMembers collected = ctx_.data_collection->take();
  note_text();
  add_own_symbols();
  for (unsigned group = 0; group < kNumGroups; group++)
    if (Group(group) != Group::kPclntab) // build_pclntab has listed its tables already
      join_own(Group(group), collected[group]);
  if (ctx_.ok())
    measure_pclntab();
}

void DataGroups::note_text() {
  for (SymId function : ctx_.text)
    ctx_.groups.set(function, Group::kText, Key<DataGroups>());
}

void DataGroups::add_own_symbols() {
  for (size_t i = 0; i < ctx_.owned_symbols.size(); i++) {
    const OwnedSymbol &owned = ctx_.owned_symbols[i];
    uint8_t attributes = ctx_.attributes[number(owned.id)];
    if (!(attributes & kReachable) || attributes & kInFuncdata)
      continue;
    if (owned.group == Group::kMarker)
      ctx_.groups.set(owned.id, Group::kMarker, Key<DataGroups>());
    else if (SymbolView symbol(ctx_, owned.id); !add_member(ctx_, own_, symbol))
      report_size(ctx_, symbol);
  }
}

// The linker's own symbols of the group join those of objects.
void DataGroups::join_own(Group group, std::vector<Member> &list) {
  std::vector<Member> &own = own_[unsigned(group)];
  // What the linker has changed or put elsewhere since.
  llvm::erase_if(list, [&](const Member &member) {
    uint8_t attributes = ctx_.attributes[number(member.id)];
    return attributes & kInFuncdata ||
           (attributes & kMoved && definition(ctx_, member.id).is_owned());
  });
  if (has_order_of_its_own(ctx_, group)) {
    sort_types(list, own);
  } else if (!own.empty()) {
    std::sort(own.begin(), own.end(), order_);
    std::vector<Member> merged(list.size() + own.size());
    std::merge(list.begin(), list.end(), own.begin(), own.end(), merged.begin(), order_);
    list = std::move(merged);
  }
  ctx_.members[unsigned(group)] = std::move(list);
}

// The sizes of its tables are known only now.
void DataGroups::measure_pclntab() {
  for (Member &member : ctx_.members[unsigned(Group::kPclntab)]) {
    SymbolView symbol(ctx_, member.id);
    member.size = symbol.size();
    member.alignment = alignment_of(symbol.explicit_alignment(), member.size);
    ctx_.groups.set(member.id, Group::kPclntab, Key<DataGroups>());
  }
}

// Types with a type string, by it; other type data; itabs. Equal strings are in no order, so the
// sort of the reference decides.
void DataGroups::sort_types(std::vector<Member> &list, llvm::ArrayRef<Member> own) {
  TypeRanks ranks = ctx_.data_collection->take_type_ranks();
  bool is_as_collected = list.size() == ranks.ranks.size();
  SymId head = known(ctx_, KnownSymbol::kTypeHead);
  list.insert(list.end(), own.begin(), own.end());
  if (is_as_collected && own.size() == 1 && own[0].id == head) {
    ranks.ranks.push_back(0);
    ranks.has_head = 1;
  } else {
    std::sort(list.begin(), list.end(),
              [](const Member &a, const Member &b) { return a.id < b.id; });
    ranks = rank_types(ctx_, list, head, order_);
  }
  std::vector<Member> sorted;
  sorted.reserve(list.size());
  for (uint32_t position : go_sort_by_rank(ranks.ranks))
    sorted.push_back(list[position]);
  list = std::move(sorted);

  uint64_t offset = 8, itabs_offset = 0, itabs_length = 0; // the section's first word stays free
  uint64_t types_length = offset;
  bool seen_itab = false;
  for (size_t i = ranks.has_head; i < list.size(); i++) {
    auto [size, id, alignment] = list[i];
    if (i >= list.size() - ranks.num_itabs) {
      if (!seen_itab)
        offset = llvm::alignTo(offset, alignment);
      seen_itab = true;
      itabs_length = llvm::alignTo(itabs_length, alignment) + size;
      continue;
    }
    offset = llvm::alignTo(offset, alignment) + size;
    if (i < ranks.has_head + ranks.num_linked)
      types_length = offset;
  }
  itabs_offset = offset;
  OwnedSymbol &module_data = make_owned(ctx_, known(ctx_, KnownSymbol::kFirstModuleData));
  uint8_t *words = module_data.data.data();
  objfile::store(words + ctx_.module_data_words.types_length, types_length);
  objfile::store(words + ctx_.module_data_words.itabs_offset, itabs_offset);
  objfile::store(words + ctx_.module_data_words.itabs_length, itabs_length);
}

void complete_data_groups(Context &ctx) {
  DataGroups(ctx).complete();
}

} // namespace wald
