#include "inspect/type_check.h"

#include "llvm/ADT/STLExtras.h"

namespace wald::test {

using inspect::Type;
using llvm::StringRef;
using objfile::TypeKind;
namespace layout = objfile::type_layout;
namespace itab_layout = objfile::itab_layout;

// A descriptor or itab in an object: its bytes, zero where it has none, and what these refer to.
struct TypeChecker::Descriptor {
  Descriptor(const ProgramObjects &objects, Place where)
      : program(objects), place(where), data(where.data()) {}

  template <typename T> T read(uint64_t at) const {
    return at + sizeof(T) <= data.size() ? objfile::load<T>(data.data() + at) : T(0);
  }
  std::optional<objfile::RelocRecord> reloc_at(uint64_t at) const {
    objfile::Table<objfile::RelocRecord> relocs = place.object->relocs(place.local);
    uint32_t i = objfile::first_reloc_from(relocs, at);
    if (i == relocs.size() || uint64_t(relocs[i].offset()) != at)
      return std::nullopt;
    return relocs[i];
  }
  std::vector<Place> target_at(uint64_t at) const {
    std::optional<objfile::RelocRecord> reloc = reloc_at(at);
    return reloc ? program.resolve(*place.object, reloc->target()) : std::vector<Place>();
  }
  objfile::TypeName name_at(uint64_t at) const {
    std::vector<Place> name = target_at(at);
    return name.empty() ? objfile::TypeName() : objfile::decode_type_name(name.front().data());
  }
  // Of a slice of the descriptor's own bytes: where it begins.
  uint64_t own_offset_at(uint64_t at) const {
    std::optional<objfile::RelocRecord> reloc = reloc_at(at);
    return reloc ? reloc->addend() : 0;
  }
  TypeKind kind() const {
    return TypeKind(read<uint8_t>(layout::kKind) & place.object->version().type_kind_mask);
  }

  const ProgramObjects &program;
  Place place;
  objfile::Bytes data;
};

TypeChecker::TypeChecker(const inspect::GoModule &module, const ProgramObjects &program)
    : module_(module), program_(program) {
  index_objects();
  for (uint32_t i = 0; i < module.num_functions(); i++)
    functions_.insert(module.function(i).name());
}

std::string TypeChecker::text_of(Place type) const {
  Descriptor descriptor(program_, type);
  StringRef text = descriptor.name_at(layout::kText).text;
  if (descriptor.read<uint8_t>(layout::kFlags) & objfile::kTypeExtraStar)
    text.consume_front("*");
  return text.str();
}

void TypeChecker::index_objects() {
  for (const objfile::Object &object : program_.objects())
    for (uint32_t local = 0; local < object.num_defs(); local++) {
      Place place = {&object, local};
      Descriptor descriptor(program_, place);
      if (object.symbol(local).flag() & objfile::kFlagGoType) {
        types_[{text_of(place), descriptor.read<uint32_t>(layout::kHash)}].push_back(place);
      } else if (object.symbol(local).flag2() & objfile::kFlag2Itab) {
        std::vector<Place> type = descriptor.target_at(itab_layout::kType),
                           interface = descriptor.target_at(itab_layout::kInterface);
        if (!type.empty() && !interface.empty())
          itabs_[{text_of(type.front()) + "," + text_of(interface.front()),
                  descriptor.read<uint32_t>(itab_layout::kHash)}]
              .push_back(place);
      }
    }
}

std::vector<std::string> TypeChecker::check(size_t most) {
  inspect::TypeReader reader(module_);
  llvm::Expected<std::vector<Type>> types = reader.all_types();
  if (!types)
    return {llvm::toString(types.takeError())};
  llvm::Expected<std::vector<inspect::Itab>> itabs = reader.itabs();
  if (!itabs)
    return {llvm::toString(itabs.takeError())};
  num_types_ = types->size();
  num_itabs_ = itabs->size();
  for (const Type &type : *types)
    by_address_[type.address] = &type;
  std::vector<std::string> problems;
  for (const Type &type : *types)
    if (std::string problem = check_type(type); !problem.empty() && problems.size() < most)
      problems.push_back("type " + type.text.str() + ": " + problem);
  for (const inspect::Itab &itab : *itabs)
    if (std::string problem = check_itab(itab); !problem.empty() && problems.size() < most)
      problems.push_back(problem);
  return problems;
}

std::string TypeChecker::check_type(const Type &type) const {
  auto found = types_.find({type.text.str(), type.hash});
  std::string problem = "no object has it";
  if (found == types_.end())
    return problem;
  for (const Place &place : found->second)
    if ((problem = check_against(type, Descriptor(program_, place))).empty())
      break;
  return problem;
}

std::string TypeChecker::check_against(const Type &type, const Descriptor &expected) const {
  if (type.kind != expected.kind() || type.size != expected.read<uint64_t>(layout::kSize) ||
      type.pointer_bytes != expected.read<uint64_t>(layout::kPointerBytes) ||
      type.flags != expected.read<uint8_t>(layout::kFlags) ||
      type.alignment != expected.read<uint8_t>(layout::kAlignment) ||
      type.field_alignment != expected.read<uint8_t>(layout::kFieldAlignment))
    return "another kind, size or flags";
  std::vector<Place> equal = expected.target_at(layout::kEqual);
  if (equal.empty() != (type.equal == 0))
    return "its comparison is not as in the object";
  std::string problem = check_parts(type, expected);
  return problem.empty() ? check_methods(type, expected) : problem;
}

std::string TypeChecker::check_parts(const Type &type, const Descriptor &expected) const {
  switch (type.kind) {
  case TypeKind::kArray:
    if (type.length != expected.read<uint64_t>(layout::kArrayLength))
      return "another length";
    [[fallthrough]];
  case TypeKind::kChan:
  case TypeKind::kPointer:
  case TypeKind::kSlice:
    if (type.kind == TypeKind::kChan &&
        type.direction != expected.read<uint64_t>(layout::kChanDirection))
      return "another direction";
    return is_type(type.element, expected.target_at(layout::kElement)) ? "" : "another element";
  case TypeKind::kMap:
    return is_type(type.key, expected.target_at(layout::kMapKey)) &&
                   is_type(type.element, expected.target_at(layout::kMapElement))
               ? ""
               : "another key or element";
  case TypeKind::kFunc:
    return check_func(type, expected);
  case TypeKind::kStruct:
    return check_fields(type, expected);
  case TypeKind::kInterface:
    return check_interface(type, expected);
  default:
    return "";
  }
}

std::string TypeChecker::check_func(const Type &type, const Descriptor &expected) const {
  uint16_t num_in = expected.read<uint16_t>(layout::kNumIn);
  uint16_t num_out = expected.read<uint16_t>(layout::kNumOut);
  if (type.params.size() != num_in ||
      (type.results.size() | (type.is_variadic ? layout::kVariadic : 0)) != num_out)
    return "another number of parameters";
  uint64_t at =
      layout::kCommonSize + 8 + (type.flags & objfile::kTypeUncommon ? layout::kUncommonSize : 0);
  for (const std::vector<uint64_t> *list : {&type.params, &type.results})
    for (uint64_t param : *list) {
      if (!is_type(param, expected.target_at(at)))
        return "another parameter";
      at += 8;
    }
  return "";
}

std::string TypeChecker::check_fields(const Type &type, const Descriptor &expected) const {
  if (type.fields.size() != expected.read<uint64_t>(layout::kFields + 8))
    return "another number of fields";
  uint64_t at = expected.own_offset_at(layout::kFields);
  for (const Type::Field &field : type.fields) {
    objfile::TypeName name = expected.name_at(at);
    if (field.name != name.text || field.tag != name.tag || field.is_embedded != name.is_embedded ||
        field.offset != expected.read<uint64_t>(at + 16) ||
        !is_type(field.type, expected.target_at(at + 8)))
      return "field " + field.name.str() + " is another";
    at += layout::kFieldSize;
  }
  return "";
}

std::string TypeChecker::check_interface(const Type &type, const Descriptor &expected) const {
  if (type.interface_methods.size() != expected.read<uint64_t>(layout::kInterfaceMethods + 8))
    return "another number of methods";
  uint64_t at = expected.own_offset_at(layout::kInterfaceMethods);
  for (const Type::InterfaceMethod &method : type.interface_methods) {
    if (method.name != expected.name_at(at).text ||
        !is_type(method.type, expected.target_at(at + 4)))
      return "method " + method.name.str() + " is another";
    at += layout::kInterfaceMethodSize;
  }
  return "";
}

// Of methods only those parts are there that are in the program for some reason.
std::string TypeChecker::check_methods(const Type &type, const Descriptor &expected) const {
  uint64_t uncommon = layout::kCommonSize + objfile::type_extra_size(type.kind, module_.version(),
                                                                     module_.map_extra_bytes());
  bool has_uncommon = type.flags & objfile::kTypeUncommon;
  if (type.methods.size() !=
      (has_uncommon ? expected.read<uint16_t>(uncommon + layout::kNumMethods) : 0))
    return "another number of methods";
  uint64_t at = uncommon + expected.read<uint32_t>(uncommon + layout::kMethods);
  for (const Type::Method &method : type.methods) {
    if (method.name != expected.name_at(at).text ||
        (method.type && !is_type(method.type, expected.target_at(at + 4))) ||
        !is_method(method.interface_pc, expected.target_at(at + 8)) ||
        !is_method(method.code_pc, expected.target_at(at + 12)))
      return "method " + method.name.str() + " is another";
    at += layout::kMethodSize;
  }
  return "";
}

std::string TypeChecker::check_itab(const inspect::Itab &itab) const {
  auto type = by_address_.find(itab.type), interface = by_address_.find(itab.interface);
  if (type == by_address_.end() || interface == by_address_.end())
    return "an itab of no types";
  std::string name = type->second->text.str() + "," + interface->second->text.str();
  auto found = itabs_.find({name, itab.hash});
  if (found == itabs_.end())
    return "itab " + name + ": no object has it";
  return llvm::any_of(found->second,
                      [&](Place place) { return has_functions(itab, Descriptor(program_, place)); })
             ? ""
             : "itab " + name + ": other functions than in the object";
}

bool TypeChecker::has_functions(const inspect::Itab &itab, const Descriptor &expected) const {
  for (size_t i = 0; i < itab.functions.size(); i++) {
    uint64_t at = itab_layout::kFunctions + 8 * i;
    std::optional<objfile::RelocRecord> reloc = expected.reloc_at(at);
    std::optional<uint32_t> found = module_.find_function(itab.functions[i]);
    // What the linker puts in where a method is unreachable.
    bool is_dead = reloc && reloc->type() & objfile::kRelocWeak && found &&
                   module_.function(*found).name() == "runtime.unreachableMethod";
    if (!is_dead && !is_function(itab.functions[i], expected.target_at(at)))
      return false;
  }
  return true;
}

// By text and hash, of which the first says almost all.
bool TypeChecker::is_type(uint64_t address, const std::vector<Place> &expected) const {
  if (address == 0 || expected.empty())
    return address == 0 && expected.empty();
  auto type = by_address_.find(address);
  return type != by_address_.end() && llvm::any_of(expected, [&](Place place) {
           return Descriptor(program_, place).read<uint32_t>(layout::kHash) == type->second->hash &&
                  text_of(place) == type->second->text;
         });
}

// Without code only if the program has no such function.
bool TypeChecker::is_method(uint64_t pc, const std::vector<Place> &expected) const {
  if (pc)
    return is_function(pc, expected);
  return llvm::none_of(expected, [&](Place place) { return functions_.contains(place.name()); });
}

bool TypeChecker::is_function(uint64_t pc, const std::vector<Place> &expected) const {
  std::optional<uint32_t> found = module_.find_function(pc);
  return found && module_.function(*found).entry_pc() == pc &&
         llvm::any_of(expected,
                      [&](Place place) { return place.name() == module_.function(*found).name(); });
}

} // namespace wald::test
