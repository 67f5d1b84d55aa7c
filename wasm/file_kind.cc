// See the header. (The eight bytes at the front: component-model/design/mvp/Binary.md.)
#include "wasm/file_kind.h"

#include "llvm/ADT/StringRef.h"

namespace wald::wasm {

using llvm::StringRef;

namespace {

constexpr StringRef kMagic("\0asm", 4);
constexpr size_t kPreambleSize = 8; // with version and layer, two bytes each

struct Preamble {
  uint16_t version = 0, layer = 0;
};

Preamble preamble_of(Bytes bytes) {
  return {objfile::load<uint16_t>(bytes.data() + 4), objfile::load<uint16_t>(bytes.data() + 6)};
}

bool has_preamble(Bytes bytes) {
  return bytes.size() >= kPreambleSize && objfile::to_string(bytes).starts_with(kMagic);
}

constexpr char kBuildMain[] = "a module is made of package main: wald build -o NAME.wasm DIRECTORY";

} // namespace

bool is_component(Bytes bytes) {
  return has_preamble(bytes) && preamble_of(bytes).layer == 1;
}

Problem why_no_module(Bytes bytes) {
  StringRef text = objfile::to_string(bytes.take_front(4096));
  if (is_component(bytes))
    return {"this is a component (WebAssembly component model), and wald works on core modules",
            {"give wald the module that the component was made of"}};
  if (has_preamble(bytes))
    return {"a module of version " + std::to_string(preamble_of(bytes).version) +
                ", and wald knows version 1",
            {}};
  if (text.starts_with("!<arch>\n"))
    return {"this is an archive of objects, which go build writes for a package that is not main, "
            "and not a module",
            {kBuildMain}};
  if (text.starts_with("go object "))
    return {"this is a Go object, and not a module", {kBuildMain}};
  if (text.starts_with("\177ELF"))
    return {"this is a program for another machine (ELF), and not a module",
            {"wald build makes modules; go build does with GOOS=wasip1 GOARCH=wasm"}};
  if (text.ltrim().starts_with("(module") || text.ltrim().starts_with(";;"))
    return {"this is WebAssembly as text, and wald wants a binary module",
            {"wat2wasm or wasm-tools parse makes one"}};
  if (bytes.empty())
    return {"the file is empty, and not a module", {}};
  return {"not a WebAssembly module: it does not begin with \\0asm", {}};
}

} // namespace wald::wasm
