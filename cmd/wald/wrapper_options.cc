// See the header.
#include "wald/wrapper_options.h"

#include "linker/command_line/options.h"
#include "linker/core/output_plan.h"
#include "wald/go_command.h"

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

WrapperOptions parse_wrapper_options(Wrapper wrapper, llvm::ArrayRef<const char *> words) {
  WrapperOptions options;
  LinkOptions checked;
  std::vector<std::string> left(words.begin(), words.end());
  size_t next = 0;
  while (next < left.size()) {
    llvm::StringRef word = left[next];
    size_t size = 1;
    if (word == "--verify") {
      options.verify = true;
    } else if (wrapper == Wrapper::kGoTest && word == "--stub") {
      options.stub = true;
    } else if (wrapper != Wrapper::kTool && (word == "--help" || word == "-help" || word == "-h")) {
      options.help = true;
    } else if (parse_wald_option(word, checked, options.error)) {
      if (!options.error.empty())
        return options;
      options.words.push_back(with_absolute_file(word));
    } else if (wrapper == Wrapper::kTool || ends_go_flags(word)) {
      break;
    } else {
      size = size_of_go_flag(llvm::ArrayRef(left).drop_front(next));
      options.rest.insert(options.rest.end(), left.begin() + next, left.begin() + next + size);
    }
    next += size;
  }
  options.rest.insert(options.rest.end(), left.begin() + next, left.end());
  options.changes_module = !asks_for_reference(checked);
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

const char kWrapperUsage[] =
    "  --verify            link with Go's linker, too, and compare\n"
    "  --validate          check the finished module with wabt\n"
    "  --stats             print counts and the time of each pass\n"
    "  --time-trace=FILE   write the passes as a Chrome trace\n"
    "  --export=PKG.FUNC[=NAME]\n"
    "                      export a Go function that has no go:wasmexport directive\n"
    "  --no-export=NAME    leave out an export\n"
    "  --allow=RULE[=NAME] leave out what a rule about directives finds (wald check --rules)\n"
    "  --deny=RULE         make what it finds an error\n"
    "  --check=off         leave out all rules about directives\n"
    "  --threads=N         use N threads; 0, the default: as many as the machine has\n";

} // namespace wald
