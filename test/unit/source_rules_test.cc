// Rules about the linker's own sources.
#include "objfile/known_symbols.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"

#include "gmock/gmock.h"

namespace wald {
namespace {

std::vector<std::pair<std::string, std::string>> sources(llvm::StringRef folder) {
  std::vector<std::pair<std::string, std::string>> found;
  const std::string top = std::string(WALD_TESTDATA) + "/../" + folder.str();
  std::error_code error;
  for (llvm::sys::fs::recursive_directory_iterator it(top, error), end; !error && it != end;
       it.increment(error)) {
    llvm::StringRef path = it->path();
    if (!path.ends_with(".cc") && !path.ends_with(".h"))
      continue;
    auto text = llvm::MemoryBuffer::getFile(path);
    if (text)
      found.push_back({path.substr(top.size() + 1).str(), (*text)->getBuffer().str()});
  }
  EXPECT_FALSE(error);
  return found;
}

// The linker asks for symbols that it knows by their numbers; it looks a name up only if a user or
// an object gives one.
TEST(LinkerSources, LookNoSymbolUpByAStringOfTheirOwn) {
  const auto files = sources("linker");
  ASSERT_GT(files.size(), 50u);
  llvm::Regex literal("find(_or_create)?_symbol\\([^;]*\"");
  std::vector<std::string> callers;
  for (const auto &[path, text] : files) {
    llvm::StringRef rest = text;
    for (size_t at; (at = rest.find("_symbol(")) != llvm::StringRef::npos;) {
      llvm::StringRef line = rest.take_front(rest.find(';', at));
      line = line.substr(line.rfind('\n', at) + 1);
      if (line.contains("find_symbol(") || line.contains("find_or_create_symbol(")) {
        if (callers.empty() || callers.back() != path)
          callers.push_back(path);
        if (path != "tables/linker_variables.cc") { // (name + ".str")
          EXPECT_FALSE(literal.match(line)) << path << ": " << line.str();
        }
      }
      rest = rest.drop_front(at + 8);
    }
  }
  // -X, the compiler's builtins and cgo directives, -E; and where the look-ups are.
  EXPECT_THAT(callers, testing::UnorderedElementsAre(
                           "tables/linker_variables.cc", "input/resolve_symbols.cc",
                           "liveness/live_symbols.cc", "core/symbols.cc", "core/symbols.h"));
}

// Names of the table stand nowhere else.
TEST(LinkerSources, SpellNoKnownNameAgain) {
  for (const char *folder : {"linker", "directives", "cmd"})
    for (const auto &[path, text] : sources(folder))
      for (const objfile::KnownSymbolInfo &info : objfile::kKnownSymbols)
        // The first is also a package, the second a section.
        if (info.name != "main" && info.name != "go:buildid") {
          EXPECT_FALSE(llvm::StringRef(text).contains(("\"" + info.name + "\"").str()))
              << folder << "/" << path << " spells " << info.name.str();
        }
}

} // namespace
} // namespace wald
