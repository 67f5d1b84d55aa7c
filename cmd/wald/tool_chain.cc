// See the header.
#include "wald/tool_chain.h"

#include "objfile/system/process.h"
#include "objfile/system/signal_block.h"
#include "objfile/system/temporary_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

constexpr int kFailed = 2;

// $GOROOT/pkg/tool/HOST/NAME.
bool is_in_tool_directory(StringRef word) {
  StringRef host = path::parent_path(word), tool = path::parent_path(host);
  return path::is_absolute(word) && path::filename(tool) == "tool" &&
         path::filename(path::parent_path(tool)) == "pkg";
}

// For a shell.
std::string quoted(StringRef word) {
  std::string text = "'";
  for (char c : word)
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::error_code write_script(const std::string &file, StringRef marker,
                             llvm::ArrayRef<std::string> command) {
  std::error_code error;
  llvm::raw_fd_ostream out(file, error, fs::CD_CreateNew);
  if (error)
    return error;
  out << "#!/bin/sh\n: >" << quoted(marker) << "\nexec";
  for (StringRef word : command)
    out << ' ' << quoted(word);
  out << " \"$@\"\n";
  out.close();
  error = out.error();
  out.clear_error();
  return error ? error : fs::setPermissions(file, fs::owner_all);
}

} // namespace

// By the toolchain's folder, else by the linker's name: a toolchain may have its tools elsewhere.
std::optional<size_t> find_go_tool(llvm::ArrayRef<std::string> words) {
  std::optional<size_t> found;
  for (auto [i, word] : llvm::enumerate(words)) {
    if (!is_in_tool_directory(word))
      continue;
    if (found)
      return std::nullopt; // an argument of the other tool's is one, too
    found = i;
    if (i == 0)
      return found;
  }
  if (found)
    return found;
  for (auto [i, word] : llvm::enumerate(words))
    if (path::stem(word) == "link" &&
        (i == 0 || (path::is_absolute(word) && !fs::is_directory(word) && fs::can_execute(word))))
      return i;
  return std::nullopt;
}

bool may_be_link(llvm::ArrayRef<std::string> words) {
  return llvm::is_contained(words, "-importcfg") && StringRef(words.back()).ends_with(".a");
}

int run_chained_link(std::vector<std::string> words, size_t linker,
                     llvm::ArrayRef<std::string> options) {
  wasm::TemporaryFile folder, script, marker;
  llvm::SmallString<128> directory;
  {
    wasm::SignalBlock block;
    if (std::error_code error = fs::createUniqueDirectory("wald-toolexec", directory)) {
      report_error("cannot make a directory for a chain of tools: " + error.message());
      return kFailed;
    }
    folder.adopt(directory.str().str());
    script.adopt((directory + "/" + path::filename(words[linker])).str());
    marker.adopt((directory + "/was-run").str());
  }
  std::vector<std::string> command = {own_path(), "toolexec"};
  llvm::append_range(command, options);
  command.push_back(words[linker]);
  if (std::error_code error = write_script(script.name(), marker.name(), command)) {
    report_error("cannot write " + script.name() + ": " + error.message());
    return kFailed;
  }
  words[linker] = script.name();
  int status = run_program(words);
  if (status != 0 || fs::exists(marker.name()))
    return status;
  std::string fact = words[0] + " has not run the linker that it was given, so wald has not linked";
  if (options.empty()) {
    report_note(fact);
    return status;
  }
  report_error(fact, {"without it the options of wald's have no effect"});
  return kFailed;
}

} // namespace wald
