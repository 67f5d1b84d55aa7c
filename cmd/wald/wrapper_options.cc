// See the header.
#include "wald/wrapper_options.h"

#include "linker/options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <array>

namespace wald {

namespace {

// Names of options that change the module that is written. An option that is not in this list must
// leave every byte as the reference has it.
constexpr std::array<llvm::StringLiteral, 0> kOutputOptions{};

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
      if (llvm::is_contained(kOutputOptions, word.split('=').first))
        options.for_output.push_back(options.words.back());
    } else {
      break;
    }
    ++options.count;
  }
  return options;
}

std::vector<std::string> words_of(const WrapperOptions &options) {
  std::vector<std::string> words = options.words;
  if (options.verify)
    words.push_back("--verify");
  return words;
}

std::string version_line_with_options(llvm::StringRef line,
                                      llvm::ArrayRef<std::string> for_output) {
  if (for_output.empty())
    return line.str();
  // Onto the last word, without a space: for a development toolchain the go command looks at the
  // last word only, for a release at the whole line.
  std::string extended = line.rtrim().str() + "+wald-" WALD_VERSION;
  for (llvm::StringRef option : for_output)
    extended += ("," + option).str();
  return extended + "\n";
}

} // namespace wald
