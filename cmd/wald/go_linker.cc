#include "wald/go_linker.h"

#include "objfile/system/process.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace wald {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

std::string toolchain_root() {
  std::string root = environment_value("GOROOT");
  if (!root.empty())
    return root;
  std::string go = find_in_path("go");
  std::optional<std::string> answer;
  if (!go.empty())
    answer = output_of_program({go, "env", "GOROOT"});
  if (answer && !llvm::StringRef(*answer).trim().empty())
    return llvm::StringRef(*answer).rtrim().str();
  llvm::SmallString<128> real;
  if (go.empty() || fs::real_path(go, real))
    return "";
  return path::parent_path(path::parent_path(real)).str(); // ROOT/bin/go
}

std::vector<std::string> tool_folders(llvm::StringRef root) {
  llvm::SmallString<128> tools(root);
  path::append(tools, "pkg", "tool");
  std::vector<std::string> folders;
  std::error_code error;
  for (fs::directory_iterator host(tools, error), end; !error && host != end; host.increment(error))
    if (fs::can_execute(host->path() + "/link"))
      folders.push_back(host->path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::string go_linker_for(llvm::StringRef link) {
  std::string named = environment_value("WALD_GO_LINK");
  if (!named.empty())
    return named;
  llvm::SmallString<128> beside(path::parent_path(link));
  path::append(beside, kGoLinkName);
  return fs::exists(beside) ? beside.str().str() : link.str();
}

bool is_wald(llvm::StringRef linker) {
  return fs::equivalent(linker, own_path());
}

} // namespace wald
