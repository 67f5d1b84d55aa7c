#include "wald/package_archives.h"

#include "objfile/archive.h"
#include "objfile/support/name_map.h"

namespace wald {

using llvm::StringRef;
using objfile::MemberKind;

namespace {

llvm::Error in_file(StringRef file, const llvm::Twine &problem) {
  return llvm::createStringError(std::errc::invalid_argument, "%s: %s", file.str().c_str(),
                                 problem.str().c_str());
}

} // namespace

llvm::Expected<const LoadedPackage *> PackageArchives::load(StringRef path, StringRef file,
                                                            bool is_root) {
  auto [known, is_new] = by_file_.try_emplace(file, nullptr);
  if (!is_new && known->second)
    return known->second;
  llvm::Expected<objfile::MappedFile> mapped = objfile::MappedFile::open(file);
  if (!mapped)
    return mapped.takeError();
  files_.push_back(std::move(*mapped));
  const objfile::MappedFile &archive = files_.back();
  auto members = objfile::read_archive(archive.bytes(), archive.front());
  if (!members)
    return in_file(file, llvm::toString(members.takeError()));
  LoadedPackage package;
  objfile::NameSet imports;
  package.path = path.str();
  package.file = file.str();
  for (const objfile::ArchiveMember &member : *members) {
    MemberKind kind =
        member.name.empty() ? MemberKind::kObject : objfile::classify_member(member.name);
    if (kind == MemberKind::kObject)
      if (llvm::Error error = load_object(package, imports, member.contents))
        return in_file(file, llvm::toString(std::move(error)));
  }
  if (package.objects.empty())
    return in_file(file, "no Go object in archive");
  packages_.push_back(std::move(package));
  LoadedPackage &loaded = packages_.back();
  // "PKG [PKG.test]" is a package as its tests have it, which even of a program is linked into
  // another one.
  auto [plain, variant] = StringRef(loaded.path).split(" [");
  if (!variant.empty()) {
    loaded.path = plain.str();
    loaded.is_main = false;
  }
  loaded.is_main &= is_root;
  if (loaded.is_main)
    loaded.path = "main";
  for (const objfile::Object &object : loaded.objects) {
    if (llvm::Error error =
            directives::gather_directives({loaded.path, &object}, goroot_, loaded.directives))
      return in_file(file, llvm::toString(std::move(error)));
    if (std::optional<objfile::Object::Fault> fault = object.fault())
      return in_file(file, std::string("broken object: ") + fault->what);
  }
  known->second = &loaded;
  return &loaded;
}

llvm::Error PackageArchives::load_object(LoadedPackage &package, objfile::NameSet &imports,
                                         objfile::Bytes member) {
  llvm::Expected<objfile::TextHeader> header = objfile::parse_text_header(member);
  if (!header)
    return header.takeError();
  auto fail = [](const llvm::Twine &problem) {
    return llvm::createStringError(std::errc::invalid_argument, "%s", problem.str().c_str());
  };
  if (header->goarch != "wasm")
    return fail("object for " + header->goos + "/" + header->goarch + ", wald checks wasm");
  if (header_line_.empty()) {
    header_line_ = header->first_line.str();
    goos_ = header->goos.str();
  } else if (header->first_line != header_line_) {
    return fail("object of another toolchain or target: " + header->first_line + " beside " +
                header_line_);
  }
  const objfile::GoVersion *version =
      objfile::find_go_version(objfile::parse_go_minor(header->version));
  if (!version)
    return fail("compiled by " + header->version + ", " + objfile::known_go_versions());
  llvm::Expected<objfile::Object> object = objfile::Object::parse(member, *header, *version);
  if (!object)
    return object.takeError();
  package.is_main |= header->is_main;
  for (uint32_t i = 0; i < object->num_autolibs(); i++) {
    StringRef import = object->autolib(i).path;
    if (imports.insert(import).second)
      package.imports.push_back(import.str());
  }
  if (object->have_overlapping_names())
    return fail("broken object file: names overlap");
  package.objects.push_back(*object);
  return llvm::Error::success();
}

llvm::Expected<std::vector<const LoadedPackage *>>
PackageArchives::load_closure(const LoadedPackage &root,
                              llvm::function_ref<std::string(StringRef)> file_of) {
  std::vector<const LoadedPackage *> closure = {&root};
  objfile::NameSet seen;
  auto add = [&](StringRef path) -> llvm::Error {
    if (!seen.insert(path).second)
      return llvm::Error::success();
    std::string file = file_of(path);
    if (file.empty())
      return llvm::Error::success();
    llvm::Expected<const LoadedPackage *> package = load(path, file, /*is_root=*/false);
    if (!package)
      return package.takeError();
    closure.push_back(*package);
    return llvm::Error::success();
  };
  seen.insert(root.path);
  for (size_t i = 0; i < closure.size(); i++) {
    for (const std::string &import : closure[i]->imports)
      if (llvm::Error error = add(import))
        return error;
    // Every program has it, after all that imports name; only it can name what it imports itself.
    if (root.is_main && i + 1 == closure.size())
      if (llvm::Error error = add("runtime"))
        return error;
  }
  return closure;
}

} // namespace wald
