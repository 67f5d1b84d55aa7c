// See the header. (ref: initFromJSON in cmd/go/internal/fsys/fsys.go)
#include "directives/source/overlay.h"

#include "objfile/support/nesting.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace wald::directives {

using llvm::StringRef;
namespace json = llvm::json;
namespace path = llvm::sys::path;

namespace {

llvm::Error refuse(const llvm::Twine &fact) {
  return llvm::createStringError(std::make_error_code(std::errc::invalid_argument), fact);
}

// As the go command cleans it: without `.`, `..` and doubled slashes, links not followed.
std::string absolute_name(StringRef name, StringRef directory) {
  llvm::SmallString<256> absolute(name);
  if (!directory.empty())
    llvm::sys::fs::make_absolute(directory, absolute);
  path::remove_dots(absolute, /*remove_dot_dot=*/true);
  return absolute.str().str();
}

} // namespace

llvm::Expected<Overlay> Overlay::parse(StringRef text, StringRef directory) {
  llvm::Expected<json::Value> parsed = objfile::parse_json(text);
  if (!parsed)
    return parsed.takeError();
  const json::Object *object = parsed->getAsObject();
  if (!object)
    return refuse("not a JSON object");
  Overlay overlay;
  for (const auto &[key, value] : *object) {
    const json::Object *names = value.getAsObject();
    // Go's reader of JSON takes keys in any case.
    if (!StringRef(key).equals_insensitive("Replace") || !names)
      continue;
    for (const auto &[name, by] : *names) {
      std::optional<StringRef> other = by.getAsString();
      if (!other || StringRef(name).empty())
        return refuse("Replace is no list of file names");
      overlay.replaced_[absolute_name(name, directory)] =
          other->empty() ? "" : absolute_name(*other, directory);
    }
  }
  return overlay;
}

std::optional<std::string> Overlay::file_for(StringRef name) const {
  auto found = replaced_.find(absolute_name(name, ""));
  if (found == replaced_.end())
    return name.str();
  if (found->second.empty())
    return std::nullopt;
  return found->second;
}

std::vector<std::string> Overlay::list(StringRef directory, std::vector<std::string> names) const {
  std::string folder = absolute_name(directory, "");
  llvm::erase_if(names, [&](const std::string &name) { return !file_for(folder + "/" + name); });
  for (const auto &[name, by] : replaced_) {
    StringRef file = path::filename(name);
    if (!by.empty() && path::parent_path(name) == folder && file.ends_with(".go") &&
        !llvm::is_contained(names, file))
      names.push_back(file.str());
  }
  std::sort(names.begin(), names.end());
  return names;
}

FileAccess overlaid(FileAccess access, Overlay overlay) {
  if (overlay.empty())
    return access;
  auto shared = std::make_shared<const Overlay>(std::move(overlay));
  FileAccess through;
  through.read = [shared, read = access.read](StringRef file) {
    std::optional<std::string> other = shared->file_for(file);
    if (!other)
      return llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>(
          std::make_error_code(std::errc::no_such_file_or_directory));
    return read(*other);
  };
  through.list = [shared, list = access.list](StringRef directory) {
    return shared->list(directory, list(directory));
  };
  return through;
}

llvm::Expected<FileAccess> overlaid_disk(const OverlayPlace &place) {
  FileAccess disk = disk_access();
  if (place.file.empty())
    return disk;
  auto text = disk.read(place.file);
  if (!text)
    return refuse("cannot read the overlay " + place.file + ": " + text.getError().message());
  llvm::Expected<Overlay> overlay = Overlay::parse((*text)->getBuffer(), place.directory);
  if (!overlay)
    return refuse("the overlay " + place.file + ": " + llvm::toString(overlay.takeError()));
  return overlaid(std::move(disk), std::move(*overlay));
}

} // namespace wald::directives
