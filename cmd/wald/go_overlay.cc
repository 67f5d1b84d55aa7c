// See the header.
#include "wald/go_overlay.h"

#include "linker/command_line/go_flags.h"
#include "objfile/system/process.h"
#include "wald/go_command.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace wald {

using directives::OverlayPlace;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

constexpr char kFileVariable[] = "WALD_OVERLAY", kDirectoryVariable[] = "WALD_OVERLAY_DIR";

// The name under which a program knows its directory: PWD where that is the same one, for there may
// be links on the way (ref: Getwd in os/getwd.go).
std::string directory_name(const std::string &pwd, const std::string &directory) {
  if (path::is_absolute(pwd) && fs::equivalent(pwd, directory))
    return pwd;
  llvm::SmallString<256> real;
  return fs::real_path(directory, real) ? "" : real.str().str();
}

OverlayPlace overlay_place(llvm::ArrayRef<std::string> go_words, std::string directory) {
  std::optional<std::string> file = go_flag_value(go_words, "overlay");
  if (!file || file->empty())
    return {};
  llvm::SmallString<256> absolute(*file);
  fs::make_absolute(directory, absolute);
  return {absolute.str().str(), std::move(directory)};
}

// -- The processes above this one

std::string proc_file(pid_t process, const char *name) {
  return "/proc/" + std::to_string(process) + "/" + name;
}

// Such a file says that it has no bytes.
std::string proc_text(pid_t process, const char *name) {
  std::string text;
  int file = ::open(proc_file(process, name).c_str(), O_RDONLY | O_CLOEXEC);
  char bytes[4096];
  ssize_t count = 0;
  while (file >= 0 && (count = ::read(file, bytes, sizeof bytes)) > 0)
    text.append(bytes, count);
  if (file >= 0)
    ::close(file);
  return count < 0 ? "" : text;
}

// Words that end with a zero each, as the kernel shows arguments and environments.
std::vector<std::string> zero_ended_words(StringRef text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    auto [word, rest] = text.split('\0');
    words.push_back(word.str());
    text = rest;
  }
  return words;
}

pid_t parent_of(pid_t process) {
  std::string text = proc_text(process, "stat");
  // PID (NAME) STATE PARENT …, and the name may have anything in it.
  StringRef rest = StringRef(text).rsplit(") ").second.split(' ').second;
  pid_t parent = 0;
  return rest.split(' ').first.getAsInteger(10, parent) ? 0 : parent;
}

bool links_programs(StringRef subcommand) {
  return llvm::StringSwitch<bool>(subcommand)
      .Cases("build", "install", "run", "test", "list", "tool", "get", true)
      .Default(false);
}

// What stands before the package: the program's own arguments come after it.
llvm::ArrayRef<std::string> flags_of_run(llvm::ArrayRef<std::string> words) {
  llvm::ArrayRef<std::string> rest = words;
  while (!rest.empty() && !ends_go_flags(rest[0]))
    rest = rest.drop_front(size_of_go_flag(rest));
  return words.drop_back(rest.size());
}

std::optional<OverlayPlace> overlay_of_process(pid_t process) {
  std::vector<std::string> words = zero_ended_words(proc_text(process, "cmdline"));
  if (words.size() < 2 || path::filename(words[0]) != "go" || !links_programs(words[1]))
    return std::nullopt;
  std::string pwd;
  for (const std::string &variable : zero_ended_words(proc_text(process, "environ")))
    if (StringRef(variable).starts_with("PWD="))
      pwd = variable.substr(StringRef("PWD=").size());
  llvm::ArrayRef<std::string> flags = llvm::ArrayRef(words).drop_front(2);
  std::string directory = directory_name(pwd, proc_file(process, "cwd"));
  return overlay_place(words[1] == "run" ? flags_of_run(flags) : flags, std::move(directory));
}

} // namespace

OverlayPlace overlay_of_command(llvm::ArrayRef<std::string> go_words) {
  std::string directory = ".";
  if (size_t size = size_of_directory_flag(go_words))
    directory = size == 1 ? StringRef(go_words[0]).split('=').second.str() : go_words[1];
  return overlay_place(go_words, directory_name(environment_value("PWD"), directory));
}

void pass_on_overlay(const OverlayPlace &place) {
  ::setenv(kFileVariable, place.file.empty() ? "off" : place.file.c_str(), /*overwrite=*/1);
  ::setenv(kDirectoryVariable, place.directory.c_str(), /*overwrite=*/1);
}

std::optional<OverlayPlace> overlay_of_environment() {
  std::string file = environment_value(kFileVariable);
  if (file.empty())
    return std::nullopt;
  if (file == "off")
    return OverlayPlace();
  std::string directory = environment_value(kDirectoryVariable);
  if (directory.empty())
    directory = directory_name(environment_value("PWD"), ".");
  return OverlayPlace{std::move(file), std::move(directory)};
}

std::optional<OverlayPlace> overlay_of_caller() {
  constexpr int kMostProcesses = 16;
  pid_t process = ::getppid();
  for (int i = 0; i < kMostProcesses && process > 1; i++, process = parent_of(process))
    if (std::optional<OverlayPlace> place = overlay_of_process(process))
      return place;
  return std::nullopt;
}

} // namespace wald
