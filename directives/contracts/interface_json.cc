// Types stand in a table of their own, by name, so that shared and cyclic ones are written once.
// Predeclared types are known by their names alone.
#include "directives/contracts/interface_json.h"

#include "directives/contracts/json_outline.h"
#include "directives/reports/report_parts.h"
#include "directives/types/type_compare.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

namespace wald::directives {

namespace json = llvm::json;
using llvm::StringRef;
using llvm::Twine;

namespace {

constexpr unsigned kMaxLevels = 16; // levels of brackets; written are 8 at most

struct PredeclaredType {
  StringRef label, package, name;
  GoKind kind;
  unsigned size, alignment;
};

constexpr PredeclaredType kPredeclared[] = {
    {"bool", "", "bool", GoKind::kBool, 1, 1},
    {"int8", "", "int8", GoKind::kInt8, 1, 1},
    {"int16", "", "int16", GoKind::kInt16, 2, 2},
    {"int32", "", "int32", GoKind::kInt32, 4, 4},
    {"int64", "", "int64", GoKind::kInt64, 8, 8},
    {"int", "", "int", GoKind::kInt, 8, 8},
    {"uint8", "", "uint8", GoKind::kUint8, 1, 1},
    {"uint16", "", "uint16", GoKind::kUint16, 2, 2},
    {"uint32", "", "uint32", GoKind::kUint32, 4, 4},
    {"uint64", "", "uint64", GoKind::kUint64, 8, 8},
    {"uint", "", "uint", GoKind::kUint, 8, 8},
    {"uintptr", "", "uintptr", GoKind::kUintptr, 8, 8},
    {"float32", "", "float32", GoKind::kFloat32, 4, 4},
    {"float64", "", "float64", GoKind::kFloat64, 8, 8},
    {"string", "", "string", GoKind::kString, 16, 8},
    {"unsafe.Pointer", "unsafe", "Pointer", GoKind::kUnsafePointer, 8, 8},
};

GoType predeclared_type(const PredeclaredType &known) {
  GoType type;
  type.kind = known.kind;
  type.package = known.package;
  type.name = known.name;
  type.size = known.size;
  type.alignment = known.alignment;
  return type;
}

const PredeclaredType *find_predeclared(StringRef label) {
  const auto *found = llvm::find_if(
      kPredeclared, [&](const PredeclaredType &known) { return known.label == label; });
  return found == std::end(kPredeclared) ? nullptr : found;
}

// -- Writing

// The names under which types are written: their Go text, and where that names two, a number more.
class TypeLabels {
public:
  std::string label_of(const GoType &type) {
    std::string &label = labels_[&type];
    if (!label.empty())
      return label;
    std::string text = valid_utf8(type_text(type));
    const PredeclaredType *known = find_predeclared(text);
    if (known && same_type(type, predeclared_type(*known)))
      return label = text;
    label = text;
    for (unsigned number = 2;; number++) {
      auto [entry, is_new] = by_label_.try_emplace(label, &type);
      if (is_new && !find_predeclared(label)) {
        listed_.push_back(&type);
        return label;
      }
      if (!is_new && same_type(type, *entry->second))
        return label;
      label = text + " #" + std::to_string(number);
    }
  }

  // Grows while the types in it are written.
  llvm::ArrayRef<const GoType *> listed() const { return listed_; }

private:
  llvm::DenseMap<const GoType *, std::string> labels_;
  objfile::NameMap<const GoType *> by_label_;
  std::vector<const GoType *> listed_; // not predeclared
};

class Writer {
public:
  Writer(json::OStream &out, StringRef directory) : json_(out), directory_(directory) {}

  void write(const Interface &interface, StringRef program) {
    json_.object([&] {
      json_.attribute("program", valid_utf8(program));
      json_.attribute("goos", interface.goos);
      json_.attribute("reactor", interface.is_reactor);
      for (DirectiveKind kind : {DirectiveKind::kImport, DirectiveKind::kExport})
        json_.attributeArray(kind == DirectiveKind::kImport ? "imports" : "exports", [&] {
          for (const Directive &directive : interface.directives)
            if (directive.kind == kind)
              write_directive(directive);
        });
      write_types();
    });
  }

private:
  void write_wasm_types(const char *key, llvm::ArrayRef<Field> fields) {
    json_.attributeArray(key, [&] {
      for (const Field &field : fields)
        json_.value(wasm::value_type_name(field.type));
    });
  }

  void write_optional(const char *key, StringRef text) {
    if (!text.empty())
      json_.attribute(key, valid_utf8(text));
  }

  void write_directive(const Directive &directive) {
    json_.object([&] {
      if (directive.kind == DirectiveKind::kImport)
        json_.attribute("module", valid_utf8(directive.module));
      json_.attribute("name", valid_utf8(directive.name));
      write_wasm_types("params", directive.signature.params);
      write_wasm_types("results", directive.signature.results);
      if (directive.has_go_types) {
        write_parameters("go_params", directive.params);
        write_parameters("go_results", directive.results);
      }
      write_optional("no_go_types", directive.why_no_go_types);
      if (directive.is_unlinked)
        json_.attribute("linked", false);
      write_optional("package", directive.package);
      write_optional("function", directive.function);
      if (!directive.position.file.empty()) {
        json_.attribute("file", valid_utf8(relative_to(directive.position.file, directory_)));
        json_.attribute("line", directive.position.line);
      }
    });
  }

  void write_parameters(const char *key, llvm::ArrayRef<Parameter> parameters) {
    json_.attributeArray(key, [&] {
      for (const Parameter &parameter : parameters)
        json_.object([&] {
          write_optional("name", parameter.name);
          if (parameter.type)
            json_.attribute("type", labels_.label_of(*parameter.type));
          json_.attributeArray("wasm", [&] {
            for (wasm::ValueType type : parameter.wasm_types)
              json_.value(wasm::value_type_name(type));
          });
        });
    });
  }

  void write_types() {
    if (labels_.listed().empty())
      return;
    json_.attributeObject("types", [&] {
      for (size_t i = 0; i < labels_.listed().size(); i++) {
        const GoType &type = *labels_.listed()[i];
        json_.attributeObject(labels_.label_of(type), [&] { write_type(type); });
      }
    });
  }

  void write_type(const GoType &type) {
    json_.attribute("kind", go_kind_name(type.kind));
    write_optional("package", type.package);
    write_optional("name", type.name);
    json_.attribute("size", type.size);
    json_.attribute("alignment", type.alignment);
    if (type.element)
      json_.attribute("element", labels_.label_of(*type.element));
    if (type.kind == GoKind::kArray)
      json_.attribute("length", type.length);
    if (type.kind == GoKind::kStruct)
      json_.attributeArray("fields", [&] {
        for (const GoField &field : type.fields)
          write_field(field);
      });
  }

  void write_field(const GoField &field) {
    json_.object([&] {
      json_.attribute("name", valid_utf8(field.name));
      if (field.type)
        json_.attribute("type", labels_.label_of(*field.type));
      json_.attribute("offset", field.offset);
      if (field.is_embedded)
        json_.attribute("embedded", true);
    });
  }

  json::OStream &json_;
  StringRef directory_;
  TypeLabels labels_;
};

// -- Reading

// LLVM begins its errors with "[LINE:COLUMN, byte=N]: ".
llvm::Error parse_error(llvm::Error error) {
  std::string text = llvm::toString(std::move(error));
  StringRef rest = text;
  StringRef place, what;
  if (rest.consume_front("[")) {
    std::tie(place, what) = rest.split(", byte=");
    what = what.split("]: ").second;
  }
  if (what.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
  return llvm::createStringError(llvm::inconvertibleErrorCode(), place + ": not JSON: " + what);
}

std::optional<wasm::ValueType> find_value_type(StringRef name) {
  using enum wasm::ValueType;
  for (wasm::ValueType type : {kI32, kI64, kF32, kF64, kV128, kFuncref, kExternref})
    if (name == wasm::value_type_name(type))
      return type;
  return std::nullopt;
}

class Reader {
public:
  explicit Reader(std::vector<InterfaceLines> lines) : lines_(std::move(lines)) {}

  llvm::Expected<std::vector<ReadInterface>> read(const json::Value &value) {
    if (const json::Array *list = value.getAsArray()) {
      for (const json::Value &item : *list)
        read_program(item);
    } else {
      read_program(value);
    }
    if (!error_.empty())
      return llvm::createStringError(llvm::inconvertibleErrorCode(), error_);
    return std::move(programs_);
  }

private:
  // The first error is kept. `where_` and `line_` say what is being read.
  bool fail(const Twine &what) {
    if (!error_.empty())
      return false;
    std::string place = where_.empty() ? "" : where_ + ": ";
    error_ = (line_ ? Twine(line_) + ": " : Twine()).str() + place + what.str();
    return false;
  }

  const json::Object *want_object(const json::Value &value, llvm::ArrayRef<StringRef> keys) {
    const json::Object *object = value.getAsObject();
    if (!object) {
      fail("want an object");
      return nullptr;
    }
    // Sorted, as the order of a hash table is unspecified.
    std::vector<StringRef> unknown;
    for (const auto &[key, item] : *object)
      if (!llvm::is_contained(keys, StringRef(key)))
        unknown.push_back(key);
    llvm::sort(unknown);
    if (!unknown.empty())
      fail("unknown key " + unknown.front());
    return unknown.empty() ? object : nullptr;
  }

  enum class Need : uint8_t { kOptional, kNeeded };

  // The value of a key; null if it is missing, which fails where it is needed.
  const json::Value *get(const json::Object &object, StringRef key, Need need) {
    const json::Value *value = object.get(key);
    if (!value && need == Need::kNeeded)
      fail("key " + key + " is missing");
    return value;
  }

  std::string get_string(const json::Object &object, StringRef key, Need need = Need::kOptional) {
    const json::Value *value = get(object, key, need);
    if (!value)
      return "";
    std::optional<StringRef> text = value->getAsString();
    if (!text)
      fail("want a string for key " + key);
    return text.value_or("").str();
  }

  uint64_t get_number(const json::Object &object, StringRef key, uint64_t limit,
                      Need need = Need::kOptional) {
    const json::Value *value = get(object, key, need);
    if (!value)
      return 0;
    std::optional<uint64_t> number = value->getAsUINT64();
    if (!number || *number > limit)
      fail("want a whole number of at most " + Twine(limit) + " for key " + key);
    return number.value_or(0);
  }

  bool get_bool(const json::Object &object, StringRef key) {
    const json::Value *value = object.get(key);
    if (!value)
      return false;
    std::optional<bool> answer = value->getAsBoolean();
    if (!answer)
      fail("want true or false for key " + key);
    return answer.value_or(false);
  }

  llvm::ArrayRef<json::Value> get_array(const json::Object &object, StringRef key, Need need) {
    const json::Value *value = get(object, key, need);
    const json::Array *array = value ? value->getAsArray() : nullptr;
    if (value && !array)
      fail("want a list for key " + key);
    if (!array || array->empty())
      return {};
    return {array->data(), array->size()};
  }

  void read_program(const json::Value &value) {
    line_ = 0;
    where_.clear();
    ReadInterface &program = programs_.emplace_back();
    program_ = &program;
    types_.clear();
    if (programs_.size() > lines_.size()) {
      fail("want an object for each program");
      return;
    }
    const json::Object *object =
        want_object(value, {"program", "goos", "reactor", "imports", "exports", "types"});
    if (!object)
      return;
    program.program = get_string(*object, "program");
    program.interface.goos = get_string(*object, "goos");
    if (StringRef goos = program.interface.goos; !goos.empty() && goos != "wasip1" && goos != "js")
      fail("goos is neither wasip1 nor js");
    program.interface.is_reactor = get_bool(*object, "reactor");
    if (const json::Value *types = object->get("types"))
      read_types(*types);
    const InterfaceLines &lines = lines_[programs_.size() - 1];
    read_directives(*object, "imports", DirectiveKind::kImport, lines.imports);
    read_directives(*object, "exports", DirectiveKind::kExport, lines.exports);
  }

  // All types first, so that they can refer to each other.
  void read_types(const json::Value &value) {
    where_ = "types";
    const json::Object *object = value.getAsObject();
    if (!object) {
      fail("want an object");
      return;
    }
    std::vector<StringRef> labels;
    for (const auto &[label, description] : *object)
      labels.push_back(label);
    llvm::sort(labels);
    for (StringRef label : labels)
      types_[label] = &program_->interface.types->emplace_back();
    size_t index = 0; // the store was empty, and predeclared types go after these
    for (StringRef label : labels) {
      where_ = "types." + label.str();
      read_type(*object->get(label), (*program_->interface.types)[index++]);
    }
  }

  void read_type(const json::Value &value, GoType &type) {
    const json::Object *object = want_object(
        value, {"kind", "package", "name", "size", "alignment", "element", "length", "fields"});
    if (!object)
      return;
    type.kind = find_go_kind(get_string(*object, "kind", Need::kNeeded));
    if (type.kind == GoKind::kInvalid)
      fail("unknown kind of type");
    type.package = get_string(*object, "package");
    type.name = get_string(*object, "name");
    type.size = get_number(*object, "size", UINT64_MAX, Need::kNeeded);
    type.alignment = get_number(*object, "alignment", UINT64_MAX, Need::kNeeded);
    type.element = get_type(*object, "element");
    type.length = get_number(*object, "length", UINT64_MAX);
    for (const json::Value &item : get_array(*object, "fields", Need::kOptional)) {
      const json::Object *from = want_object(item, {"name", "type", "offset", "embedded"});
      if (!from)
        return;
      GoField &field = type.fields.emplace_back();
      field.name = get_string(*from, "name", Need::kNeeded);
      field.type = get_type(*from, "type");
      field.offset = get_number(*from, "offset", UINT64_MAX, Need::kNeeded);
      field.is_embedded = get_bool(*from, "embedded");
    }
  }

  const GoType *get_type(const json::Object &object, StringRef key) {
    std::string label = get_string(object, key);
    if (label.empty())
      return nullptr;
    const GoType *&type = types_[label];
    if (!type)
      if (const PredeclaredType *known = find_predeclared(label))
        type = &program_->interface.types->emplace_back(predeclared_type(*known));
    if (!type)
      fail("types has no " + label);
    return type;
  }

  void read_directives(const json::Object &program, StringRef key, DirectiveKind kind,
                       llvm::ArrayRef<uint32_t> lines) {
    line_ = 0;
    where_.clear();
    llvm::ArrayRef<json::Value> list = get_array(program, key, Need::kOptional);
    for (size_t i = 0; i < list.size() && error_.empty(); i++) {
      line_ = i < lines.size() ? lines[i] : 0;
      where_ = (key + "[" + Twine(i) + "]").str();
      read_directive(list[i], kind);
    }
    if (list.size() != lines.size())
      fail("key " + key + " stands there twice, or holds something else than objects");
  }

  void read_directive(const json::Value &value, DirectiveKind kind) {
    static constexpr StringRef kKeys[] = {"name",       "params",      "results", "go_params",
                                          "go_results", "no_go_types", "package", "function",
                                          "file",       "line",        "linked",  "module"};
    bool is_import = kind == DirectiveKind::kImport;
    const json::Object *object =
        want_object(value, llvm::ArrayRef(kKeys).drop_back(is_import ? 0 : 2));
    if (!object)
      return;
    Directive &directive = program_->interface.directives.emplace_back();
    program_->lines.push_back(line_);
    directive.kind = kind;
    if (is_import)
      directive.module = get_string(*object, "module", Need::kNeeded);
    directive.name = get_string(*object, "name", Need::kNeeded);
    directive.package = get_string(*object, "package");
    directive.function = get_string(*object, "function");
    directive.position.file = get_string(*object, "file");
    directive.position.line = get_number(*object, "line", UINT32_MAX);
    directive.why_no_go_types = get_string(*object, "no_go_types");
    directive.is_unlinked = object->get("linked") && !get_bool(*object, "linked");
    for (wasm::ValueType type : get_wasm_types(*object, "params"))
      directive.signature.params.push_back({0, type, 0});
    for (wasm::ValueType type : get_wasm_types(*object, "results"))
      directive.signature.results.push_back({0, type, 0});
    directive.has_go_types = object->get("go_params") || object->get("go_results");
    if (!directive.has_go_types)
      return;
    // What the host of Go's JavaScript gets is a stack pointer, whatever the Go types are.
    bool is_checked = directive.module != "gojs";
    directive.params = get_parameters(*object, "go_params");
    if (is_checked && !makes(directive.params, directive.signature.params))
      fail("the wasm types in go_params are not params");
    directive.results = get_parameters(*object, "go_results");
    if (is_checked && !makes(directive.results, directive.signature.results))
      fail("the wasm types in go_results are not results");
  }

  static bool makes(llvm::ArrayRef<Parameter> parameters, llvm::ArrayRef<Field> fields) {
    llvm::SmallVector<wasm::ValueType, 16> types;
    for (const Parameter &parameter : parameters)
      types.append(parameter.wasm_types);
    return llvm::equal(types, fields,
                       [](wasm::ValueType type, const Field &field) { return type == field.type; });
  }

  llvm::SmallVector<wasm::ValueType, 2> get_wasm_types(const json::Object &object, StringRef key) {
    llvm::SmallVector<wasm::ValueType, 2> types;
    for (const json::Value &item : get_array(object, key, Need::kNeeded)) {
      std::optional<StringRef> name = item.getAsString();
      std::optional<wasm::ValueType> type = name ? find_value_type(*name) : std::nullopt;
      if (!type) {
        fail("want types of WebAssembly (\"i32\") for key " + key);
        break;
      }
      types.push_back(*type);
    }
    return types;
  }

  std::vector<Parameter> get_parameters(const json::Object &from, StringRef key) {
    std::vector<Parameter> parameters;
    for (const json::Value &item : get_array(from, key, Need::kNeeded)) {
      const json::Object *object = want_object(item, {"name", "type", "wasm"});
      if (!object)
        break;
      Parameter &parameter = parameters.emplace_back();
      parameter.name = get_string(*object, "name");
      parameter.type = get_type(*object, "type");
      parameter.wasm_types = get_wasm_types(*object, "wasm");
    }
    return parameters;
  }

  std::vector<InterfaceLines> lines_;
  std::vector<ReadInterface> programs_;
  ReadInterface *program_ = nullptr;       // the last one
  objfile::NameMap<const GoType *> types_; // of the program, by label
  std::string where_, error_;
  uint32_t line_ = 0;
};

} // namespace

void write_interface(json::OStream &json, const Interface &interface, StringRef program,
                     StringRef directory) {
  Writer(json, directory).write(interface, program);
}

llvm::Expected<std::vector<ReadInterface>> read_interfaces(StringRef text) {
  if (text.size() > kMaxInterfaceText)
    return error_in_text("", 0, "the text is larger than " + Twine(kMaxInterfaceText) + " bytes");
  auto lines = outline_json(text, kMaxLevels, kMaxInterfaceObjects);
  if (!lines)
    return lines.takeError();
  llvm::Expected<json::Value> value = json::parse(text);
  if (!value)
    return parse_error(value.takeError());
  return Reader(std::move(*lines)).read(*value);
}

} // namespace wald::directives
