// See the header.
#include "wald/wrapper_options.h"

#include "linker/command_line/options.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

namespace wald {

namespace {

std::string with_absolute_file(llvm::StringRef word) {
  auto [name, file] = word.split('=');
  if (name != "--time-trace")
    return word.str();
  llvm::SmallString<128> absolute(file);
  if (llvm::sys::fs::make_absolute(absolute))
    return word.str();
  return (name + "=" + absolute).str();
}

} // namespace

WrapperOptions parse_wrapper_options(llvm::ArrayRef<const char *> words) {
  WrapperOptions options;
  LinkOptions checked;
  for (llvm::StringRef word : words) {
    if (word == "--verify") {
      options.verify = true;
    } else if (parse_wald_option(word, checked, options.error)) {
      if (!options.error.empty())
        return options;
      options.words.push_back(with_absolute_file(word));
    } else {
      break;
    }
    ++options.count;
  }
  options.changes_module = !checked.exports.empty();
  if (options.verify && options.changes_module)
    options.error = "--verify compares with the Go linker, which has no --export and --no-export";
  return options;
}

std::vector<std::string> words_of(const WrapperOptions &options) {
  std::vector<std::string> words = options.words;
  if (options.verify)
    words.push_back("--verify");
  return words;
}

std::string version_line_with_options(llvm::StringRef line, llvm::ArrayRef<std::string> words) {
  if (words.empty())
    return line.str();
  // Onto the last word, without a space: for a development toolchain the go command looks at the
  // last word only, there behind the last slash, for a release at the whole line.
  std::string extended = line.rtrim().str() + "+wald-" WALD_VERSION;
  for (llvm::StringRef word : words) {
    extended += ',';
    // Two different words must not become one.
    for (char c : word)
      if (llvm::isSpace(c) || c == '/' || c == '%')
        extended += "%" + llvm::toHex(llvm::StringRef(&c, 1));
      else
        extended += c;
  }
  return extended + "\n";
}

} // namespace wald
