// Objects with type descriptors and directives, as YAML.
#pragma once

#include "directives/signature.h"
#include "object_files.h"

#include "llvm/ADT/StringExtras.h"

namespace wald::test {

inline std::string hex(llvm::ArrayRef<uint8_t> bytes) {
  return llvm::toHex(bytes, /*LowerCase=*/true);
}

// Writes the symbols of an object of package x/p.
class TypeObject {
public:
  struct FieldText {
    std::string name, type; // of a symbol without "type:", or BUILTIN as "builtin int32"
    uint64_t offset = 0;
    bool is_embedded = false;
  };

  // A descriptor with what stands after its common part.
  struct Descriptor {
    std::string symbol; // "x/p.Point"
    uint8_t kind = 0;
    uint64_t size = 0;
    uint8_t alignment = 1;
    bool is_named = true;
    std::string element = {}; // as FieldText::type
    uint64_t length = 0;      // of arrays; of structs the number of fields if it is another
    std::vector<FieldText> fields = {};
  };

  void add(const Descriptor &type) {
    std::vector<uint8_t> data(80 + 24 * type.fields.size());
    objfile::store(data.data(), type.size);
    data[20] = type.is_named ? 4 : 0;
    data[21] = data[22] = type.alignment;
    data[23] = type.kind;
    std::string relocs;
    auto reloc = [&](uint64_t offset, const std::string &to, uint64_t addend = 0) {
      relocs += "{ type: R_ADDR, offset: " + std::to_string(offset) + ", size: 8, " + to +
                (addend ? ", addend: " + std::to_string(addend) : "") + " }, ";
    };
    auto target = [](llvm::StringRef name) {
      return name.consume_front("builtin ") ? "builtin: 'type:" + name.str() + "'"
                                            : "to: 'type:" + name.str() + "'";
    };
    if (!type.element.empty())
      reloc(48, target(type.element));
    if (!type.fields.empty())
      reloc(56, "to: 'type:" + type.symbol + "'", 80);
    objfile::store(data.data() + 64,
                   type.length || type.kind != 25 ? type.length : uint64_t(type.fields.size()));
    for (size_t i = 0; i < type.fields.size(); i++) {
      const FieldText &field = type.fields[i];
      uint64_t at = 80 + 24 * i;
      reloc(at, "to: " + name_symbol(field.name, field.is_embedded));
      if (!field.type.empty())
        reloc(at + 8, target(field.type));
      objfile::store(data.data() + at + 16, field.offset);
    }
    symbols_ += "  - { name: 'type:" + type.symbol + "', kind: rodata, flags: [ gotype ], data: '" +
                hex(data) + "', relocs: [ " + relocs + "] }\n";
  }

  // The import env.NAME that x/p.NAME declares in a line of the first file.
  void add_import(const std::string &name, uint8_t line, const directives::Signature &signature) {
    std::vector<uint8_t> record;
    for (llvm::StringRef text : {llvm::StringRef("env"), llvm::StringRef(name)}) {
      record.resize(record.size() + 4);
      objfile::store(record.data() + record.size() - 4, uint32_t(text.size()));
      record.insert(record.end(), text.begin(), text.end());
    }
    std::vector<uint8_t> rest = directives::encode_wasm_type(signature);
    record.insert(record.end(), rest.begin(), rest.end());
    std::vector<uint8_t> info(28);
    info[12] = line;
    info[16] = 1; // one file, the first
    symbols_ += "  - { name: x/p." + name +
                ", kind: text, data: 000b, aux: [ { kind: funcinfo, to: " + name +
                ".info }, { kind: wasmimport, to: " + name + ".import } ] }\n  - { name: " + name +
                ".info, kind: rodata, data: '" + hex(info) + "' }\n  - { name: " + name +
                ".import, kind: rodata, data: '" + hex(record) + "' }\n";
  }

  std::string yaml() const {
    return "version: go1.27.4\nfiles: [ /src/p/p.go ]\nsymbols:\n" + symbols_ + names_;
  }

private:
  std::string name_symbol(const std::string &name, bool is_embedded) {
    std::string symbol = "name" + std::to_string(num_names_++);
    std::vector<uint8_t> data = {uint8_t(is_embedded ? 8 : 0), uint8_t(name.size())};
    data.insert(data.end(), name.begin(), name.end());
    names_ += "  - { name: " + symbol + ", kind: rodata, data: '" + hex(data) + "' }\n";
    return symbol;
  }

  std::string symbols_, names_;
  unsigned num_names_ = 0;
};

} // namespace wald::test
