// Gives every data symbol its address (ref: dodata and address in cmd/link/internal/ld/data.go).
//
// Symbols fall into groups by kind and name; a group is sorted by size, equal sizes by number;
// groups make up sections. The data segment is arranged first, because the garbage collector's
// programs describe it and are themselves read-only data; addresses begin with the read-only part.
#include "linker/core/go_sort.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/core/type_data.h"
#include "linker/layout/gc_program.h"
#include "linker/layout/layout.h"

#include <algorithm>

namespace wald {

namespace {

constexpr uint64_t kLowestDataAddress = 4096 + 8192; // below, JavaScript puts argv and environment
constexpr uint64_t kLargestSymbol = 2'000'000'000;
constexpr uint64_t kLargestSegment = 2'000'000'000;

// -- Groups

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
  explicit MemberOrder(const Context &ctx) : zerobase_(find_symbol(ctx, "runtime.zerobase")) {}

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

// Lists a symbol in its group, if it has one.
// False if its size cannot be.
[[nodiscard]] bool add_member(Context &ctx, std::array<std::vector<Member>, kNumGroups> &members,
                              const SymbolView &symbol) {
  Group group = data_group(*ctx.version, symbol);
  if (group == Group::kNone)
    return true;
  ctx.group[number(symbol.id())] = group;
  uint64_t size = symbol.size();
  members[unsigned(group)].push_back(
      {size, symbol.id(), alignment_of(symbol.explicit_alignment(), size)});
  return size <= kLargestSymbol && size >= symbol.data().size();
}

} // namespace

// Sorts the live symbols that are as their objects have them into groups, while other passes make
// the linker's own. So it looks at nothing that these change: not at attributes and moved
// definitions, of which it has copies, nor at symbols that the linker owns or names.
class DataCollection {
public:
  explicit DataCollection(Context &ctx)
      : ctx_(ctx), order_(ctx), moved_(ctx.moved),
        attributes_(ctx.attributes.data(), ctx.attributes.data() + ctx.num_positional + 1) {
    ctx.helper.run([this] { run(); });
  }

  // The ranks of the members of Group::kType, where these have an order of their own.
  TypeRanks take_type_ranks() { return std::move(type_ranks_); }

  // The members of each group, sorted but where the group has an order of its own.
  std::array<std::vector<Member>, kNumGroups> take() {
    ctx_.helper.join();
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
        if (!(attributes_[n] & kReachable) || attributes_[n] & kSpecial)
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
      if (SymbolView view(ctx_, symbol.id, symbol.def); !add_member(ctx_, members_, view))
        wrong_sizes_.push_back(view);
  }

  Context &ctx_;
  MemberOrder order_;
  llvm::DenseMap<uint32_t, Definition> moved_;
  std::vector<uint8_t> attributes_;
  std::array<std::vector<Member>, kNumGroups> members_;
  std::vector<SymbolView> wrong_sizes_;
  TypeRanks type_ranks_;
};

void collect_data_symbols(Context &ctx) {
  // build_module_data will fill it, but no definition may move while the other thread looks at
  // them.
  if (SymId id = find_symbol(ctx, "runtime.lastmoduledatap"); id != SymId::kNone)
    make_owned(ctx, id);
  ctx.data_collection = std::make_shared<DataCollection>(ctx);
}

namespace {

class Layout {
public:
  explicit Layout(Context &ctx) : ctx_(ctx), version_(*ctx.version), order_(ctx) {}

  void run() {
    complete_groups();
    if (!ctx_.ok())
      return;
    measure_pclntab();
    arrange_data();
    arrange_thread_locals();
    arrange_read_only();
    assign_addresses();
    set_markers();
    note_funcdata_base();
  }

private:
  struct Arranged {
    std::vector<Section> sections;
    uint64_t offset = 0; // running, from the start of the segment
  };

  std::vector<Member> &members(Group group) { return ctx_.members[unsigned(group)]; }

  // The linker's own symbols join those of objects.
  void complete_groups() {
    std::array<std::vector<Member>, kNumGroups> collected = ctx_.data_collection->take(), own;
    for (size_t i = 0; i < ctx_.owned_symbols.size(); i++) {
      const OwnedSymbol &owned = ctx_.owned_symbols[i];
      uint8_t attributes = ctx_.attributes[number(owned.id)];
      if (attributes & kReachable && !(attributes & kSpecial))
        if (SymbolView symbol(ctx_, owned.id); !add_member(ctx_, own, symbol))
          report_size(ctx_, symbol);
    }
    for (unsigned group = 0; group < kNumGroups; group++) {
      if (Group(group) == Group::kPclntab)
        continue;
      std::vector<Member> &list = collected[group];
      // What the linker has changed or put elsewhere since.
      llvm::erase_if(list, [&](const Member &member) {
        uint8_t attributes = ctx_.attributes[number(member.id)];
        return attributes & kSpecial ||
               (attributes & kMoved && definition(ctx_, member.id).is_owned());
      });
      if (has_order_of_its_own(ctx_, Group(group))) {
        sort_types(list, own[group]);
      } else if (!own[group].empty()) {
        std::sort(own[group].begin(), own[group].end(), order_);
        std::vector<Member> merged(list.size() + own[group].size());
        std::merge(list.begin(), list.end(), own[group].begin(), own[group].end(), merged.begin(),
                   order_);
        list = std::move(merged);
      }
      members(Group(group)) = std::move(list);
    }
  }

  // build_pclntab has listed its tables already; their sizes are known only now.
  void measure_pclntab() {
    for (Member &member : members(Group::kPclntab)) {
      SymbolView symbol(ctx_, member.id);
      member.size = symbol.size();
      member.alignment = alignment_of(symbol.explicit_alignment(), member.size);
      ctx_.group[number(member.id)] = Group::kPclntab;
    }
  }

  // Types with a type string, by it; other type data; itabs. Equal strings are in no order, so the
  // sort of the reference decides.
  void sort_types(std::vector<Member> &list, llvm::ArrayRef<Member> own) {
    TypeRanks ranks = ctx_.data_collection->take_type_ranks();
    bool is_as_collected = list.size() == ranks.ranks.size();
    SymId head = find_symbol(ctx_, "type:*");
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
    OwnedSymbol &module_data = make_owned(ctx_, find_symbol(ctx_, "runtime.firstmoduledata"));
    uint8_t *words = module_data.data.data();
    objfile::store(words + ctx_.module_data_words.types_length, types_length);
    objfile::store(words + ctx_.module_data_words.itabs_offset, itabs_offset);
    objfile::store(words + ctx_.module_data_words.itabs_length, itabs_length);
  }

  // -- Sections
  Section &open_section(Arranged &segment, const char *name, std::initializer_list<Group> groups) {
    Section &section = segment.sections.emplace_back();
    section.name = name;
    section.groups = groups;
    for (Group group : groups)
      for (const Member &member : members(group))
        section.alignment = std::max(section.alignment, member.alignment);
    segment.offset = llvm::alignTo(segment.offset, section.alignment);
    section.address = segment.offset;
    return section;
  }

  // Until addresses are assigned, a symbol's value is its offset in the section.
  void place_group(Arranged &segment, Section &section, Group group) {
    for (const Member &member : members(group)) {
      segment.offset = llvm::alignTo(segment.offset, member.alignment);
      ctx_.value.set(number(member.id), segment.offset - section.address);
      segment.offset += member.size;
    }
    section.length = segment.offset - section.address;
  }

  Section &add_section(Arranged &segment, const char *name, std::initializer_list<Group> groups) {
    Section &section = open_section(segment, name, groups);
    for (Group group : groups)
      place_group(segment, section, group);
    return section;
  }

  void arrange_data() {
    if (!members(Group::kBuildInfo).empty())
      add_section(data_, ".go.buildinfo", {Group::kBuildInfo});
    if (version_.module_section)
      add_section(data_, ".go.module", {Group::kModuleData});
    add_section(data_, ".noptrdata", {Group::kNoptrdata});
    uint64_t data_length = add_section(data_, ".data", {Group::kData}).length;
    uint64_t bss_length = add_section(data_, ".bss", {Group::kBss}).length;
    check_size(data_, "variables");
    make_gc_program("runtime.gcdata", Group::kData, data_length);
    make_gc_program("runtime.gcbss", Group::kBss, bss_length);

    Section &noptrbss = open_section(data_, ".noptrbss", {Group::kNoptrbss});
    place_group(data_, noptrbss, Group::kNoptrbss);
    if (version_.gcmask_group) {
      gcmask_offset_ = noptrbss.length;
      place_group(data_, noptrbss, Group::kGcMask);
      noptrbss.groups.push_back(Group::kGcMask);
    }
    coverage_offset_ = noptrbss.length;
    place_group(data_, noptrbss, Group::kCoverageCounter);
    noptrbss.groups.push_back(Group::kCoverageCounter);
    coverage_length_ = noptrbss.length - coverage_offset_;
    if (version_.aligned_coverage) {
      coverage_offset_ += coverage_length_ % 4;
      coverage_length_ -= coverage_length_ % 4;
    }
    check_size(data_, "variables");
    if (!members(Group::kLibfuzzerCounter).empty())
      add_section(data_, ".go.fuzzcntrs", {Group::kLibfuzzerCounter});
  }

  // Thread-local variables belong to no section. Only their offsets matter, to code that names
  // them.
  void arrange_thread_locals() {
    uint64_t offset = 0;
    for (const Member &member : members(Group::kTls)) {
      offset = llvm::alignTo(offset, member.alignment);
      ctx_.value.set(number(member.id), offset);
      offset += member.size;
    }
  }

  // ref: checkdatsize in cmd/link/internal/ld/data.go.
  void check_size(const Arranged &segment, const char *what) {
    if (segment.offset > kLargestSegment)
      ctx_.diag.error(llvm::Twine("the program has too much data: ") + llvm::Twine(segment.offset) +
                      " bytes of " + what + ", more than " + llvm::Twine(kLargestSegment));
  }

  void make_gc_program(StringRef name, Group group, uint64_t section_length) {
    if (!ctx_.ok())
      return;
    GcProgram program(ctx_);
    for (const Member &member : members(group))
      program.add_symbol(member.id, ctx_.value[number(member.id)]);
    OwnedSymbol &symbol = make_owned(ctx_, find_symbol(ctx_, name));
    symbol.data = program.finish(section_length);
    symbol.size = symbol.data.size();
    // Its place in the order and its alignment are those of a symbol without contents.
    for (Member &member : members(Group::kRodata))
      if (member.id == symbol.id)
        member.size = symbol.size;
  }

  void arrange_read_only() {
    if (version_.types_in_own_section)
      add_section(read_only_, ".rodata", {Group::kGoString, Group::kGcBits, Group::kRodata});
    else
      add_section(read_only_, ".rodata",
                  {Group::kType, Group::kGoString, Group::kGoFunc, Group::kGcBits, Group::kRodata});
    if (version_.pclntab_after_rodata)
      add_section(read_only_, ".gopclntab", {Group::kPclntab});
    if (version_.types_in_own_section) {
      Section &types = open_section(read_only_, ".go.type", {Group::kType});
      read_only_.offset += 8; // so that no type has offset 0
      place_group(read_only_, types, Group::kType);
      add_section(read_only_, ".go.func", {Group::kGoFunc});
    } else {
      add_section(read_only_, ".typelink", {Group::kTypelink});
      add_section(read_only_, ".itablink", {Group::kItablink});
    }
    if (version_.symtab_section)
      add_section(read_only_, ".gosymtab", {Group::kSymtab});
    check_size(read_only_, "constants");
    if (!version_.pclntab_after_rodata)
      add_section(read_only_, ".gopclntab", {Group::kPclntab});
  }

  // -- Addresses
  void assign_addresses() {
    uint64_t address = std::max(ctx_.text_end + 1, kLowestDataAddress);
    for (Section &section : read_only_.sections) {
      address = llvm::alignTo(address, section.alignment);
      section.address = address;
      address += section.length;
    }
    uint64_t data_start = llvm::alignTo(address, ctx_.plan.data_rounding);
    if (ctx_.plan.data_start) {
      data_start = *ctx_.plan.data_start;
      if (data_start < address)
        ctx_.diag.error("-D 0x" + llvm::Twine::utohexstr(data_start) +
                            " would put the data into functions or read-only data",
                        {("these end at 0x" + llvm::Twine::utohexstr(address)).str()});
    }
    for (Section &section : data_.sections)
      section.address += data_start;
    if (data_start + data_.offset > UINT32_MAX)
      ctx_.diag.error("the program's data does not fit the 4 GiB of wasm memory");

    ctx_.sections.clear();
    for (Arranged *segment : {&read_only_, &data_})
      for (Section &section : segment->sections)
        ctx_.sections.push_back(section);
    ctx_.section_of_group.fill(UINT32_MAX);
    for (uint32_t i = 0; i < ctx_.sections.size(); i++)
      for (Group group : ctx_.sections[i].groups) {
        ctx_.section_of_group[unsigned(group)] = i;
        for (const Member &member : members(group))
          ctx_.value.set(number(member.id),
                         ctx_.value[number(member.id)] + ctx_.sections[i].address);
      }
    ctx_.data_end = ctx_.sections.back().address + ctx_.sections.back().length;
  }

  const Section *section(StringRef name) {
    for (const Section &section : ctx_.sections)
      if (section.name == name)
        return &section;
    return nullptr;
  }

  void set_marker(StringRef name, uint64_t value) {
    SymId id = find_symbol(ctx_, name);
    if (id != SymId::kNone)
      ctx_.value.set(number(id), value);
  }

  void set_bounds(StringRef begin, StringRef end, StringRef section_name) {
    const Section *found = section(section_name);
    set_marker(begin, found->address);
    set_marker(end, found->address + found->length);
  }

  void set_markers() {
    set_bounds("runtime.rodata", "runtime.erodata", ".rodata");
    set_bounds("runtime.types", "runtime.etypes",
               version_.types_in_own_section ? ".go.type" : ".rodata");
    set_bounds("runtime.noptrdata", "runtime.enoptrdata", ".noptrdata");
    set_bounds("runtime.data", "runtime.edata", ".data");
    set_bounds("runtime.bss", "runtime.ebss", ".bss");
    set_bounds("runtime.noptrbss", "runtime.enoptrbss", ".noptrbss");
    set_bounds("runtime.pclntab", "runtime.epclntab", ".gopclntab");
    if (version_.symtab_section)
      set_bounds("runtime.symtab", "runtime.esymtab", ".gosymtab");
    uint64_t noptrbss = section(".noptrbss")->address;
    if (version_.gcmask_group)
      set_marker("runtime.gcmask.*", noptrbss + gcmask_offset_);
    set_marker("runtime.covctrs", noptrbss + coverage_offset_);
    set_marker("runtime.ecovctrs", noptrbss + coverage_offset_ + coverage_length_);
    set_marker("runtime.end", ctx_.data_end);
    for (const char *name : {"runtime.gcdata", "runtime.gcbss"}) {
      SymId program = find_symbol(ctx_, name);
      set_marker("runtime.e" + StringRef(name).drop_front(8).str(),
                 ctx_.value[number(program)] + SymbolView(ctx_, program).size());
    }
    if (section(".go.fuzzcntrs"))
      define_fuzz_counters();
  }

  void define_fuzz_counters() {
    for (auto [begin, end] :
         {std::pair("runtime.__start___sancov_cntrs", "runtime.__stop___sancov_cntrs"),
          std::pair("internal/fuzz._counters", "internal/fuzz._ecounters")}) {
      for (const char *name : {begin, end})
        define_symbol(ctx_, name, Group::kMarker);
      set_bounds(begin, end, ".go.fuzzcntrs");
    }
  }

  // What funcdata offsets of Go 1.24 and 1.25 count from.
  void note_funcdata_base() {
    SymId head = find_symbol(ctx_, "go:func.*");
    ctx_.funcdata_base = head == SymId::kNone ? 0 : ctx_.value[number(head)];
  }

  Context &ctx_;
  const objfile::GoVersion &version_;
  MemberOrder order_;
  Arranged data_, read_only_;
  uint64_t gcmask_offset_ = 0, coverage_offset_ = 0, coverage_length_ = 0;
};

} // namespace

void lay_out_data(Context &ctx) {
  Layout(ctx).run();
}

} // namespace wald
