// wald by the name `link`, in the place of a Go toolchain's linker, which is kept beside it as
// link.go, or where WALD_GO_LINK says. Links for WebAssembly are wald's; everything else becomes
// that linker.
//
// The answer to -V=full tells this wald and WALD_FLAGS, so that no cache takes the output of one
// for that of another, or of Go's own linker.
#include "linker/command_line/option_help.h"
#include "objfile/support/quoted_words.h"
#include "objfile/system/go_root.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_linker.h"
#include "wald/tool_link.h"
#include "wald/verify.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace wald {

namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

using Words = std::vector<std::string>;

constexpr int kUsageStatus = 2, kCannotStart = 127;

// Version and contents: two builds of one version are two tools.
std::string own_id() {
  auto program = read_disk_file(own_path());
  std::string id = WALD_VERSION;
  if (program)
    id += "-" + llvm::utohexstr(llvm::xxh3_64bits((*program)->getBuffer()), /*LowerCase=*/true,
                                /*Width=*/16);
  return id;
}

// The path of this program by the name that it was called by; a bare one was looked up in PATH.
std::string called_path(llvm::StringRef name) {
  return name.contains('/') ? name.str() : find_in_path(name);
}

// Go's linker, or empty after saying that there is none.
std::string find_go_linker(llvm::StringRef called) {
  std::string linker = go_linker_for(called);
  if (!is_wald(linker) && fs::can_execute(linker))
    return linker;
  report_error(is_wald(linker)
                   ? llvm::Twine("wald stands in the place of Go's linker, which is missing")
                   : "cannot run " + linker + ", which should be Go's linker",
               {"it belongs beside wald as link.go, or where WALD_GO_LINK says"});
  return "";
}

// The words are those that it was called with, the name included.
int become_go_linker(const Words &words) {
  std::string linker = find_go_linker(called_path(words[0]));
  if (linker.empty())
    return kUsageStatus;
  std::vector<char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(linker.c_str(), arguments.data());
  report_error("cannot run " + linker + ": " + std::strerror(errno));
  return kCannotStart;
}

// What Go's linker would answer, or the toolchain's VERSION where that linker is missing.
std::string version_line(llvm::StringRef called, const Words &words) {
  std::string linker = go_linker_for(called);
  if (!is_wald(linker)) {
    Words question = words;
    question[0] = linker;
    // It calls itself by the name of its file.
    if (std::optional<std::string> line = output_of_program(question))
      return "link" + llvm::StringRef(*line).drop_until([](char c) { return c == ' '; }).str();
  }
  llvm::StringRef root = called;
  for (int i = 0; i < 4; i++) // ROOT/pkg/tool/HOST/link
    root = path::parent_path(root);
  std::string version = toolchain_version(root);
  return "link version " + (version.empty() ? "go" : version);
}

// WALD_FLAGS, in the quotes of GOFLAGS.
std::optional<GivenOptions> own_flags() {
  std::string text = environment_value("WALD_FLAGS");
  char open_quote = 0;
  std::vector<std::string> words;
  for (llvm::StringRef word : split_quoted_words(text, open_quote))
    words.push_back(word.str());
  std::vector<const char *> views;
  views.reserve(words.size());
  for (const std::string &word : words)
    views.push_back(word.c_str());
  CommandLine line = parse_command_line(command_of(kCmdToolexec), views);
  if (open_quote)
    line.problem = Problem{"a quote is not closed", {}};
  else if (!line.problem && line.wants_help)
    line.problem = Problem{"it has options only, and no --help", {}};
  else if (!line.problem && !line.rest.empty())
    line.problem = Problem{"it has options only, and no " + line.rest[0], {}};
  if (!line.problem)
    line.problem = why_not_verified(line.options);
  if (!line.problem)
    return std::move(line.options);
  report_error("WALD_FLAGS=" + text + ": " + line.problem->fact, line.problem->notes);
  return std::nullopt;
}

} // namespace

int run_as_go_linker(Args args) {
  const Words words(args.begin(), args.end());
  if (environment_value("WALD") == "off")
    return become_go_linker(words);
  llvm::StringRef first = words.size() > 1 ? llvm::StringRef(words[1]) : "";
  bool asks_for_id = words.size() == 2 && (first == "-V=full" || first == "--V=full");
  if (!asks_for_id && environment_value("GOARCH") != "wasm")
    return become_go_linker(words);
  std::optional<GivenOptions> options = own_flags();
  if (!options)
    return kUsageStatus;
  std::string called = called_path(words[0]);
  if (asks_for_id) {
    Words option_words = options->words_for(kCmdToolexec);
    llvm::append_range(option_words, options->file_marks(kCmdToolexec));
    llvm::outs() << version_line_with_options(version_line(called, words), own_id(), option_words);
    return 0;
  }
  if (first.starts_with("-V") || first.starts_with("--V"))
    return become_go_linker(words);
  Words line = words;
  line[0] = called;
  return link_or_hand_over(line, 0, *options);
}

} // namespace wald
