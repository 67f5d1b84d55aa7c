#include "wasm/module_reader.h"

#include "objfile/support/problem_error.h"
#include "wasm/file_kind.h"

#include <algorithm>
#include <utility>

namespace wald::wasm {

namespace {

constexpr uint8_t kModuleMagic[] = {0, 'a', 's', 'm', 1, 0, 0, 0};

constexpr const char *kSectionNames[kNumSectionIds] = {
    "custom", "type",  "import",  "function", "table", "memory",     "global",
    "export", "start", "element", "code",     "data",  "data count", "tag"};

// A count may be as large as the file; more than this is not reserved on its word.
constexpr uint32_t kMaxReserve = 1 << 17;

// Walks a part of the file. After the first fault every read gives zero and changes nothing.
class Reader {
public:
  Reader(Bytes file, uint64_t begin, uint64_t end) : file_(file), offset_(begin), end_(end) {}

  bool failed() const { return what_ != nullptr; }
  bool at_end() const { return failed() || offset_ == end_; }
  uint64_t offset() const { return offset_; }
  uint64_t remaining() const { return end_ - offset_; }

  void fail(const char *what, uint64_t at) {
    if (!what_) {
      what_ = what;
      fault_offset_ = at;
    }
  }

  uint8_t byte() {
    if (failed() || offset_ == end_) {
      fail("unexpected end", offset_);
      return 0;
    }
    return file_[offset_++];
  }

  Bytes bytes(uint64_t size) {
    if (failed() || size > remaining()) {
      fail("a size runs past the end", offset_);
      return {};
    }
    Bytes result = file_.slice(offset_, size);
    offset_ += size;
    return result;
  }

  uint64_t unsigned_leb(unsigned bits) {
    uint64_t start = offset_, value = 0;
    for (unsigned shift = 0; shift < bits; shift += 7) {
      uint8_t next = byte();
      unsigned left = bits - shift;
      if (failed())
        return 0;
      if (left < 7 && (next & 0x7f) >> left)
        break;
      value |= uint64_t(next & 0x7f) << shift;
      if (!(next & 0x80))
        return value;
    }
    fail("integer too large", start);
    return 0;
  }

  int64_t signed_leb(unsigned bits) {
    uint64_t start = offset_, value = 0;
    for (unsigned shift = 0; shift < bits; shift += 7) {
      uint8_t next = byte();
      if (failed())
        return 0;
      value |= uint64_t(next & 0x7f) << shift;
      if (!(next & 0x80)) {
        if ((next & 0x40) && shift + 7 < 64)
          value |= ~uint64_t(0) << (shift + 7);
        return value;
      }
    }
    fail("integer too large", start);
    return 0;
  }

  void skip(uint64_t size) { (void)bytes(size); }

  uint32_t u32() { return unsigned_leb(32); }

  llvm::StringRef name() {
    Bytes text = bytes(u32());
    return {reinterpret_cast<const char *>(text.data()), text.size()};
  }

  // The number of elements that follow, each of at least one byte.
  uint32_t count() {
    uint64_t start = offset_;
    uint32_t value = u32();
    if (value > remaining()) {
      fail("more elements than bytes", start);
      return 0;
    }
    return value;
  }

  void expect_end() {
    if (!failed() && offset_ != end_)
      fail("extra bytes behind the last element", offset_);
  }

  llvm::Error take_error(const char *section) const {
    if (!what_)
      return llvm::Error::success();
    return llvm::createStringError(std::errc::invalid_argument,
                                   "broken wasm module: %s at offset %llu (section %s)", what_,
                                   (unsigned long long)fault_offset_, section);
  }

private:
  Bytes file_;
  uint64_t offset_, end_;
  const char *what_ = nullptr;
  uint64_t fault_offset_ = 0;
};

ValueType read_value_type(Reader &in) {
  uint64_t at = in.offset();
  ValueType type = ValueType(in.byte());
  if (!value_type_name(type))
    in.fail("unknown value type", at);
  return type;
}

template <unsigned N> void read_value_types(Reader &in, llvm::SmallVector<ValueType, N> &types) {
  for (uint32_t left = in.count(); left && !in.failed(); left--)
    types.push_back(read_value_type(in));
}

Limits read_limits(Reader &in) {
  Limits limits;
  uint64_t at = in.offset();
  uint8_t flags = in.byte();
  if (flags & ~7)
    in.fail("unknown limits", at);
  limits.is_shared = flags & 2;
  limits.is_64 = flags & 4;
  unsigned bits = limits.is_64 ? 64 : 32;
  limits.minimum = in.unsigned_leb(bits);
  if (flags & 1)
    limits.maximum = in.unsigned_leb(bits);
  return limits;
}

bool read_mutability(Reader &in) {
  uint64_t at = in.offset();
  uint8_t flag = in.byte();
  if (flag > 1)
    in.fail("unknown mutability", at);
  return flag == 1;
}

ExternKind read_extern_kind(Reader &in) {
  uint64_t at = in.offset();
  uint8_t kind = in.byte();
  if (kind > uint8_t(ExternKind::kTag))
    in.fail("unknown kind of import or export", at);
  return ExternKind(kind);
}

// A constant expression. Returns its value when it is one integer constant.
std::optional<int64_t> read_const_expr(Reader &in) {
  std::optional<int64_t> value;
  for (unsigned count = 0; !in.failed(); count++) {
    uint64_t at = in.offset();
    switch (in.byte()) {
    case 0x0b: // end
      return count == 1 ? value : std::nullopt;
    case 0x41: // i32.const
      value = in.signed_leb(32);
      break;
    case 0x42: // i64.const
      value = in.signed_leb(64);
      break;
    case 0x43: // f32.const
      in.skip(4);
      break;
    case 0x44: // f64.const
      in.skip(8);
      break;
    case 0x23: // global.get
    case 0xd2: // ref.func
      in.u32();
      break;
    case 0xd0: // ref.null
      in.byte();
      break;
    default:
      in.fail("unknown instruction in a constant expression", at);
    }
  }
  return std::nullopt;
}

void read_types(Reader &in, Module &module) {
  for (uint32_t left = in.count(); left && !in.failed(); left--) {
    uint64_t at = in.offset();
    if (in.byte() != 0x60)
      in.fail("unknown form of type", at);
    FuncType &type = module.types.emplace_back();
    read_value_types(in, type.params);
    read_value_types(in, type.results);
  }
}

void read_imports(Reader &in, Module &module) {
  for (uint32_t left = in.count(); left && !in.failed(); left--) {
    Import &import = module.imports.emplace_back();
    import.module = in.name();
    import.name = in.name();
    import.kind = read_extern_kind(in);
    switch (import.kind) {
    case ExternKind::kFunction:
      import.type_index = in.u32();
      module.imported_functions.push_back(import.type_index);
      break;
    case ExternKind::kTable:
      import.value_type = read_value_type(in);
      import.limits = read_limits(in);
      break;
    case ExternKind::kMemory:
      import.limits = read_limits(in);
      break;
    case ExternKind::kGlobal:
      import.value_type = read_value_type(in);
      import.is_mutable = read_mutability(in);
      break;
    case ExternKind::kTag:
      in.byte();
      import.type_index = in.u32();
      break;
    }
  }
}

void read_functions(Reader &in, Module &module) {
  uint32_t count = in.count();
  module.functions.reserve(std::min(count, kMaxReserve));
  for (; count && !in.failed(); count--)
    module.functions.push_back(in.u32());
}

void read_tables(Reader &in, Module &module) {
  for (uint32_t left = in.count(); left && !in.failed(); left--) {
    ValueType type = read_value_type(in);
    module.tables.push_back({type, read_limits(in)});
  }
}

void read_memories(Reader &in, Module &module) {
  for (uint32_t left = in.count(); left && !in.failed(); left--)
    module.memories.push_back(read_limits(in));
}

void read_globals(Reader &in, Module &module) {
  for (uint32_t left = in.count(); left && !in.failed(); left--) {
    Global &global = module.globals.emplace_back();
    global.type = read_value_type(in);
    global.is_mutable = read_mutability(in);
    uint64_t begin = in.offset();
    read_const_expr(in);
    global.init = module.bytes.slice(begin, in.offset() - begin);
  }
}

void read_exports(Reader &in, Module &module) {
  for (uint32_t left = in.count(); left && !in.failed(); left--) {
    Export &entry = module.exports.emplace_back();
    entry.name = in.name();
    entry.kind = read_extern_kind(in);
    entry.index = in.u32();
  }
}

// Reads the first segment only, if it has the plain form that Go programs use.
void read_elements(Reader &in, Module &module) {
  module.num_element_segments = in.count();
  if (!module.num_element_segments || in.failed())
    return;
  if (in.byte() == 0) {
    module.table_base = read_const_expr(in);
    for (uint32_t left = in.count(); left && !in.failed(); left--)
      module.table_functions.push_back(in.u32());
    if (module.num_element_segments == 1)
      return in.expect_end();
  }
  in.skip(in.remaining());
}

void read_code(Reader &in, Module &module) {
  uint32_t count = in.count();
  module.bodies.reserve(std::min(count, kMaxReserve));
  for (; count && !in.failed(); count--) {
    uint32_t size = in.u32();
    uint64_t offset = in.offset();
    module.bodies.push_back({offset, in.bytes(size)});
  }
}

void read_data(Reader &in, Module &module) {
  uint32_t count = in.count();
  module.data.reserve(std::min(count, kMaxReserve));
  for (; count && !in.failed(); count--) {
    DataSegment segment = {};
    uint64_t at = in.offset();
    uint32_t flags = in.u32();
    if (flags > 2)
      in.fail("unknown form of data segment", at);
    segment.is_active = flags != 1;
    if (flags == 2)
      in.u32();
    if (segment.is_active) {
      std::optional<int64_t> address = read_const_expr(in);
      segment.is_constant = address.has_value();
      segment.address = uint32_t(address.value_or(0));
    }
    uint32_t size = in.u32();
    segment.offset = in.offset();
    segment.contents = in.bytes(size);
    module.data.push_back(segment);
  }
}

// Function names; the other subsections are skipped.
void read_names(Reader &in, Module &module) {
  while (!in.at_end()) {
    uint8_t id = in.byte();
    uint32_t size = in.u32();
    if (id != 1) {
      in.skip(size);
      continue;
    }
    uint64_t end = in.offset() + size;
    module.names.resize(module.num_functions());
    for (uint32_t left = in.count(); left && !in.failed(); left--) {
      uint64_t at = in.offset();
      uint32_t func_index = in.u32();
      llvm::StringRef name = in.name();
      if (func_index >= module.names.size())
        in.fail("name for a function that does not exist", at);
      else if (!in.failed())
        module.names[func_index] = name;
    }
    if (!in.failed() && in.offset() != end)
      in.fail("function names end elsewhere than their size says", in.offset());
  }
}

void read_producers(Reader &in, Module &module) {
  for (uint32_t fields = in.count(); fields && !in.failed(); fields--) {
    llvm::StringRef field = in.name();
    for (uint32_t left = in.count(); left && !in.failed(); left--) {
      llvm::StringRef value = in.name();
      module.producers.push_back({field, value, in.name()});
    }
  }
}

void read_custom(Reader &in, const Section &section, Module &module) {
  if (section.custom_name == "name") {
    read_names(in, module);
  } else if (section.custom_name == "producers") {
    read_producers(in, module);
    in.expect_end();
  } else if (section.custom_name == "go:buildid") {
    llvm::StringRef text(reinterpret_cast<const char *>(section.payload.data()),
                         section.payload.size());
    // ref: the marker text that cmd/internal/buildid searches for.
    text.consume_front("\xff Go build ID: \"");
    text.consume_back("\"\n \xff");
    module.build_id = text.str();
  }
}

using SectionReader = void (*)(Reader &, Module &);
constexpr SectionReader kSectionReaders[kNumSectionIds] = {
    nullptr,       read_types,   read_imports, read_functions, read_tables,
    read_memories, read_globals, read_exports, nullptr,        read_elements,
    read_code,     read_data,    nullptr,      nullptr};

llvm::Error read_contents(const Section &section, Module &module) {
  Reader in(module.bytes, section.payload_offset, section.payload_offset + section.payload.size());
  if (section.id == SectionId::kCustom) {
    read_custom(in, section, module);
    return in.take_error(section.custom_name.str().c_str());
  }
  if (section.id == SectionId::kStart) {
    module.start = in.u32();
    in.expect_end();
  } else if (SectionReader reader = kSectionReaders[unsigned(section.id)]) {
    reader(in, module);
    in.expect_end();
  }
  return in.take_error(section_name(section.id));
}

// Finds the sections; their contents are read later, as names need the number of functions.
llvm::Error read_sections(Module &module) {
  Reader in(module.bytes, sizeof kModuleMagic, module.bytes.size());
  bool seen[kNumSectionIds] = {};
  while (!in.at_end()) {
    Section section = {};
    section.offset = in.offset();
    uint8_t id = in.byte();
    uint32_t size = in.u32();
    uint64_t begin = in.offset();
    if (in.bytes(size).size() != size || in.failed()) {
      in.fail("unexpected end", begin);
      break;
    }
    section.id = SectionId(id);
    if (id >= kNumSectionIds)
      in.fail("unknown section", section.offset);
    else if (id != 0 && std::exchange(seen[id], true))
      in.fail("second section of a kind", section.offset);
    if (id == 0) {
      Reader name(module.bytes, begin, begin + size);
      section.custom_name = name.name();
      if (llvm::Error error = name.take_error("custom"))
        return error;
      begin = name.offset();
    }
    section.payload_offset = begin;
    section.payload = module.bytes.slice(begin, in.offset() - begin);
    module.sections.push_back(section);
  }
  return in.take_error("header");
}

} // namespace

const char *section_name(SectionId id) {
  return unsigned(id) < kNumSectionIds ? kSectionNames[unsigned(id)] : "unknown";
}

const char *extern_kind_name(ExternKind kind) {
  constexpr const char *kNames[] = {"function", "table", "memory", "global", "tag"};
  return unsigned(kind) < std::size(kNames) ? kNames[unsigned(kind)] : "unknown";
}

const FuncType *Module::function_type(uint32_t func_index) const {
  uint32_t type_index;
  if (func_index < num_imported_functions()) {
    type_index = imported_functions[func_index];
  } else if (func_index - num_imported_functions() < functions.size()) {
    type_index = functions[func_index - num_imported_functions()];
  } else {
    return nullptr;
  }
  return type_index < types.size() ? &types[type_index] : nullptr;
}

const Section *Module::find_section(SectionId id) const {
  for (const Section &section : sections)
    if (section.id == id)
      return &section;
  return nullptr;
}

const Section *Module::find_custom(llvm::StringRef name) const {
  for (const Section &section : sections)
    if (section.id == SectionId::kCustom && section.custom_name == name)
      return &section;
  return nullptr;
}

bool is_module(Bytes bytes) {
  return bytes.size() >= sizeof kModuleMagic &&
         bytes.take_front(sizeof kModuleMagic) == Bytes(kModuleMagic);
}

llvm::Expected<Module> read_module(Bytes bytes) {
  if (!is_module(bytes))
    return problem_error(why_no_module(bytes));
  Module module;
  module.bytes = bytes;
  if (llvm::Error error = read_sections(module))
    return error;
  for (const Section &section : module.sections)
    if (section.id != SectionId::kCustom)
      if (llvm::Error error = read_contents(section, module))
        return error;
  if (module.functions.size() != module.bodies.size())
    return llvm::createStringError(std::errc::invalid_argument,
                                   "broken wasm module: %zu functions declared, %zu bodies",
                                   module.functions.size(), module.bodies.size());
  for (const Section &section : module.sections)
    if (section.id == SectionId::kCustom)
      if (llvm::Error error = read_contents(section, module))
        return error;
  return module;
}

} // namespace wald::wasm
