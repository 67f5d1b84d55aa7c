// A node is made and remembered before what it refers to is read, and read from a list, not by
// recursion: so cycles end, and no chain of types is too long for the stack. What an object can
// make of this in memory is bounded by kMostFields and by its number of symbols.
#include "directives/types/type_descriptors.h"

#include "directives/types/go_layout.h"
#include "objfile/go_abi.h"
#include "objfile/support/go_text.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>

namespace wald::directives {

using llvm::StringRef;
using objfile::Bytes;
using objfile::Object;
using objfile::SymRef;
namespace layout = objfile::type_layout;

namespace {

constexpr uint64_t kMostFields = 1 << 20;
constexpr StringRef kPrefix = "type:";

// Without the %xx that stand for characters of import paths in symbol names.
std::string unescape(StringRef text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); i++) {
    unsigned code;
    if (text[i] == '%' && i + 2 < text.size() && !text.substr(i + 1, 2).getAsInteger(16, code)) {
      plain += char(code);
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// Type arguments as type_text has them: in symbol names struct literals have tags, and import paths
// in front of fields that are not exported.
std::string plain_arguments(StringRef text) {
  std::string plain;
  while (!text.empty()) {
    if (text.front() == ' ' && text.drop_front().starts_with("\"")) {
      text = text.drop_front(2);
      while (!text.empty() && text.front() != '"')
        text = text.substr(text.front() == '\\' ? 2 : 1);
      text = text.drop_front(!text.empty());
      continue;
    }
    bool begins_field = text.consume_front("struct { ");
    if (begins_field)
      plain += "struct { ";
    else if ((begins_field = text.consume_front("; ")))
      plain += "; ";
    if (begins_field) {
      StringRef word = text.take_until([](char c) { return StringRef(" ;[").contains(c); });
      StringRef after = text.drop_front(word.size());
      // A name, and not the type of an embedded field.
      if (after.starts_with(" ") && !after.starts_with(" }") && !after.starts_with(" \""))
        text = text.drop_front(word.rfind('.') + 1);
      continue;
    }
    plain += text.front();
    text = text.drop_front();
  }
  return plain;
}

// Splits "example.com/geo.Pair[int32]" after the import path. Dots in its last element are
// escaped.
void set_name(GoType &type, StringRef text) {
  StringRef generic = text.take_until([](char c) { return c == '['; });
  size_t slash = generic.rfind('/');
  size_t dot = generic.find('.', slash == StringRef::npos ? 0 : slash);
  if (dot == StringRef::npos) {
    type.name = text.str();
    return;
  }
  type.package = unescape(text.take_front(dot));
  type.name = plain_arguments(unescape(text.drop_front(dot + 1)));
}

} // namespace

// A symbol's data, zero after its end, and the symbols that its addresses are.
class TypeDescriptors::Reader {
public:
  explicit Reader(Place place)
      : object_(*place.object), data_(object_.data(place.local)),
        relocs_(object_.relocs(place.local)) {}

  template <typename T> T read(uint64_t offset) const {
    if (offset > data_.size())
      return 0;
    uint8_t bytes[sizeof(T)] = {};
    Bytes rest = data_.drop_front(offset);
    std::copy_n(rest.begin(), std::min(rest.size(), sizeof(T)), bytes);
    return objfile::load<T>(bytes);
  }

  std::optional<objfile::RelocRecord> reloc_at(uint64_t offset) const {
    uint32_t found = objfile::first_reloc_from(relocs_, offset);
    if (found == relocs_.size() || uint64_t(relocs_[found].offset()) != offset)
      return std::nullopt;
    return relocs_[found];
  }

  // The name that is a symbol of its own, of the same object.
  std::optional<objfile::TypeName> name_at(uint64_t offset) const {
    std::optional<objfile::RelocRecord> reloc = reloc_at(offset);
    std::optional<uint32_t> local = reloc ? object_.local_index(reloc->target()) : std::nullopt;
    if (!local || *local >= object_.num_defs())
      return std::nullopt;
    return objfile::decode_type_name(object_.data(*local));
  }

  const Object &object() const { return object_; }
  uint64_t size() const { return data_.size(); }

private:
  const Object &object_;
  Bytes data_;
  objfile::Table<objfile::RelocRecord> relocs_;
};

TypeDescriptors::TypeDescriptors(llvm::ArrayRef<ProgramObject> objects, GoTypeStore &store)
    : store_(store) {
  for (const ProgramObject &object : objects)
    packages_[object.package].objects.push_back(object.object);
  for (auto &entry : packages_) {
    // Types are in what the compiler made, references by number mean that.
    llvm::erase_if(entry.second.objects,
                   [](const Object *object) { return object->from_assembly(); });
    by_prefix_[objfile::escape_import_path(entry.first())] = &entry.second;
  }
}

TypeDescriptors::Package *TypeDescriptors::indexed_package(StringRef path) {
  auto found = packages_.find(path);
  if (found == packages_.end())
    return nullptr;
  Package &package = found->second;
  if (package.is_indexed)
    return &package;
  package.is_indexed = true;
  for (const Object *object : package.objects)
    for (uint32_t local = 0; local < object->num_defs(); local++) {
      if (!(object->symbol(local).flag() & objfile::kFlagGoType))
        continue;
      StringRef name = object->name(local);
      if (name.consume_front(kPrefix))
        package.types.try_emplace(name, Place{object, local});
    }
  return &package;
}

llvm::Expected<const GoType *> TypeDescriptors::find(StringRef path, StringRef name) {
  Package *package = indexed_package(path);
  if (!package)
    return nullptr;
  auto found = package->types.find(objfile::escape_import_path(path) + "." + name.str());
  if (found == package->types.end())
    return nullptr;
  GoType *type = node_for(found->second);
  if (const char *problem = fill_unfilled())
    return llvm::createStringError(std::errc::invalid_argument,
                                   "the descriptor of type %s.%s is broken: %s", path.str().c_str(),
                                   name.str().c_str(), problem);
  return type;
}

StringRef TypeDescriptors::package_name(StringRef path) {
  Package *package = indexed_package(path);
  if (!package)
    return "";
  std::string prefix = objfile::escape_import_path(path) + ".";
  for (auto it = package->types.begin(); package->name.empty() && it != package->types.end();
       ++it) {
    // Of "geo.Point" the first part.
    if (!it->first().starts_with(prefix))
      continue;
    Reader reader(it->second);
    if (!(reader.read<uint8_t>(layout::kFlags) & objfile::kTypeNamed))
      continue;
    std::optional<objfile::TypeName> text = reader.name_at(layout::kText);
    if (!text)
      continue;
    StringRef name = text->text;
    if (reader.read<uint8_t>(layout::kFlags) & objfile::kTypeExtraStar)
      name.consume_front("*");
    package->name = name.split('.').first.str();
  }
  return package->name;
}

// Where the symbol is defined, if the reference is by number.
std::optional<TypeDescriptors::Place> TypeDescriptors::resolve(const Object &from, SymRef target) {
  if (std::optional<uint32_t> local = from.local_index(target))
    return *local < from.num_defs() ? std::optional(Place{&from, *local}) : std::nullopt;
  if (target.package == 0 || target.package >= from.num_packages())
    return std::nullopt;
  auto package = by_prefix_.find(from.package(target.package));
  if (package == by_prefix_.end() || package->second->objects.empty())
    return std::nullopt;
  const Object *object = package->second->objects.front();
  if (target.index >= object->num_symdefs())
    return std::nullopt;
  return Place{object, target.index};
}

GoType *TypeDescriptors::node_for(Place place) {
  auto [entry, is_new] = known_.try_emplace({place.object, place.local}, nullptr);
  if (is_new) {
    entry->second = &store_.emplace_back();
    unfilled_.push_back({place, entry->second});
  }
  return entry->second;
}

// A type that the runtime describes for all packages; null for others.
const GoType *TypeDescriptors::runtime_type(StringRef name) {
  auto [entry, is_new] = runtime_types_.try_emplace(name, nullptr);
  if (!is_new)
    return entry->second;
  StringRef element_name = name;
  bool is_pointer = element_name.consume_front("*");
  GoType type = predeclared_type(element_name);
  if (element_name.starts_with("func("))
    type = scalar_type(GoKind::kFunc);
  if (type.kind == GoKind::kInvalid) {
    Package *runtime = indexed_package("runtime");
    if (runtime && runtime->types.contains(name))
      entry->second = node_for(runtime->types[name]);
    return entry->second;
  }
  entry->second = &store_.emplace_back(std::move(type));
  if (is_pointer) {
    GoType &pointer = store_.emplace_back(scalar_type(GoKind::kPointer));
    pointer.element = entry->second;
    entry->second = &pointer;
  }
  return entry->second;
}

// Null where no relocation leads to a type.
const GoType *TypeDescriptors::target_at(const Reader &reader, uint64_t offset) {
  std::optional<objfile::RelocRecord> reloc = reader.reloc_at(offset);
  if (!reloc)
    return nullptr;
  const Object &object = reader.object();
  SymRef target = reloc->target();
  if (std::optional<Place> place = resolve(object, target))
    return node_for(*place);
  // By name, or by the number that a name has in all packages.
  StringRef name;
  if (target.package == objfile::kPackageBuiltin) {
    if (builtins_.empty())
      builtins_ = objfile::builtin_names(object.version());
    name = target.index < builtins_.size() ? builtins_[target.index] : StringRef();
  } else if (std::optional<uint32_t> local = object.local_index(target)) {
    name = object.name(*local);
  }
  return name.consume_front(kPrefix) ? runtime_type(name) : nullptr;
}

// Reads all that nodes refer to. The first problem, or null.
const char *TypeDescriptors::fill_unfilled() {
  const char *problem = nullptr;
  std::vector<GoType *> filled;
  while (!unfilled_.empty()) {
    auto [place, type] = unfilled_.front();
    unfilled_.pop_front();
    const char *found = fill(place, *type);
    std::optional<Object::Fault> fault = place.object->fault();
    if (!found && fault)
      found = fault->what;
    if (found) {
      *type = GoType();
      problem = problem ? problem : found;
    } else {
      filled.push_back(type);
    }
  }
  // Only now every element and field has its size.
  for (GoType *type : filled) {
    bool has_parts = type->kind == GoKind::kArray || type->kind == GoKind::kStruct;
    GoType again = has_parts ? *type : scalar_type(type->kind);
    if (!lay_out(again) || again.size != type->size || again.alignment != type->alignment ||
        !std::equal(again.fields.begin(), again.fields.end(), type->fields.begin(),
                    [](const GoField &a, const GoField &b) { return a.offset == b.offset; })) {
      *type = GoType();
      problem = problem ? problem : "it is not laid out as Go does it";
    }
  }
  for (GoType *type : filled)
    mark_vector(*type);
  return problem;
}

const char *TypeDescriptors::fill(Place place, GoType &type) {
  Reader reader(place);
  StringRef symbol = place.object->name(place.local);
  if (!symbol.consume_front(kPrefix))
    return "it refers to what is no type";
  uint8_t kind = reader.read<uint8_t>(layout::kKind) & place.object->version().type_kind_mask;
  if (kind == 0 || kind > uint8_t(GoKind::kUnsafePointer))
    return "unknown kind";
  type.kind = GoKind(kind);
  type.size = reader.read<uint64_t>(layout::kSize);
  type.alignment = reader.read<uint8_t>(layout::kAlignment);
  if (reader.read<uint8_t>(layout::kFlags) & objfile::kTypeNamed)
    set_name(type, symbol);
  switch (type.kind) {
  case GoKind::kArray:
    type.length = reader.read<uint64_t>(layout::kArrayLength);
    [[fallthrough]];
  case GoKind::kPointer:
  case GoKind::kSlice:
    type.element = target_at(reader, layout::kElement);
    return type.element ? nullptr : "its element type is not there";
  case GoKind::kStruct:
    return fill_fields(reader, type);
  default:
    return nullptr;
  }
}

const char *TypeDescriptors::fill_fields(const Reader &reader, GoType &type) {
  uint64_t count = reader.read<uint64_t>(layout::kFields + 8);
  if (count == 0)
    return nullptr;
  std::optional<objfile::RelocRecord> fields = reader.reloc_at(layout::kFields);
  if (!fields || count > kMostFields || num_fields_ + count > kMostFields)
    return "more fields than it has room for";
  std::optional<Place> place = resolve(reader.object(), fields->target());
  if (!place || fields->addend() < 0)
    return "its fields are not there";
  Reader table(*place);
  uint64_t begin = fields->addend();
  if (begin > table.size() || count > (table.size() - begin) / layout::kFieldSize + 1)
    return "more fields than it has room for";
  num_fields_ += count;
  type.fields.reserve(count);
  for (uint64_t i = 0; i < count; i++) {
    uint64_t at = begin + i * layout::kFieldSize;
    std::optional<objfile::TypeName> name = table.name_at(at);
    const GoType *field_type = target_at(table, at + 8);
    if (!name || !field_type)
      return "a field has no name or no type";
    type.fields.push_back(
        {name->text.str(), field_type, table.read<uint64_t>(at + 16), name->is_embedded});
  }
  return nullptr;
}

} // namespace wald::directives
