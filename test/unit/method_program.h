// Types with methods for fake programs, as the compiler writes them: a descriptor with a method
// table, names, function types.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"

#include <string>

namespace wald::test {

// A name as descriptors refer to it: `SYMBOL`, with the text.
inline std::string name_symbol(const std::string &symbol, const std::string &text) {
  return "  - { name: '" + symbol + "', kind: rodata, data: '01" +
         llvm::toHex(std::string(1, char(text.size())), /*LowerCase=*/true) +
         llvm::toHex(text, /*LowerCase=*/true) + "' }\n";
}

// The descriptor type:NAME with methods that all have the function type type:func(), and their
// functions NAME.METHOD; `more` are further relocations.
inline std::string type_with_methods(const std::string &name, llvm::ArrayRef<std::string> methods,
                                     const std::string &more = "") {
  std::string data(48 + 16 + 16 * methods.size(), '\0');
  data[20] = 1; // it has an uncommon part
  data[23] = 2; // an int
  data[52] = char(methods.size());
  data[56] = 16; // the table follows the uncommon part
  std::string relocs = more, functions;
  for (size_t i = 0; i < methods.size(); i++) {
    size_t at = 64 + 16 * i;
    auto reloc = [&](const char *type, size_t offset, const std::string &to) {
      relocs += std::string(relocs.empty() ? "" : ", ") + "{ type: " + type +
                ", offset: " + std::to_string(offset) + ", size: 4, to: '" + to + "' }";
    };
    reloc("R_ADDROFF", at, "name." + methods[i]);
    reloc("R_METHODOFF", at + 4, "type:func()");
    reloc("R_METHODOFF", at + 8, name + "." + methods[i]);
    reloc("R_METHODOFF", at + 12, name + "." + methods[i]);
    functions += "  - { name: " + name + "." + methods[i] + ", kind: text, data: 000b }\n";
  }
  return "  - { name: 'type:" + name + "', kind: rodata, flags: [ gotype ], data: '" +
         llvm::toHex(data, /*LowerCase=*/true) + "', relocs: [ " + relocs + " ] }\n" + functions;
}

// The interface type:NAME, whose one method is METHOD of type func(); it stands at offset 80.
inline std::string interface_with_method(const std::string &name, const std::string &method) {
  std::string data(88, '\0');
  data[23] = 20;
  return "  - { name: 'type:" + name + "', kind: rodata, flags: [ gotype ], data: '" +
         llvm::toHex(data, /*LowerCase=*/true) +
         "', relocs: [ { type: R_ADDROFF, offset: 80, size: 4, to: name." + method +
         " }, { type: R_ADDROFF, offset: 84, size: 4, to: 'type:func()' } ] }\n";
}

inline constexpr llvm::StringLiteral kFuncType =
    "  - { name: 'type:func()', kind: rodata, flags: [ gotype ], size: 56, data: "
    "'0000000000000000000000000000000000000000000000130000000000000000' }\n";

// A function with these relocations.
inline std::string function(const std::string &name, const std::string &relocs,
                            const std::string &more = "") {
  return "  - { name: " + name + ", kind: text, data: 000b, relocs: [ " + relocs + " ]" + more +
         " }\n";
}

inline std::string call(const std::string &to) {
  return "{ type: R_CALL, offset: 1, to: '" + to + "' }";
}
inline std::string to_interface(const std::string &type) {
  return "{ type: R_USEIFACE, to: 'type:" + type + "' }";
}
// Calls the method of an interface_with_method().
inline std::string call_through(const std::string &interface) {
  return "{ type: R_USEIFACEMETHOD, to: 'type:" + interface + "', addend: 80 }";
}

} // namespace wald::test
