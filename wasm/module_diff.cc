#include "wasm/module_diff.h"

#include "objfile/support/printable.h"
#include "wasm/build_info.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

namespace wald::wasm {

namespace {

constexpr uint64_t kHexBefore = 4, kHexBytes = 16;

uint64_t first_difference(Bytes a, Bytes b) {
  uint64_t common = std::min(a.size(), b.size());
  return std::mismatch(a.begin(), a.begin() + common, b.begin()).first - a.begin();
}

// Some bytes around `offset`, which stands in brackets; "[end]" where there is none.
std::string hex_around(Bytes bytes, uint64_t offset) {
  std::string text;
  llvm::raw_string_ostream out(text);
  uint64_t begin = offset - std::min(offset, kHexBefore);
  uint64_t end = std::min<uint64_t>(bytes.size(), begin + kHexBytes);
  if (begin > 0)
    out << ".. ";
  for (uint64_t i = begin; i < end; i++) {
    out << (i == begin ? "" : " ");
    if (i == offset)
      out << '[';
    out << llvm::format_hex_no_prefix(bytes[i], 2);
    if (i == offset)
      out << ']';
  }
  if (offset >= bytes.size())
    out << " [end]";
  else if (end < bytes.size())
    out << " ..";
  return text;
}

std::string section_label(const Section &section) {
  if (section.id != SectionId::kCustom)
    return section_name(section.id);
  return "custom \"" + printable(section.custom_name) + "\"";
}

std::string quoted(llvm::StringRef text) {
  std::string result = "\"";
  llvm::raw_string_ostream(result).write_escaped(text);
  return result + "\"";
}

// In lists of functions, which may all share a large type. What is left out is in the list of
// types.
std::string describe_type(const Module &module, uint32_t type_index) {
  if (type_index >= module.types.size())
    return "type " + std::to_string(type_index) + " (missing)";
  const FuncType &type = module.types[type_index];
  return short_signature_text(type.params, type.results);
}

std::string describe(const Module &module, const Import &import) {
  std::string text = quoted(import.module) + " " + quoted(import.name) + " ";
  text += extern_kind_name(import.kind);
  if (import.kind == ExternKind::kFunction)
    text += " " + describe_type(module, import.type_index);
  return text;
}

std::string describe(const Export &entry) {
  return quoted(entry.name) + " " + extern_kind_name(entry.kind) + " " +
         std::to_string(entry.index);
}

// Compares two modules section by section. Both have been read without fault.
class Comparison {
public:
  Comparison(const Module &a, const Module &b, const DiffNames &names,
             llvm::function_ref<std::string(uint64_t)> symbol_at,
             llvm::function_ref<std::string(uint32_t)> function_at, llvm::raw_ostream &out)
      : a_(a), b_(b), names_(names), symbol_at_(symbol_at), function_at_(function_at), out_(out) {}

  void run();
  void compare_build_info();

private:
  using Describe = llvm::function_ref<std::string(const Module &, uint64_t)>;

  void print_sides(llvm::StringRef a, llvm::StringRef b) {
    out_ << "    " << names_.a << ": " << a << '\n' << "    " << names_.b << ": " << b << '\n';
  }
  void print_hex(Bytes a, Bytes b, uint64_t offset) {
    print_sides(hex_around(a, offset), hex_around(b, offset));
  }
  void compare_lists(const char *what, uint64_t a_count, uint64_t b_count, Describe describe);
  void describe_section(const Section &a, const Section &b);
  void compare_raw(const Section &a, const Section &b);
  void compare_code();
  void compare_data();
  void compare_names();
  std::string function_label(uint32_t func_index) const;
  std::string address_label(uint64_t address) const;

  const Module &a_, &b_;
  const DiffNames &names_;
  llvm::function_ref<std::string(uint64_t)> symbol_at_;
  llvm::function_ref<std::string(uint32_t)> function_at_;
  llvm::raw_ostream &out_;
};

std::string Comparison::function_label(uint32_t func_index) const {
  std::string text = "function " + std::to_string(func_index);
  llvm::StringRef a = a_.function_name(func_index), b = b_.function_name(func_index);
  if (!a.empty())
    text += " " + printable(a);
  if (a != b && !b.empty())
    text += (a.empty() ? " " : ", in " + names_.b.str() + " ") + printable(b);
  if (a.empty() && b.empty() && function_at_ && func_index >= a_.num_imported_functions())
    if (std::string name = function_at_(func_index - a_.num_imported_functions()); !name.empty())
      text += " " + printable(name);
  return text;
}

std::string Comparison::address_label(uint64_t address) const {
  std::string text = "address 0x" + llvm::utohexstr(address, true);
  if (!symbol_at_)
    return text;
  std::string symbol = symbol_at_(address);
  return symbol.empty() ? text : text + ", " + printable(symbol);
}

// Prints the first entry of a list that differs, or the first that one side lacks.
void Comparison::compare_lists(const char *what, uint64_t a_count, uint64_t b_count,
                               Describe describe_entry) {
  if (a_count != b_count)
    out_ << "  " << names_.a << " has " << a_count << ' ' << what << "s, " << names_.b << " has "
         << b_count << '\n';
  for (uint64_t i = 0; i < std::max(a_count, b_count); i++) {
    std::string a = i < a_count ? describe_entry(a_, i) : "none";
    std::string b = i < b_count ? describe_entry(b_, i) : "none";
    if (a == b)
      continue;
    out_ << "  " << what << ' ' << i << ":\n";
    return print_sides(a, b);
  }
}

void Comparison::compare_raw(const Section &a, const Section &b) {
  uint64_t offset = first_difference(a.payload, b.payload);
  out_ << "  at offset " << offset << " of its contents (file offset " << a.payload_offset + offset
       << " and " << b.payload_offset + offset << "):\n";
  print_hex(a.payload, b.payload, offset);
}

void Comparison::compare_code() {
  uint64_t a_count = a_.bodies.size(), b_count = b_.bodies.size();
  if (a_count != b_count)
    out_ << "  " << names_.a << " has " << a_count << " functions, " << names_.b << " has "
         << b_count << '\n';
  uint64_t num_differing = 0;
  for (uint64_t i = 0; i < std::min(a_count, b_count); i++) {
    Bytes a = a_.bodies[i].contents, b = b_.bodies[i].contents;
    if (a == b || num_differing++)
      continue;
    uint64_t offset = first_difference(a, b);
    uint32_t func_index = a_.num_imported_functions() + i;
    out_ << "  " << function_label(func_index) << ": at offset " << offset << " of its "
         << a.size();
    if (a.size() != b.size())
      out_ << " and " << b.size();
    out_ << " bytes (file offset " << a_.bodies[i].offset + offset << " and "
         << b_.bodies[i].offset + offset << "):\n";
    print_hex(a, b, offset);
  }
  if (num_differing)
    out_ << "  " << num_differing << " of " << std::min(a_count, b_count)
         << " functions have different bodies\n";
}

std::string segment_text(const DataSegment *segment) {
  if (!segment)
    return "none";
  return "at 0x" + llvm::utohexstr(segment->address, true) + ", " +
         std::to_string(segment->contents.size()) + " bytes";
}

void Comparison::compare_data() {
  uint64_t a_count = a_.data.size(), b_count = b_.data.size();
  if (a_count != b_count)
    out_ << "  " << names_.a << " has " << a_count << " segments, " << names_.b << " has "
         << b_count << '\n';
  for (uint64_t i = 0; i < std::max(a_count, b_count); i++) {
    const DataSegment *a = i < a_count ? &a_.data[i] : nullptr;
    const DataSegment *b = i < b_count ? &b_.data[i] : nullptr;
    if (a && b && a->address == b->address && a->contents == b->contents)
      continue;
    out_ << "  segment " << i;
    if (!a || !b || a->address != b->address) {
      // The bytes before the later one of the two are zero in one module only.
      uint64_t address = a && b ? std::min(a->address, b->address) : (a ? a : b)->address;
      out_ << " (" << address_label(address) << "):\n";
      return print_sides(segment_text(a), segment_text(b));
    }
    uint64_t offset = first_difference(a->contents, b->contents);
    out_ << " at 0x" << llvm::utohexstr(a->address, true) << ", offset " << offset << " of its "
         << a->contents.size();
    if (a->contents.size() != b->contents.size())
      out_ << " and " << b->contents.size();
    out_ << " bytes (" << address_label(a->address + offset) << "):\n";
    return print_hex(a->contents, b->contents, offset);
  }
}

void Comparison::compare_names() {
  uint64_t count = std::max(a_.names.size(), b_.names.size());
  for (uint64_t i = 0; i < count; i++) {
    if (a_.function_name(i) == b_.function_name(i))
      continue;
    out_ << "  function " << i << ":\n";
    return print_sides(quoted(a_.function_name(i)), quoted(b_.function_name(i)));
  }
}

// Why two builds of the same sources differ stands here most often: in vcs.revision, -ldflags,
// GOOS.
void Comparison::compare_build_info() {
  BuildInfo a = read_build_info(a_), b = read_build_info(b_);
  if (a == b)
    return;
  out_ << "build information differs (that of go version -m):\n";
  auto value_in = [](const BuildInfo &info, const std::string &key) {
    auto found = llvm::find_if(info, [&](const auto &entry) { return entry.first == key; });
    return found == info.end() ? "none" : quoted(found->second);
  };
  constexpr size_t kMost = 20;
  std::vector<std::string> keys;
  for (const BuildInfo *info : {&a, &b})
    for (const auto &[key, value] : *info)
      if (keys.size() < kMost && !llvm::is_contained(keys, key) &&
          value_in(a, key) != value_in(b, key))
        keys.push_back(key);
  for (const std::string &key : keys) {
    out_ << "  " << printable(key) << ":\n";
    print_sides(value_in(a, key), value_in(b, key));
  }
}

void Comparison::describe_section(const Section &a, const Section &b) {
  uint64_t before = out_.tell();
  switch (a.id) {
  case SectionId::kType:
    compare_lists("type", a_.types.size(), b_.types.size(), [](const Module &m, uint64_t i) {
      return signature_text(m.types[i].params, m.types[i].results);
    });
    break;
  case SectionId::kImport:
    compare_lists("import", a_.imports.size(), b_.imports.size(),
                  [](const Module &m, uint64_t i) { return describe(m, m.imports[i]); });
    break;
  case SectionId::kFunction:
    compare_lists("function", a_.functions.size(), b_.functions.size(),
                  [](const Module &m, uint64_t i) {
                    return printable(m.function_name(m.num_imported_functions() + i)) + " " +
                           describe_type(m, m.functions[i]);
                  });
    break;
  case SectionId::kExport:
    compare_lists("export", a_.exports.size(), b_.exports.size(),
                  [](const Module &m, uint64_t i) { return describe(m.exports[i]); });
    break;
  case SectionId::kCode:
    compare_code();
    break;
  case SectionId::kData:
    compare_data();
    break;
  case SectionId::kCustom:
    if (a.custom_name == "name")
      compare_names();
    else if (a.custom_name == "go:buildid" && a_.build_id != b_.build_id)
      print_sides(quoted(a_.build_id), quoted(b_.build_id));
    break;
  default:
    break;
  }
  // The same by meaning, so the encoding differs; or a section that has no meaning here.
  if (out_.tell() == before)
    compare_raw(a, b);
}

void Comparison::run() {
  bool found = false;
  uint64_t common = std::min(a_.sections.size(), b_.sections.size());
  for (uint64_t i = 0; i < common; i++) {
    const Section &a = a_.sections[i], &b = b_.sections[i];
    if (a.id != b.id || a.custom_name != b.custom_name) {
      out_ << "section " << i << " is another one:\n";
      return print_sides(section_label(a), section_label(b));
    }
    if (a.payload == b.payload)
      continue;
    found = true;
    out_ << "section " << section_label(a) << " differs (" << a.payload.size() << " and "
         << b.payload.size() << " bytes)\n";
    describe_section(a, b);
  }
  if (a_.sections.size() != b_.sections.size()) {
    found = true;
    const Module &longer = a_.sections.size() > common ? a_ : b_;
    out_ << "section " << section_label(longer.sections[common]) << " is only in "
         << (&longer == &a_ ? names_.a : names_.b) << '\n';
  }
  if (!found) {
    uint64_t offset = first_difference(a_.bytes, b_.bytes);
    out_ << "the sections have the same contents; a section's size is written differently at file "
            "offset "
         << offset << '\n';
    print_hex(a_.bytes, b_.bytes, offset);
  }
}

} // namespace

std::string describe_difference(Bytes a, Bytes b, const DiffNames &names,
                                llvm::function_ref<std::string(uint64_t)> symbol_at,
                                llvm::function_ref<std::string(uint32_t)> function_at) {
  if (a == b)
    return {};
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::Expected<Module> a_module = read_module(a), b_module = read_module(b);
  if (a_module && b_module) {
    Comparison comparison(*a_module, *b_module, names, symbol_at, function_at, out);
    comparison.run();
    comparison.compare_build_info();
  } else {
    uint64_t offset = first_difference(a, b);
    out << "the files differ at offset " << offset << '\n';
    out << "    " << names.a << ": " << hex_around(a, offset) << '\n';
    out << "    " << names.b << ": " << hex_around(b, offset) << '\n';
  }
  if (llvm::Error error = a_module.takeError())
    out << names.a << " is not readable: " << printable(llvm::toString(std::move(error))) << '\n';
  if (llvm::Error error = b_module.takeError())
    out << names.b << " is not readable: " << printable(llvm::toString(std::move(error))) << '\n';
  out << "sizes: " << a.size() << " and " << b.size() << " bytes\n";
  return text;
}

} // namespace wald::wasm
