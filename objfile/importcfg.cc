// A line is a verb, a space, and key=value or a literal. packageshlib lines are checked and
// dropped: only -linkshared uses them, which WebAssembly does not have.
#include "objfile/importcfg.h"

#include "objfile/support/go_text.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/Twine.h"

namespace wald::objfile {

llvm::Expected<ImportConfig> parse_import_config(llvm::StringRef text, llvm::StringRef file_name) {
  ImportConfig config;
  NameMap<size_t> index_of_path;
  for (unsigned line_number = 1; !text.empty(); ++line_number) {
    llvm::StringRef line;
    std::tie(line, text) = text.split('\n');
    line = trim_go_space(line);
    if (line.empty() || line.starts_with("#"))
      continue;
    auto fail = [&](const llvm::Twine &fact) {
      return llvm::createStringError(llvm::Twine(file_name) + ":" + llvm::Twine(line_number) +
                                     ": " + fact);
    };
    auto [verb, rest] = line.split(' ');
    rest = trim_go_space(rest);
    if (verb == "modinfo") {
      config.modinfo = unquote_go(rest);
      if (!config.modinfo)
        return fail("invalid modinfo: not a Go string literal");
      continue;
    }
    if (verb != "packagefile" && verb != "packageshlib")
      return fail("unknown directive " + quote_go(verb));
    auto [path, file] = rest.split('=');
    if (path.empty() || file.empty())
      return fail("invalid " + verb + ": want \"" + verb + " path=filename\"");
    if (verb == "packageshlib")
      continue;
    auto [place, is_new] = index_of_path.try_emplace(path, config.package_files.size());
    if (is_new)
      config.package_files.emplace_back(path.str(), file.str());
    else
      config.package_files[place->second].second = file.str();
  }
  return config;
}

} // namespace wald::objfile
