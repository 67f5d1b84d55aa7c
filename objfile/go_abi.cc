#include "objfile/go_abi.h"

namespace wald::objfile {

namespace {

constexpr const char *kKindNames[] = {
    "invalid", "bool",      "int",        "int8",   "int16",  "int32",          "int64",
    "uint",    "uint8",     "uint16",     "uint32", "uint64", "uintptr",        "float32",
    "float64", "complex64", "complex128", "array",  "chan",   "func",           "interface",
    "map",     "ptr",       "slice",      "string", "struct", "unsafe.Pointer", "vector",
};

// clang-format off
constexpr ModuleFieldInfo kModuleFields[kNumModuleFields] = {
    {"pcHeader", 1, true},
    {"funcnametab", 3, false}, {"cutab", 3, false}, {"filetab", 3, false}, {"pctab", 3, false},
    {"pclntable", 3, false}, {"ftab", 3, false},
    {"findfunctab", 1, true},
    {"minpc", 1, true}, {"maxpc", 1, true},
    {"text", 1, true}, {"etext", 1, true},
    {"noptrdata", 1, true}, {"enoptrdata", 1, true},
    {"data", 1, true}, {"edata", 1, true},
    {"bss", 1, true}, {"ebss", 1, true},
    {"noptrbss", 1, true}, {"enoptrbss", 1, true},
    {"covctrs", 1, true}, {"ecovctrs", 1, true},
    {"end", 1, true}, {"gcdata", 1, true}, {"gcbss", 1, true},
    {"types", 1, true}, {"typedesclen", 1, false}, {"etypes", 1, true},
    {"itaboffset", 1, false}, {"itabsize", 1, false},
    {"rodata", 1, true}, {"gofunc", 1, true}, {"epclntab", 1, true},
    {"textsectmap", 3, false}, {"typelinks", 3, false}, {"itablinks", 3, false}, {"ptab", 3, false},
    {"pluginpath", 2, false},
    {"pkghashes", 3, false}, {"inittasks", 3, false},
    {"modulename", 2, false},
    {"modulehashes", 3, false},
    {"hasmain", 1, false},
};
// clang-format on

bool has_field(const GoVersion &version, ModuleField field) {
  switch (field) {
  case ModuleField::kTypesLength:
  case ModuleField::kItabsOffset:
  case ModuleField::kItabsLength:
    return version.types_in_own_section;
  case ModuleField::kTypeLinks:
  case ModuleField::kItabLinks:
    return !version.types_in_own_section;
  case ModuleField::kPclntabEnd:
    return version.moduledata_has_epclntab;
  default:
    return true;
  }
}

} // namespace

const char *type_kind_name(TypeKind kind) {
  return unsigned(kind) < std::size(kKindNames) ? kKindNames[unsigned(kind)] : "unknown";
}

uint64_t map_extra_bytes(const GoVersion &version, llvm::StringRef experiments) {
  constexpr uint64_t kOldMaps = 40;
  if (!llvm::StringRef(version.experiment_order).contains("swissmap"))
    return version.map_extra_bytes;
  while (!experiments.empty()) {
    auto [name, rest] = experiments.split(',');
    if (name == "swissmap")
      return version.map_extra_bytes;
    experiments = rest;
  }
  return kOldMaps;
}

TypeName decode_type_name(Bytes bytes) {
  constexpr uint8_t kExported = 1, kHasTag = 2, kEmbedded = 8;
  Cursor cursor(bytes);
  TypeName name;
  uint8_t flags = cursor.read<uint8_t>();
  name.is_exported = flags & kExported;
  name.is_embedded = flags & kEmbedded;
  name.text = to_string(cursor.read_bytes(cursor.read_uleb()));
  if (flags & kHasTag)
    name.tag = to_string(cursor.read_bytes(cursor.read_uleb()));
  return name;
}

std::vector<uint8_t> write_func_info(const PlainFuncInfo &info) {
  // Function id and flags are zero, and so is the number of inlined calls at the end.
  const uint32_t words[] = {info.args, info.locals, 0, uint32_t(info.start_line), 1, info.file, 0};
  std::vector<uint8_t> data(sizeof words);
  for (size_t i = 0; i < std::size(words); i++)
    store(&data[4 * i], words[i]);
  return data;
}

std::optional<FuncInfoView> FuncInfoView::parse(Bytes data) {
  Cursor cursor(data);
  cursor.skip(kFixedSize - 4);
  uint64_t num_files = cursor.read<uint32_t>();
  cursor.skip(num_files * 4);
  uint64_t num_nodes = cursor.read<uint32_t>();
  cursor.skip(num_nodes * kNodeSize);
  if (cursor.failed())
    return std::nullopt;
  FuncInfoView view;
  view.at_ = data.data();
  view.num_files_ = num_files;
  view.num_nodes_ = num_nodes;
  return view;
}

FuncInfoView::InlineNode FuncInfoView::inline_node(uint32_t i) const {
  const uint8_t *node = at_ + kFixedSize + 4ull * num_files_ + 4 + kNodeSize * i;
  auto word = [&](unsigned offset) { return load<uint32_t>(node + offset); };
  return {int32_t(word(0)), word(4), word(8), word(12), word(16), int32_t(word(20))};
}

const ModuleFieldInfo &module_field_info(ModuleField field) {
  return kModuleFields[unsigned(field)];
}

ModuleDataLayout::ModuleDataLayout(const GoVersion &version) {
  for (unsigned i = 0; i < kNumModuleFields; i++) {
    ModuleField field = ModuleField(i);
    offsets_[i] = has_field(version, field) ? size_ : kAbsent;
    if (has_field(version, field))
      size_ += field == ModuleField::kHasMain ? 1 : 8 * kModuleFields[i].num_words;
  }
}

} // namespace wald::objfile
