// The text lies somewhere in the data, between marks that nothing else has. Data segments end at
// zeros, of which it has none.
#include "wasm/build_info.h"

#include "objfile/support/bytes.h"

namespace wald::wasm {

using llvm::StringRef;

namespace {

// ref: modinfo's infoStart and infoEnd in cmd/go/internal/modload/build.go
constexpr StringRef kBegin("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16);
constexpr StringRef kEnd("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);

// KIND\tREST, where what REST begins with is part of the key: "build\tGOOS=js",
// "dep\texample.org/m\tv1.0.0\tHASH".
std::pair<std::string, std::string> read_line(StringRef line) {
  auto [kind, rest] = line.split('\t');
  if (kind != "build" && kind != "mod" && kind != "dep")
    return {kind.str(), rest.str()};
  auto [name, value] = rest.split(kind == "build" ? '=' : '\t');
  return {(kind + " " + name).str(), value.rtrim('\t').str()};
}

} // namespace

BuildInfo read_build_info(const Module &module) {
  BuildInfo info;
  for (const DataSegment &segment : module.data) {
    StringRef bytes = objfile::to_string(segment.contents);
    size_t begin = bytes.find(kBegin);
    if (begin == StringRef::npos)
      continue;
    StringRef text = bytes.drop_front(begin + kBegin.size());
    text = text.take_front(text.find(kEnd.take_front(8)));
    while (!text.empty()) {
      auto [line, rest] = text.split('\n');
      if (!line.empty())
        info.push_back(read_line(line));
      text = rest;
    }
    break;
  }
  return info;
}

} // namespace wald::wasm
