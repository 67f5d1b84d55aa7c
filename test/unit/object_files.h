// Objects for tests, from YAML; a fault in the test's own text fails the test.
#pragma once

#include "fuzz/object_reading.h"
#include "objfile/goobj.h"
#include "objfile/object_yaml.h"

#include "gtest/gtest.h"

namespace wald::test {

inline std::vector<uint8_t> object_bytes(llvm::StringRef yaml) {
  llvm::Expected<std::vector<uint8_t>> bytes = objfile::object_from_yaml(yaml);
  if (bytes)
    return *bytes;
  ADD_FAILURE() << llvm::toString(bytes.takeError());
  return {};
}

// The bytes and their view, or the error of parsing them.
struct ParsedObject {
  std::vector<uint8_t> bytes;
  std::optional<objfile::Object> object;
  std::string error;

  explicit ParsedObject(std::vector<uint8_t> member) : bytes(std::move(member)) {
    llvm::Expected<objfile::TextHeader> header = objfile::parse_text_header(bytes);
    if (!header) {
      error = llvm::toString(header.takeError());
      return;
    }
    const objfile::GoVersion *version =
        objfile::find_go_version(objfile::parse_go_minor(header->version));
    if (!version) {
      error = "unknown version";
      return;
    }
    llvm::Expected<objfile::Object> parsed = objfile::Object::parse(bytes, *header, *version);
    if (parsed)
      object = *parsed;
    else
      error = llvm::toString(parsed.takeError());
  }
  explicit ParsedObject(llvm::StringRef yaml) : ParsedObject(object_bytes(yaml)) {}

  const objfile::Object *operator->() const { return &*object; }
  explicit operator bool() const { return object.has_value(); }
};

// One of everything. References go to every kind of target.
inline constexpr llvm::StringLiteral kSampleObject = R"(
version: go1.27.4
buildid: abc/def
main: true
fingerprint: '0102030405060708'
flags: [ std ]
autolibs:
  - { path: fmt, fingerprint: 1112131415161718 }
files: [ $GOROOT/src/a.go, b.go ]
symbols:
  - name: main.main
    kind: text
    abi: 1
    size: 2
    flags: [ nosplit, linkname ]
    data: 02017f0b
    relocs:
      - { type: R_CALL, offset: 3, pkg: fmt, index: 46 }
      - { type: R_ADDR, offset: 3, to: main.x, addend: -8 }
      - { type: R_CALL, offset: 3, builtin: runtime.newobject }
      - { type: weak R_ADDR, offset: 3, to: 'type:int' }
      - { type: R_WASMIMPORT, offset: 4, to: main.main }
      - { type: R_USEIFACE, to: ext.f }
    aux:
      - { kind: funcdata }
      - { kind: pcsp, symbol: 4 }
  - { name: main.x, kind: data, size: 16, align: 8, text: hello }
  - { name: ext.f, group: ref, abi: static }
  - { name: 'go:string."a"', group: hashed64, kind: rodata, flags: [ dupok ], text: a }
  - { name: 'type:int', group: hashed, kind: rodata, flags: [ dupok, gotype ], data: '0011' }
  - { group: hashed, kind: rodata, data: '0201' }
  - { name: add, group: nonpkg, kind: text, flags: [ wasmexport ], data: 000b }
refflags:
  - { pkg: fmt, index: 3, flag2: 1 }
refnames:
  - { name: fmt.Println, pkg: fmt, index: 46 }
)";

} // namespace wald::test
