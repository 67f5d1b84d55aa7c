// wald install-toolchain: a GOROOT that is another one's by symbolic links, but for the linker. The
// go command finds its GOROOT by where its own file is, links followed, so that one is copied.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "objfile/system/go_root.h"
#include "objfile/system/process.h"
#include "wald/commands.h"
#include "wald/go_linker.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <filesystem>
#include <unistd.h>

namespace wald {

namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

constexpr int kFailed = 2;

// The steps, up to the first that fails.
class Overlay {
public:
  // Both absolute.
  Overlay(std::string root, std::string folder)
      : root_(std::move(root)), folder_(std::move(folder)) {}

  const Problem &problem() const { return problem_; }
  bool ok() const { return problem_.fact.empty(); }

  void make() {
    link_entries("", {"bin", "pkg"});
    link_entries("/bin", {"go"});
    if (fs::exists(root_ + "/bin/go"))
      copy(root_ + "/bin/go", "/bin/go");
    link_entries("/pkg", {"tool"});
    link_entries("/pkg/tool", {});
    for (const std::string &tools : tool_folders(root_)) {
      std::string below = "/pkg/tool/" + path::filename(tools).str();
      check(below, fs::remove(folder_ + below)); // the link to it
      link_entries(below, {"link"});
      create_link(tools + "/link", below + "/" + kGoLinkName);
      copy(own_path(), below + "/link");
    }
  }

private:
  void check(const std::string &below, std::error_code error) {
    if (error && ok())
      problem_ = {"cannot make " + folder_ + below + ": " + error.message(), {}};
  }
  void create_link(const std::string &to, const std::string &below) {
    if (ok())
      check(below, fs::create_link(to, folder_ + below));
  }
  void copy(const std::string &from, const std::string &below) {
    if (!ok())
      return;
    check(below, fs::copy_file(from, folder_ + below));
    check(below, fs::setPermissions(folder_ + below, fs::all_read | fs::all_exe | fs::owner_write));
  }

  // A folder with a link to each entry of that of the same name, but for some.
  void link_entries(const std::string &below, llvm::ArrayRef<llvm::StringRef> except) {
    if (!ok())
      return;
    check(below, fs::create_directory(folder_ + below));
    std::error_code error;
    for (fs::directory_iterator entry(root_ + below, error), end; !error && entry != end;
         entry.increment(error)) {
      llvm::StringRef name = path::filename(entry->path());
      if (!llvm::is_contained(except, name))
        create_link(entry->path(), below + "/" + name.str());
    }
    check(below, error);
  }

  std::string root_, folder_;
  Problem problem_;
};

bool has_wald_as_linker(llvm::StringRef root) {
  return llvm::any_of(tool_folders(root), [](const std::string &tools) {
    return fs::exists(tools + "/" + kGoLinkName);
  });
}

std::optional<Problem> why_not_from(const std::string &root) {
  if (root.empty())
    return Problem{"no Go toolchain found", {"set GOROOT, or have go in PATH"}};
  if (tool_folders(root).empty())
    return Problem{"GOROOT=" + root + " has no linker in pkg/tool", {}};
  if (has_wald_as_linker(root))
    return Problem{"GOROOT=" + root + " has wald as its linker already",
                   {"name Go's own toolchain by GOROOT"}};
  return std::nullopt;
}

// What stands there may go if it is an earlier one, or empty.
std::optional<Problem> why_not_into(const std::string &folder) {
  fs::file_status status;
  if (fs::status(folder, status, /*follow=*/false) == std::errc::no_such_file_or_directory)
    return std::nullopt;
  std::error_code error;
  bool is_folder = status.type() == fs::file_type::directory_file;
  if (is_folder && (std::filesystem::is_empty(folder, error) || has_wald_as_linker(folder)))
    return std::nullopt;
  return Problem{folder + " is there and is no toolchain that wald made", {"it stays as it is"}};
}

// Under another name until it is complete.
std::optional<Problem> install(const std::string &root, const std::string &folder) {
  std::string unfinished = folder + ".wald-" + std::to_string(::getpid());
  Overlay overlay(root, unfinished);
  overlay.make();
  std::error_code error, ignored;
  // None of these follows links.
  if (overlay.ok())
    std::filesystem::remove_all(folder, error);
  if (overlay.ok() && !error)
    std::filesystem::rename(unfinished, folder, error);
  if (overlay.ok() && !error)
    return std::nullopt;
  std::filesystem::remove_all(unfinished, ignored);
  return overlay.ok() ? Problem{"cannot make " + folder + ": " + error.message(), {}}
                      : overlay.problem();
}

} // namespace

int run_install_toolchain(Args args) {
  const Command &command = command_of(kCmdInstallToolchain);
  CommandLine line = parse_command_line(command, args);
  if (!line.problem && !line.wants_help && line.rest.size() != 1)
    line.problem = Problem{"wald install-toolchain wants one folder", {}};
  if (line.problem) {
    report_error(*line.problem);
    llvm::errs() << '\n' << command_help(command);
    return kFailed;
  }
  if (line.wants_help) {
    llvm::outs() << command_help(command);
    return 0;
  }
  llvm::SmallString<128> root(toolchain_root()), folder(line.rest[0]);
  std::error_code error = fs::make_absolute(folder);
  if (!root.empty() && !error)
    error = fs::make_absolute(root);
  path::remove_dots(folder, /*remove_dot_dot=*/false);
  while (folder.size() > 1 && folder.back() == '/')
    folder.pop_back();
  std::optional<Problem> problem;
  if (error)
    problem = Problem{"the current directory is not known: " + error.message(), {}};
  if (!problem)
    problem = why_not_from(root.str().str());
  if (!problem)
    problem = why_not_into(folder.str().str());
  if (!problem)
    problem = install(root.str().str(), folder.str().str());
  if (problem) {
    report_error(*problem);
    return kFailed;
  }
  llvm::outs() << folder << ": " << toolchain_version(root)
               << " with wald as the linker of WebAssembly\n";
  return 0;
}

} // namespace wald
