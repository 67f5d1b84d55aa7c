#include "wasm/rewritten_module.h"

#include "objfile/support/printable.h"
#include "wasm/append.h"
#include "wasm/memory_image.h"
#include "wasm/section_writer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace wald::wasm {

namespace {

constexpr uint8_t kFunctionNames = 1; // a subsection of "name"
constexpr uint32_t kNoNumber = UINT32_MAX;

bool is_custom(const Section &section) {
  return section.id == SectionId::kCustom;
}

// -- Writing

void append_name(std::vector<uint8_t> &to, llvm::StringRef name) {
  append_sized(to, llvm::arrayRefFromStringRef(name));
}

void append_section(std::vector<uint8_t> &to, SectionId id, Bytes payload) {
  to.push_back(uint8_t(id));
  append_sized(to, payload);
}

void append_custom(std::vector<uint8_t> &to, llvm::StringRef name, Bytes contents) {
  std::vector<uint8_t> payload;
  append_name(payload, name);
  append(payload, contents);
  append_section(to, SectionId::kCustom, payload);
}

// A section "name" of these; functions with an empty one have none.
void append_function_names(std::vector<uint8_t> &to, llvm::ArrayRef<std::string> names) {
  std::vector<uint8_t> list, contents;
  append_uleb(list, llvm::count_if(names, [](const std::string &name) { return !name.empty(); }));
  for (size_t i = 0; i < names.size(); i++)
    if (!names[i].empty()) {
      append_uleb(list, i);
      append_name(list, names[i]);
    }
  contents.push_back(kFunctionNames);
  append_sized(contents, list);
  append_custom(to, "name", contents);
}

// -- Comparing

class Comparison {
public:
  Comparison(const Module &before, const Module &after) : before_(before), after_(after) {}

  // What is another than it was; empty if nothing.
  std::string find_difference();

  // The number that a function had before; none of one that the program has added.
  std::optional<uint32_t> old_number(uint32_t func_index) const {
    uint32_t number = func_index < old_numbers_.size() ? old_numbers_[func_index] : kNoNumber;
    return number == kNoNumber ? std::nullopt : std::optional(number);
  }

private:
  std::string read_numbers();
  std::string compare_imports() const;
  std::string compare_exports() const;
  std::string compare_table() const;
  std::string compare_memory() const;
  bool stands_for(uint32_t after, uint32_t before) const;
  std::string describe(uint32_t before) const;

  const Module &before_, &after_;
  std::vector<uint32_t> old_numbers_; // by index in after_
  std::vector<uint32_t> new_numbers_; // by index in before_
};

bool same_limits(const Limits &a, const Limits &b) {
  return a.minimum == b.minimum && a.maximum == b.maximum && a.is_shared == b.is_shared &&
         a.is_64 == b.is_64;
}

std::string Comparison::describe(uint32_t before) const {
  std::string name = before_.function_name(before).str();
  return "function " + std::to_string(before) + (name.empty() ? "" : " (" + name + ")");
}

std::string Comparison::read_numbers() {
  old_numbers_.assign(after_.num_functions(), kNoNumber);
  new_numbers_.assign(before_.num_functions(), kNoNumber);
  for (uint32_t i = 0; i < old_numbers_.size(); i++) {
    llvm::StringRef name = after_.function_name(i);
    if (name.empty())
      return "there are functions without a name";
    uint32_t number = 0;
    if (name.getAsInteger(10, number))
      continue;
    if (number >= new_numbers_.size() || new_numbers_[number] != kNoNumber)
      return "there are functions that were not there";
    old_numbers_[i] = number;
    new_numbers_[number] = i;
  }
  return "";
}

// Whether the function `after` may be where `before` was: it is that function, or another one that
// was there and that one is gone, as one of two that are alike goes.
bool Comparison::stands_for(uint32_t after, uint32_t before) const {
  const FuncType *old_type = before_.function_type(before);
  const FuncType *new_type = after_.function_type(after);
  if (!old_type || !new_type || !(*old_type == *new_type) || !old_number(after))
    return false;
  return new_numbers_[before] == kNoNumber || new_numbers_[before] == after;
}

std::string Comparison::compare_imports() const {
  // In which order they are matters to nobody, but functions have to be the same ones.
  std::vector<const Import *> left;
  left.reserve(before_.imports.size());
  for (const Import &import : before_.imports)
    left.push_back(&import);
  auto function_of = [](const Module &module, const Import *wanted) {
    uint32_t number = 0;
    for (const Import &import : module.imports) {
      if (&import == wanted)
        break;
      number += import.kind == ExternKind::kFunction;
    }
    return number;
  };
  auto is_named_like = [](const Import &a, const Import &b) {
    return a.module == b.module && a.name == b.name && a.kind == b.kind;
  };
  auto is_same = [&](const Import &a, const Import &b) {
    if (!is_named_like(a, b))
      return false;
    if (a.kind != ExternKind::kFunction)
      return same_limits(a.limits, b.limits) && a.value_type == b.value_type &&
             a.is_mutable == b.is_mutable;
    uint32_t old_index = function_of(before_, &a), new_index = function_of(after_, &b);
    return new_numbers_[old_index] == new_index && stands_for(new_index, old_index);
  };
  for (const Import &import : after_.imports) {
    auto found = llvm::find_if(left, [&](const Import *old) { return is_same(*old, import); });
    if (found == left.end())
      return "the import " + (import.module + "." + import.name).str() + " is another";
    left.erase(found);
  }
  // Go imports a function once for each package that declares it; one import is enough.
  for (const Import *gone : left) {
    bool is_there = llvm::any_of(after_.imports, [&](const Import &import) {
      return gone->kind == ExternKind::kFunction && is_named_like(*gone, import) &&
             stands_for(function_of(after_, &import), function_of(before_, gone));
    });
    if (!is_there)
      return "it has no import " + (gone->module + "." + gone->name).str();
  }
  return "";
}

std::string Comparison::compare_exports() const {
  if (before_.start.has_value() || after_.start.has_value())
    return "there is a start function";
  if (before_.exports.size() != after_.exports.size())
    return "it has " + std::to_string(after_.exports.size()) + " exports instead of " +
           std::to_string(before_.exports.size());
  for (size_t i = 0; i < before_.exports.size(); i++) {
    const Export &old = before_.exports[i], &now = after_.exports[i];
    bool is_same = old.name == now.name && old.kind == now.kind;
    if (old.kind == ExternKind::kFunction)
      is_same = is_same && old.index < before_.num_functions() && stands_for(now.index, old.index);
    else if (old.kind == ExternKind::kMemory || old.kind == ExternKind::kTable)
      is_same = is_same && old.index == now.index;
    else // Go's linker exports no others
      is_same = false;
    if (!is_same)
      return "the export " + old.name.str() + " is another";
  }
  return "";
}

std::string Comparison::compare_table() const {
  if (before_.tables.size() != after_.tables.size() ||
      before_.num_element_segments != after_.num_element_segments)
    return "it has other tables";
  for (size_t i = 0; i < before_.tables.size(); i++)
    if (before_.tables[i].element_type != after_.tables[i].element_type ||
        !same_limits(before_.tables[i].limits, after_.tables[i].limits))
      return "its table has another size";
  if (before_.num_element_segments > 1)
    return "there are several element segments";
  if (before_.num_element_segments == 0)
    return "";
  if (!before_.table_base || before_.table_base != after_.table_base ||
      before_.table_functions.size() != after_.table_functions.size())
    return "its table is filled in another way";
  for (size_t i = 0; i < before_.table_functions.size(); i++)
    if (uint32_t old = before_.table_functions[i];
        old >= before_.num_functions() || !stands_for(after_.table_functions[i], old))
      return "its table has something else in the place of " + describe(old);
  return "";
}

std::string Comparison::compare_memory() const {
  if (before_.memories.size() != after_.memories.size())
    return "it has other memories";
  for (size_t i = 0; i < before_.memories.size(); i++)
    if (!same_limits(before_.memories[i], after_.memories[i]))
      return "its memory has another size";
  for (const DataSegment &segment : after_.data)
    if (!segment.is_active)
      return "it has data that are in no place of memory";
  if (before_.data.empty() && after_.data.empty())
    return "";
  llvm::Expected<MemoryImage> old = MemoryImage::build(before_), now = MemoryImage::build(after_);
  if (!old || !now)
    return llvm::toString(llvm::joinErrors(old.takeError(), now.takeError()));
  // Zeros need not be written.
  uint64_t end = 0;
  for (const MemoryImage *image : {&*old, &*now})
    for (const MemoryImage::Extent &extent : image->extents())
      end = std::max(end, extent.end);
  if (old->size() != now->size() || old->from(0, end) != now->from(0, end))
    return "its memory does not begin with the same contents";
  return "";
}

std::string Comparison::find_difference() {
  std::string difference = read_numbers();
  for (auto compare : {&Comparison::compare_imports, &Comparison::compare_exports,
                       &Comparison::compare_table, &Comparison::compare_memory})
    if (difference.empty())
      difference = (this->*compare)();
  return difference;
}

} // namespace

std::vector<uint8_t> with_numbered_functions(const Module &module) {
  std::vector<uint8_t> bytes(std::begin(kModuleHeader), std::end(kModuleHeader));
  bytes.reserve(module.bytes.size());
  for (const Section &section : module.sections)
    if (!is_custom(section))
      append_section(bytes, section.id, section.payload);
  std::vector<std::string> names;
  names.reserve(module.num_functions());
  for (uint32_t i = 0; i < module.num_functions(); i++)
    names.push_back(std::to_string(i));
  append_function_names(bytes, names);
  return bytes;
}

llvm::Expected<std::vector<uint8_t>> take_rewritten(const Module &before, Bytes rewritten) {
  llvm::Expected<Module> after = read_module(rewritten);
  if (!after)
    return after.takeError();
  Comparison comparison(before, *after);
  if (std::string difference = comparison.find_difference(); !difference.empty())
    return llvm::createStringError(std::errc::invalid_argument, "%s",
                                   printable(difference).c_str());

  std::vector<std::string> names;
  for (uint32_t i = 0; i < after->num_functions(); i++) {
    std::optional<uint32_t> number = comparison.old_number(i);
    names.push_back((number ? before.function_name(*number) : after->function_name(i)).str());
  }
  std::vector<uint8_t> bytes(std::begin(kModuleHeader), std::end(kModuleHeader));
  bytes.reserve(rewritten.size());
  auto append_custom_of_before = [&](const Section &section) {
    if (section.custom_name == "name")
      append_function_names(bytes, names);
    else
      append_custom(bytes, section.custom_name, section.payload);
  };
  llvm::ArrayRef<Section> sections = before.sections;
  llvm::ArrayRef<Section> first_ones = sections.take_while(is_custom);
  for (const Section &section : first_ones)
    append_custom_of_before(section);
  for (const Section &section : after->sections)
    if (!is_custom(section))
      append_section(bytes, section.id, section.payload);
  for (const Section &section : sections.drop_front(first_ones.size()))
    if (is_custom(section))
      append_custom_of_before(section);
  return bytes;
}

} // namespace wald::wasm
