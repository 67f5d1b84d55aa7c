// The YAML of a program of a few bytes that really links: a fake runtime with just what the linker
// asks for, and a main package. Tests and fuzz targets compile it.
#pragma once

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace wald::test {

// Everything the linker looks up by name. The entry point calls main.main.
inline constexpr llvm::StringLiteral kFakeRuntime = R"(
fingerprint: '5255'
flags: [ std ]
symbols:
  - name: _rt0_wasm_wasip1
    kind: text
    data: 00100b
    relocs: [ { type: R_CALL, offset: 2, to: main.main } ]
  - { name: runtime.unreachableMethod, kind: text, data: 00000b }
  - { name: runtime.mapinitnoop, kind: text, data: 000b }
  - { name: runtime.firstmoduledata, kind: noptrbss, size: 1024 }
  - { name: 'type:runtime.moduledata', group: nonpkg, kind: rodata, flags: [ dupok, gotype ],
      size: 48, data: '0004000000000000' }
  - { name: main.main, group: ref }
)";

// Every ordinary function takes and returns an i32; those of the fake runtime do not.
inline std::string with_valid_bodies(llvm::StringRef runtime) {
  std::string text = runtime.str();
  for (auto [from, to] : {std::pair("data: 00100b\n    relocs: [ { type: R_CALL, offset: 2",
                                    "data: 004100101a0b\n    relocs: [ { type: R_CALL, offset: 4"),
                          std::pair("mapinitnoop, kind: text, data: 000b",
                                    "mapinitnoop, kind: text, data: 0041000b")})
    text.replace(text.find(from), llvm::StringRef(from).size(), to);
  return text;
}

// func main at src/main.go:7.
inline constexpr llvm::StringLiteral kFakeMain = R"(
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' } ]
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 000b
    aux: [ { kind: funcinfo, to: main.main.info } ]
  - { name: main.main.info, kind: rodata, data: FUNCINFO }
)";

// The record of a function that starts in the given line of the object's first file.
inline std::string func_info(uint8_t line) {
  return "'00000000"
         "00000000"
         "00000000" +
         llvm::toHex(line) +
         "000000"
         "01000000"
         "00000000"
         "00000000'";
}

// main.main calls main.f twice and has the address of a variable with a gap.
inline std::string main_with_calls() {
  std::string text = kFakeMain.str();
  constexpr llvm::StringLiteral kBody = "    data: 000b\n";
  text.replace(text.find(kBody), kBody.size(), R"(
    data: 004100101a411a4100100b
    relocs: [ { type: R_CALL, offset: 4, to: main.f }, { type: R_ADDR, offset: 6, to: main.data },
              { type: R_CALL, offset: 10, to: main.f } ]
)");
  return text + R"(
  - { name: main.f, kind: text, data: 0041000b, aux: [ { kind: funcinfo, to: main.main.info } ] }
  - { name: main.data, kind: noptrdata, size: 4096, data: 010203000000000000000000000405 }
)";
}

// The YAML with FUNCINFO and FUNCINFO(LINE) replaced by such records, and with a version.
inline std::string complete_yaml(llvm::StringRef yaml, llvm::StringRef version) {
  std::string text = yaml.contains("version:") ? yaml.str() : ("version: " + version + yaml).str();
  for (size_t at; (at = text.find("FUNCINFO")) != std::string::npos;) {
    unsigned line = 7;
    size_t length = 8;
    if (text[at + length] == '(') {
      line = std::stoi(text.substr(at + length + 1));
      length = text.find(')', at) + 1 - at;
    }
    text.replace(at, length, func_info(line));
  }
  return text;
}

} // namespace wald::test
