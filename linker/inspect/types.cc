#include "linker/inspect/types.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace wald::inspect {

using llvm::StringRef;
using objfile::ModuleField;
using objfile::TypeKind;
namespace layout = objfile::type_layout;

namespace {

constexpr uint64_t kWord = 8;
// A part takes 8 bytes at least, and some are read a few times.
constexpr double kPartsPerByte = 0.5;

llvm::Error error(const char *what, uint64_t address, const llvm::Twine &problem) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument),
                                 llvm::Twine(what) + " at 0x" +
                                     llvm::utohexstr(address, /*LowerCase=*/true) + ": " + problem);
}

} // namespace

TypeReader::TypeReader(const GoModule &module)
    : module_(module), memory_(module.memory()), types_(module.word(ModuleField::kTypes)),
      types_end_(module.word(ModuleField::kTypesEnd)), budget_(memory_, kPartsPerByte) {}

objfile::TypeName TypeReader::name_at(uint64_t address) {
  objfile::TypeName name;
  if (address != 0)
    name = objfile::decode_type_name(memory_.from(address));
  budget_.charge(name.text.size() / 8);
  return name;
}

StringRef TypeReader::name_at_offset(uint32_t offset) {
  return offset == 0 || offset == UINT32_MAX ? StringRef() : name_at(types_ + offset).text;
}

uint64_t TypeReader::type_at_offset(uint32_t offset) const {
  return offset == 0 || offset == UINT32_MAX ? 0 : types_ + offset;
}

llvm::Expected<Type> TypeReader::read(uint64_t address) {
  Type type;
  type.address = address;
  if (const char *problem = fill(type))
    return error("type", address, problem);
  return type;
}

const char *TypeReader::fill(Type &type) {
  uint64_t at = type.address;
  if (at < types_ || !memory_.contains(at, layout::kCommonSize))
    return "outside of the types";
  if (!budget_.charge(1))
    return "more types than a module of this size can have";
  auto byte = [&](uint64_t offset) { return memory_.load<uint8_t>(at + offset); };
  auto word = [&](uint64_t offset) { return memory_.load<uint64_t>(at + offset); };
  uint8_t kind = byte(layout::kKind) & module_.version().type_kind_mask;
  if (kind == 0 || kind >= objfile::kNumTypeKinds)
    return "unknown kind";
  type.kind = TypeKind(kind);
  type.size = word(layout::kSize);
  type.pointer_bytes = word(layout::kPointerBytes);
  type.hash = memory_.load<uint32_t>(at + layout::kHash);
  type.flags = byte(layout::kFlags);
  type.alignment = byte(layout::kAlignment);
  type.field_alignment = byte(layout::kFieldAlignment);
  type.equal = word(layout::kEqual);
  type.gc_data = word(layout::kGcData);
  type.text = name_at_offset(memory_.load<uint32_t>(at + layout::kText));
  if (type.flags & objfile::kTypeExtraStar)
    type.text.consume_front("*");
  type.pointer_to_this = type_at_offset(memory_.load<uint32_t>(at + layout::kPointerToThis));
  uint64_t uncommon = layout::kCommonSize + objfile::type_extra_size(type.kind, module_.version(),
                                                                     module_.map_extra_bytes());
  bool has_uncommon = type.flags & objfile::kTypeUncommon;
  type.descriptor_size = uncommon + (has_uncommon ? layout::kUncommonSize : 0);
  if (!memory_.contains(at, type.descriptor_size))
    return "it runs past the end of the memory";
  if (const char *problem = fill_by_kind(type, at + type.descriptor_size))
    return problem;
  return has_uncommon ? fill_methods(type, at + uncommon) : nullptr;
}

// `after`: behind the uncommon part.
const char *TypeReader::fill_by_kind(Type &type, uint64_t after) {
  auto word = [&](uint64_t offset) { return memory_.load<uint64_t>(type.address + offset); };
  switch (type.kind) {
  case TypeKind::kArray:
    type.length = word(layout::kArrayLength);
    type.element = word(layout::kElement);
    return nullptr;
  case TypeKind::kChan:
    type.direction = word(layout::kChanDirection);
    type.element = word(layout::kElement);
    return nullptr;
  case TypeKind::kPointer:
  case TypeKind::kSlice:
    type.element = word(layout::kElement);
    return nullptr;
  case TypeKind::kMap:
    type.key = word(layout::kMapKey);
    type.element = word(layout::kMapElement);
    return nullptr;
  case TypeKind::kFunc:
    return fill_func(type, after);
  case TypeKind::kStruct:
    return fill_fields(type);
  case TypeKind::kInterface:
    return fill_interface(type);
  default:
    return nullptr;
  }
}

const char *TypeReader::fill_func(Type &type, uint64_t params) {
  uint16_t num_in = memory_.load<uint16_t>(type.address + layout::kNumIn);
  uint16_t num_out = memory_.load<uint16_t>(type.address + layout::kNumOut);
  type.is_variadic = num_out & layout::kVariadic;
  num_out &= ~layout::kVariadic;
  uint64_t count = uint64_t(num_in) + num_out;
  if (!memory_.contains(params, count * kWord))
    return "more parameters than it has room for";
  if (!budget_.charge(count))
    return "more parameters than a module of this size can have";
  for (uint64_t i = 0; i < count; i++)
    (i < num_in ? type.params : type.results).push_back(memory_.load<uint64_t>(params + i * kWord));
  type.descriptor_size += count * kWord;
  return nullptr;
}

const char *TypeReader::fill_fields(Type &type) {
  auto word = [&](uint64_t offset) { return memory_.load<uint64_t>(type.address + offset); };
  type.package_path = name_at(word(layout::kPackagePath)).text;
  uint64_t at = word(layout::kFields), count = word(layout::kFields + 8);
  if (count > memory_.size() || !memory_.contains(at, count * layout::kFieldSize))
    return "more fields than it has room for";
  if (!budget_.charge(count))
    return "more fields than a module of this size can have";
  type.fields.reserve(count);
  for (uint64_t i = 0; i < count; i++, at += layout::kFieldSize) {
    objfile::TypeName name = name_at(memory_.load<uint64_t>(at));
    type.fields.push_back({name.text, name.tag, name.is_embedded,
                           memory_.load<uint64_t>(at + kWord),
                           memory_.load<uint64_t>(at + 2 * kWord)});
  }
  type.descriptor_size += count * layout::kFieldSize;
  return nullptr;
}

const char *TypeReader::fill_interface(Type &type) {
  auto word = [&](uint64_t offset) { return memory_.load<uint64_t>(type.address + offset); };
  type.package_path = name_at(word(layout::kPackagePath)).text;
  uint64_t at = word(layout::kInterfaceMethods), count = word(layout::kInterfaceMethods + 8);
  if (count > memory_.size() || !memory_.contains(at, count * layout::kInterfaceMethodSize))
    return "more methods than it has room for";
  if (!budget_.charge(count))
    return "more methods than a module of this size can have";
  type.interface_methods.reserve(count);
  for (uint64_t i = 0; i < count; i++, at += layout::kInterfaceMethodSize)
    type.interface_methods.push_back({name_at_offset(memory_.load<uint32_t>(at)),
                                      type_at_offset(memory_.load<uint32_t>(at + 4))});
  type.descriptor_size += count * layout::kInterfaceMethodSize;
  return nullptr;
}

const char *TypeReader::fill_methods(Type &type, uint64_t uncommon) {
  StringRef path = name_at_offset(memory_.load<uint32_t>(uncommon + layout::kUncommonPath));
  if (type.package_path.empty())
    type.package_path = path;
  uint16_t count = memory_.load<uint16_t>(uncommon + layout::kNumMethods);
  uint64_t at = uncommon + memory_.load<uint32_t>(uncommon + layout::kMethods);
  if (count == 0)
    return nullptr;
  if (!memory_.contains(at, count * layout::kMethodSize))
    return "more methods than it has room for";
  if (!budget_.charge(count))
    return "more methods than a module of this size can have";
  auto pc = [&](uint32_t offset) {
    return offset == 0 || offset == UINT32_MAX ? 0 : module_.pc_of_text_offset(offset);
  };
  type.methods.reserve(count);
  for (uint16_t i = 0; i < count; i++, at += layout::kMethodSize)
    type.methods.push_back(
        {name_at_offset(memory_.load<uint32_t>(at)), type_at_offset(memory_.load<uint32_t>(at + 4)),
         pc(memory_.load<uint32_t>(at + 8)), pc(memory_.load<uint32_t>(at + 12))});
  type.descriptor_size += count * layout::kMethodSize;
  return nullptr;
}

// -- Collections

llvm::Expected<std::vector<uint64_t>> TypeReader::type_links() {
  if (!module_.has(ModuleField::kTypeLinks))
    return walk_descriptors();
  GoModule::Slice slice = module_.slice(ModuleField::kTypeLinks);
  if (slice.length > memory_.size() || !memory_.contains(slice.address, slice.length * 4))
    return error("typelinks", slice.address, "outside of the memory");
  if (!budget_.charge(slice.length))
    return error("typelinks", slice.address, "more types than a module of this size can have");
  std::vector<uint64_t> links;
  links.reserve(slice.length);
  for (uint64_t i = 0; i < slice.length; i++)
    links.push_back(types_ + memory_.load<uint32_t>(slice.address + 4 * i));
  return links;
}

// From Go 1.27 on they stand one after the other (ref: moduleTypelinks in runtime/type.go).
llvm::Expected<std::vector<uint64_t>> TypeReader::walk_descriptors() {
  std::vector<uint64_t> links;
  uint64_t end = types_ + module_.word(ModuleField::kTypesLength);
  if (end < types_ || end > types_end_)
    return error("typedesclen", end, "beyond the types");
  for (uint64_t at = types_ + kWord; at < end;) {
    llvm::Expected<Type> type = read(at);
    if (!type)
      return type.takeError();
    links.push_back(at);
    at = (at + type->descriptor_size + kWord - 1) & ~(kWord - 1);
  }
  return links;
}

llvm::Expected<Itab> TypeReader::read_itab(uint64_t address) {
  using namespace objfile::itab_layout;
  if (!memory_.contains(address, kSize))
    return error("itab", address, "outside of the memory");
  Itab itab = {address,
               memory_.load<uint64_t>(address + kInterface),
               memory_.load<uint64_t>(address + kType),
               memory_.load<uint32_t>(address + kHash),
               {}};
  llvm::Expected<Type> interface = read(itab.interface);
  if (!interface)
    return error("itab", address, "its interface is broken: " + toString(interface.takeError()));
  uint64_t count = interface->interface_methods.size();
  if (interface->kind != TypeKind::kInterface || count == 0)
    return error("itab", address, "not of an interface with methods");
  if (!memory_.contains(address + kFunctions, count * kWord))
    return error("itab", address, "it runs past the end of the memory");
  // Without a first function the type does not implement the interface, and there are no others.
  for (uint64_t i = 0; i < count; i++) {
    uint64_t pc = memory_.load<uint64_t>(address + kFunctions + i * kWord);
    if (i == 0 && pc == 0)
      break;
    itab.functions.push_back(pc);
  }
  return itab;
}

llvm::Expected<std::vector<Itab>> TypeReader::itabs() {
  std::vector<Itab> itabs;
  if (module_.has(ModuleField::kItabLinks)) {
    GoModule::Slice slice = module_.slice(ModuleField::kItabLinks);
    if (slice.length > memory_.size() || !memory_.contains(slice.address, slice.length * kWord))
      return error("itablinks", slice.address, "outside of the memory");
    for (uint64_t i = 0; i < slice.length; i++) {
      llvm::Expected<Itab> itab = read_itab(memory_.load<uint64_t>(slice.address + i * kWord));
      if (!itab)
        return itab.takeError();
      itabs.push_back(std::move(*itab));
    }
    return itabs;
  }
  // ref: addModuleItabs in runtime/iface.go
  uint64_t at = types_ + module_.word(ModuleField::kItabsOffset);
  uint64_t end = at + module_.word(ModuleField::kItabsLength);
  if (at < types_ || end < at || end > types_end_)
    return error("itabs", at, "outside of the types");
  while (at < end) {
    llvm::Expected<Itab> itab = read_itab(at);
    if (!itab)
      return itab.takeError();
    at += objfile::itab_layout::kFunctions + kWord * std::max<size_t>(itab->functions.size(), 1);
    itabs.push_back(std::move(*itab));
  }
  return itabs;
}

llvm::Expected<std::vector<Type>> TypeReader::all_types() {
  llvm::Expected<std::vector<uint64_t>> links = type_links();
  if (!links)
    return links.takeError();
  llvm::Expected<std::vector<Itab>> from_itabs = itabs();
  if (!from_itabs)
    return from_itabs.takeError();
  std::vector<uint64_t> open;
  llvm::DenseSet<uint64_t> known;
  auto add = [&](uint64_t address) {
    if (address && address < UINT64_MAX - 1 && known.insert(address).second)
      open.push_back(address);
  };
  llvm::for_each(*links, add);
  for (const Itab &itab : *from_itabs) {
    add(itab.interface);
    add(itab.type);
  }
  std::vector<Type> types;
  while (!open.empty()) {
    llvm::Expected<Type> type = read(open.back());
    if (!type)
      return type.takeError();
    open.pop_back();
    for (uint64_t address : {type->element, type->key, type->pointer_to_this})
      add(address);
    llvm::for_each(type->params, add);
    llvm::for_each(type->results, add);
    for (const Type::Field &field : type->fields)
      add(field.type);
    for (const Type::Method &method : type->methods)
      add(method.type);
    for (const Type::InterfaceMethod &method : type->interface_methods)
      add(method.type);
    types.push_back(std::move(*type));
  }
  std::sort(types.begin(), types.end(),
            [](const Type &a, const Type &b) { return a.address < b.address; });
  return types;
}

} // namespace wald::inspect
