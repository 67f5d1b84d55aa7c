// Gives every data symbol its address (ref: dodata and address in cmd/link/internal/ld/data.go).
//
// Groups of symbols, of which each is in order already, make up sections. The data segment is
// arranged first, because the garbage collector's programs describe it and are themselves read-only
// data; addresses begin with the read-only part.
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/layout/data_groups.h"
#include "linker/layout/gc_program.h"

#include <algorithm>

namespace wald {

static constexpr uint64_t kLowestDataAddress =
    4096 + 8192; // below, JavaScript puts argv and environment
static constexpr uint64_t kLargestSegment = 2'000'000'000;

class DataLayout {
public:
  explicit DataLayout(Context &ctx) : ctx_(ctx), version_(*ctx.version) {}

  void run() {
    arrange_data();
    arrange_thread_locals();
    arrange_read_only();
    assign_addresses();
    set_markers();
  }

private:
  struct Arranged {
    std::vector<Section> sections;
    uint64_t offset = 0; // running, from the start of the segment
  };

  std::vector<Member> &members(Group group) { return ctx_.members[unsigned(group)]; }
  template <typename T> void set(SymId id, T value) {
    ctx_.values.set(id, value, Key<DataLayout>());
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

  void place_group(Arranged &segment, Section &section, Group group) {
    for (const Member &member : members(group)) {
      segment.offset = llvm::alignTo(segment.offset, member.alignment);
      set(member.id, SectionOffset(segment.offset - section.address));
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
    make_gc_program(KnownSymbol::kGcData, Group::kData, data_length);
    make_gc_program(KnownSymbol::kGcBss, Group::kBss, bss_length);

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
      set(member.id, TlsOffset(offset));
      offset += member.size;
    }
  }

  // ref: checkdatsize in cmd/link/internal/ld/data.go.
  void check_size(const Arranged &segment, const char *what) {
    if (segment.offset > kLargestSegment)
      ctx_.diag.error(llvm::Twine("the program has too much data: ") + llvm::Twine(segment.offset) +
                      " bytes of " + what + ", more than " + llvm::Twine(kLargestSegment));
  }

  void make_gc_program(KnownSymbol program_symbol, Group group, uint64_t section_length) {
    if (!ctx_.ok())
      return;
    GcProgram program(ctx_);
    for (const Member &member : members(group))
      program.add_symbol(member.id, number(ctx_.values.section_offset(member.id)));
    OwnedSymbol &symbol = make_owned(ctx_, known(ctx_, program_symbol));
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
          set(member.id,
              Address(number(ctx_.values.section_offset(member.id)) + ctx_.sections[i].address));
      }
    ctx_.data_end = ctx_.sections.back().address + ctx_.sections.back().length;
  }

  const Section *section(StringRef name) {
    for (const Section &section : ctx_.sections)
      if (section.name == name)
        return &section;
    return nullptr;
  }

  void set_marker(KnownSymbol symbol, uint64_t value) {
    SymId id = known(ctx_, symbol);
    if (id != SymId::kNone)
      set(id, Address(value));
  }

  void set_bounds(KnownSymbol begin, KnownSymbol end, StringRef section_name) {
    const Section *found = section(section_name);
    set_marker(begin, found->address);
    set_marker(end, found->address + found->length);
  }

  void set_markers() {
    set_marker(KnownSymbol::kText, ctx_.text_start);
    set_marker(KnownSymbol::kEText, ctx_.text_end);
    set_bounds(KnownSymbol::kRodata, KnownSymbol::kERodata, ".rodata");
    set_bounds(KnownSymbol::kTypes, KnownSymbol::kETypes,
               version_.types_in_own_section ? ".go.type" : ".rodata");
    set_bounds(KnownSymbol::kNoptrdata, KnownSymbol::kENoptrdata, ".noptrdata");
    set_bounds(KnownSymbol::kData, KnownSymbol::kEData, ".data");
    set_bounds(KnownSymbol::kBss, KnownSymbol::kEBss, ".bss");
    set_bounds(KnownSymbol::kNoptrbss, KnownSymbol::kENoptrbss, ".noptrbss");
    set_bounds(KnownSymbol::kPclntab, KnownSymbol::kEPclntab, ".gopclntab");
    if (version_.symtab_section)
      set_bounds(KnownSymbol::kSymtab, KnownSymbol::kESymtab, ".gosymtab");
    uint64_t noptrbss = section(".noptrbss")->address;
    if (version_.gcmask_group)
      set_marker(KnownSymbol::kGcMaskHead, noptrbss + gcmask_offset_);
    set_marker(KnownSymbol::kCovCtrs, noptrbss + coverage_offset_);
    set_marker(KnownSymbol::kECovCtrs, noptrbss + coverage_offset_ + coverage_length_);
    set_marker(KnownSymbol::kEnd, ctx_.data_end);
    for (auto [begin, end] : {std::pair(KnownSymbol::kGcData, KnownSymbol::kEGcData),
                              std::pair(KnownSymbol::kGcBss, KnownSymbol::kEGcBss)}) {
      SymId program = known(ctx_, begin);
      set_marker(end, number(ctx_.values.address(program)) + SymbolView(ctx_, program).size());
    }
    if (section(".go.fuzzcntrs"))
      define_fuzz_counters();
  }

  void define_fuzz_counters() {
    for (auto [begin, end] :
         {std::pair(KnownSymbol::kStartFuzzCounters, KnownSymbol::kStopFuzzCounters),
          std::pair(KnownSymbol::kFuzzCounters, KnownSymbol::kEFuzzCounters)}) {
      for (KnownSymbol symbol : {begin, end})
        define_symbol(ctx_, symbol, Group::kMarker);
      set_bounds(begin, end, ".go.fuzzcntrs");
    }
  }

  Context &ctx_;
  const objfile::GoVersion &version_;
  Arranged data_, read_only_;
  uint64_t gcmask_offset_ = 0, coverage_offset_ = 0, coverage_length_ = 0;
};

void lay_out_data(Context &ctx) {
  complete_data_groups(ctx);
  if (ctx.ok())
    DataLayout(ctx).run();
}

} // namespace wald
