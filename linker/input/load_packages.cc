// Opens the archives: main first, then breadth-first along the imports that each object names
// (ref: loadlib in cmd/link/internal/ld/lib.go). The order of libraries and objects found here is
// the order of symbol numbers. After this pass no input file is opened any more.
#include "linker/core/go_path.h"
#include "linker/core/passes.h"
#include "linker/core/symbols.h"
#include "linker/input/archive_folders.h"
#include "objfile/archive.h"
#include "objfile/go_abi.h"
#include "objfile/support/go_text.h"
#include "objfile/support/name_map.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

#include <atomic>
#include <optional>
#include <thread>
#include <unistd.h>

namespace wald {

namespace {

using objfile::MemberKind;
using objfile::TextHeader;

// Opens the files of the import configuration ahead of the loader, on the helper thread.
class FileOpener {
public:
  explicit FileOpener(const LinkOptions &options) : files_(options.package_files.size()) {
    for (size_t i = 0; i < files_.size(); i++) {
      files_[i].name = options.package_files[i].second;
      by_name_[files_[i].name] = &files_[i];
    }
  }

  void open_all() {
    for (File &file : files_)
      if (claim(file, kOpening)) {
        file.mapped.emplace(open_archive(file.name));
        file.state.store(kOpen, std::memory_order_release);
      }
  }

  llvm::Expected<objfile::MappedFile> open(StringRef name) {
    auto found = by_name_.find(name);
    if (found == by_name_.end() || claim(*found->second, kTaken))
      return open_archive(name);
    File &file = *found->second;
    while (file.state.load(std::memory_order_acquire) == kOpening)
      std::this_thread::yield();
    // Two packages may name one file.
    if (file.state.exchange(kTaken, std::memory_order_acquire) == kTaken)
      return open_archive(name);
    return std::move(*file.mapped);
  }

private:
  static llvm::Expected<objfile::MappedFile> open_archive(StringRef name) {
    return objfile::MappedFile::open(name, objfile::size_of_export_data);
  }
  enum State : uint8_t { kNew, kOpening, kOpen, kTaken };
  struct File {
    StringRef name;
    std::atomic<State> state = kNew;
    std::optional<llvm::Expected<objfile::MappedFile>> mapped; // where it is open
  };
  // Takes a new file over, to do with it what `next` says.
  static bool claim(File &file, State next) {
    State state = kNew;
    return file.state.compare_exchange_strong(state, next, std::memory_order_acquire);
  }

  std::vector<File> files_;
  objfile::NameMap<File *> by_name_;
};

class Loader {
public:
  explicit Loader(Context &ctx) : ctx_(ctx), opener_(ctx.options) {
    for (const auto &[path, file] : ctx.options.package_files)
      package_files_[path] = file;
    if (ctx.helper.has_thread())
      ctx.helper.start("open files", [this] { opener_.open_all(); });
  }
  ~Loader() { ctx_.helper.wait(); }

  void run() {
    Library &main = add_library("main");
    main.file = ctx_.options.main_archive;
    load_queued();
    if (!ctx_.ok())
      return;
    if (!ctx_.libraries[0].is_main_declared) {
      ctx_.diag.error(ctx_.options.main_archive + ": not package main");
      return;
    }
    // The reference goes on without runtime/race, which no toolchain has for wasm.
    if (ctx_.options.race && !add_implicit("runtime/race"))
      ctx_.diag.warn("cannot find package runtime/race, which -race asks for",
                     {missing_package_note()});
    if (!add_implicit("runtime"))
      ctx_.diag.error("cannot find package runtime, which every program needs",
                      {missing_package_note()});
    load_queued();
  }

private:
  Library &add_library(StringRef path) {
    uint32_t index = ctx_.libraries.size();
    Library &library = ctx_.libraries.emplace_back();
    library.path = ctx_.strings.save(path);
    library.prefix = ctx_.strings.save(objfile::escape_import_path(path));
    ctx_.library_by_path[path] = index;
    return library;
  }

  // False if there is no file for the package.
  bool add_implicit(StringRef path) {
    if (ctx_.library_by_path.contains(path))
      return true;
    std::string file = find_archive(path);
    if (file.empty())
      return false;
    add_library(path).file = file;
    return true;
  }

  void load_queued() {
    for (; next_ < ctx_.libraries.size() && ctx_.ok(); next_++)
      load_library(next_);
  }

  std::string find_archive(StringRef path) {
    if (ctx_.options.have_importcfg)
      return package_files_.lookup(path);
    for (const std::string &dir : archive_folders(ctx_))
      for (const char *extension : {".a", ".o"})
        if (std::string file = dir + "/" + path.str() + extension; access(file.c_str(), F_OK) == 0)
          return file;
    return "";
  }

  void load_library(uint32_t index) {
    std::string file = ctx_.libraries[index].file;
    llvm::Expected<objfile::MappedFile> mapped = opener_.open(file);
    if (!mapped) {
      // The reference opens a folder, and gives up only when it reads.
      report_file(llvm::sys::fs::is_directory(file), llvm::toString(mapped.takeError()),
                  {"package " + ctx_.libraries[index].path.str()});
      return;
    }
    ctx_.files.push_back(std::move(*mapped));
    const objfile::MappedFile &archive = ctx_.files.back();
    llvm::Expected<std::vector<objfile::ArchiveMember>> members =
        objfile::read_archive(archive.bytes(), archive.front(), archive.skipped());
    if (!members) {
      report_file(
          true, "unreadable archive " + file,
          {llvm::toString(members.takeError()), "package " + ctx_.libraries[index].path.str()});
      return;
    }
    for (const objfile::ArchiveMember &member : *members) {
      MemberKind kind =
          member.name.empty() ? MemberKind::kObject : objfile::classify_member(member.name);
      if (kind == MemberKind::kForcesExternalLink)
        ctx_.diag.error(file + " needs the host's linker, which there is none of for wasm");
      if (kind == MemberKind::kObject && ctx_.ok())
        load_object(index, member);
    }
    // As for the reference, main is then found not to be main (status 2).
    if (ctx_.ok() && ctx_.libraries[index].objects.empty())
      report_file(index != 0, "no Go object in archive " + file,
                  {"package " + ctx_.libraries[index].path.str(),
                   "the file may be truncated, or the compiler's part of a compile with -linkobj"});
  }

  void report_file(bool is_fatal, const llvm::Twine &fact, std::vector<std::string> notes) {
    if (is_fatal)
      ctx_.diag.fatal(fact, std::move(notes));
    else
      ctx_.diag.error(fact, std::move(notes));
  }

  void load_object(uint32_t library_index, const objfile::ArchiveMember &member) {
    const std::string &file = ctx_.files.back().name();
    std::string name = member.name.empty() ? file : file + "(" + member.name.str() + ")";
    llvm::Expected<TextHeader> header = objfile::parse_text_header(member.contents);
    if (!header) {
      report(name, library_index, header.takeError());
      return;
    }
    if (!check_header(*header, name))
      return;
    llvm::Expected<objfile::Object> object =
        objfile::Object::parse(member.contents, *header, *ctx_.version);
    if (!object) {
      report(name, library_index, object.takeError());
      return;
    }
    uint32_t index = ctx_.objects.size();
    ctx_.objects.push_back(
        std::make_unique<InputObject>(*object, index, library_index, std::move(name)));
    ctx_.objects.back()->file = &ctx_.files.back();
    ctx_.libraries[library_index].objects.push_back(index);
    ctx_.libraries[library_index].is_main_declared |= header->is_main;
    check_fingerprint(library_index, *ctx_.objects.back());
    add_imports(library_index, *ctx_.objects.back());
  }

  void report(StringRef name, uint32_t library_index, llvm::Error error) {
    ctx_.diag.error(name + ": " + llvm::toString(std::move(error)),
                    {"package " + ctx_.libraries[library_index].path.str()});
  }

  bool allows_any_header() const {
    return ctx_.options.ignore_header_mismatch && ctx_.version->flag_f_allows_any_header;
  }

  // The first object's header says for what and by which Go everything is; the others must agree.
  bool check_header(const TextHeader &header, StringRef name) {
    if (!ctx_.version)
      return adopt_header(header, name);
    if (header.first_line == ctx_.header_line || allows_any_header())
      return true;
    ctx_.diag.error(name + ": object of another toolchain or target",
                    {"it has   " + header.first_line.str(), "main has " + ctx_.header_line.str(),
                     "build everything with one Go version, GOOS, GOARCH and GOEXPERIMENT"});
    return false;
  }

  bool adopt_header(const TextHeader &header, StringRef name) {
    const LinkOptions &options = ctx_.options;
    if (header.goarch != "wasm" || (header.goos != "wasip1" && header.goos != "js")) {
      ctx_.diag.error(name + ": object for " + header.goos + "/" + header.goarch +
                          ", wald links for wasip1/wasm and js/wasm",
                      {"set GOARCH=wasm and GOOS=wasip1 or GOOS=js for the whole build"});
      return false;
    }
    if (!options.goos.empty() && options.goos != header.goos) {
      ctx_.diag.error(name + ": object for GOOS=" + header.goos +
                      ", but the environment says GOOS=" + options.goos);
      return false;
    }
    ctx_.version = objfile::find_go_version(objfile::parse_go_minor(header.version));
    if (ctx_.version && !check_experiments(header, name))
      return false;
    if (!ctx_.version) {
      ctx_.hand_over_reason =
          (name + " was compiled by " + header.version + ", " + objfile::known_go_versions()).str();
      return false;
    }
    std::string experiments = ("," + header.experiments + ",").str();
    if (StringRef(experiments).contains(",fieldtrack,")) {
      ctx_.hand_over_reason = (name + " was compiled with GOEXPERIMENT=fieldtrack").str();
      return false;
    }
    if (std::optional<Problem> wrong = check_flags_of_version(options, ctx_.version->minor)) {
      ctx_.diag.error(std::move(*wrong));
      return false;
    }
    ctx_.map_extra_bytes = objfile::map_extra_bytes(*ctx_.version, header.experiments);
    ctx_.header_line = header.first_line;
    ctx_.go_version = header.version;
    ctx_.goos = header.goos;
    ctx_.build_version =
        objfile::build_version_string(*ctx_.version, header.version, header.experiments);
    if (header.goos == "js" && options.build_mode == BuildMode::kCShared)
      ctx_.diag.error("-buildmode=c-shared is not supported on js/wasm");
    return true;
  }

  // An environment without GOEXPERIMENT says nothing: the toolchain may have been built with others
  // than its version usually has.
  bool check_experiments(const TextHeader &header, StringRef name) {
    StringRef setting = ctx_.options.goexperiment;
    if (setting.empty() || allows_any_header())
      return true;
    std::optional<std::string> wanted = objfile::experiments_of_setting(*ctx_.version, setting);
    if (!wanted)
      ctx_.diag.error("GOEXPERIMENT=" + setting + " names an experiment that Go 1." +
                      llvm::Twine(ctx_.version->minor) + " does not have");
    else if (*wanted != header.experiments)
      ctx_.diag.error(name + ": object of other experiments than GOEXPERIMENT=" + setting,
                      {"it has  X:" + header.experiments.str(), "wanted  X:" + *wanted,
                       "build everything with one Go version, GOOS, GOARCH and GOEXPERIMENT"});
    return ctx_.ok();
  }

  // Importers carry the fingerprint of what they were compiled against; assembler objects have
  // none.
  void check_fingerprint(uint32_t library_index, const InputObject &object) {
    Library &library = ctx_.libraries[library_index];
    uint64_t own = object.obj.fingerprint();
    if (own == 0)
      return;
    if (library.fingerprint == 0)
      library.fingerprint = own;
    else if (library.fingerprint != own)
      report_fingerprint(library, own, library.fingerprint, library.fingerprint_from);
  }

  void report_fingerprint(const Library &library, uint64_t own, uint64_t expected,
                          StringRef importer) {
    ctx_.diag.error("fingerprint mismatch: " + library.path + " has " + to_hex(own) + ", but " +
                        importer + " was compiled against " + to_hex(expected),
                    {"package file " + library.file, "rebuild " + importer.str()});
  }

  std::string missing_package_note() const {
    return ctx_.options.have_importcfg
               ? "there is no packagefile line for it in " + ctx_.options.importcfg
               : "searched the -L directories and GOROOT/pkg";
  }

  static std::string to_hex(uint64_t fingerprint) {
    return llvm::toHex(
        llvm::ArrayRef(reinterpret_cast<const uint8_t *>(&fingerprint), sizeof fingerprint),
        /*LowerCase=*/true);
  }

  void add_imports(uint32_t library_index, const InputObject &object) {
    std::string importer = ctx_.libraries[library_index].path.str();
    for (uint32_t i = 0; i < object.obj.num_autolibs(); i++) {
      objfile::Autolib autolib = object.obj.autolib(i);
      std::string path = clean_path(autolib.path);
      auto found = ctx_.library_by_path.find(path);
      if (found == ctx_.library_by_path.end()) {
        std::string file = find_archive(path);
        if (file.empty()) {
          ctx_.diag.error("cannot find package " + path,
                          {"imported by " + importer, missing_package_note()});
          continue;
        }
        Library &added = add_library(path);
        added.file = std::move(file);
        added.fingerprint = autolib.fingerprint;
        added.fingerprint_from = importer;
        found = ctx_.library_by_path.find(path);
      } else if (Library &known = ctx_.libraries[found->second];
                 known.fingerprint && autolib.fingerprint &&
                 known.fingerprint != autolib.fingerprint) {
        report_fingerprint(known, known.fingerprint, autolib.fingerprint, importer);
      } else if (known.fingerprint == 0) {
        known.fingerprint = autolib.fingerprint;
        known.fingerprint_from = importer;
      }
      ctx_.libraries[library_index].imports.push_back(found->second);
    }
  }

  Context &ctx_;
  FileOpener opener_;
  objfile::NameMap<std::string> package_files_;
  uint32_t next_ = 0;
};

} // namespace

std::vector<std::string> archive_folders(const Context &ctx) {
  std::vector<std::string> folders = ctx.options.lib_dirs;
  std::string suffix = ctx.options.install_suffix;
  if (suffix.empty() && ctx.options.race)
    suffix = "race";
  folders.push_back(ctx.options.goroot + "/pkg/" + (ctx.goos.empty() ? "wasip1" : ctx.goos.str()) +
                    "_wasm" + (suffix.empty() ? "" : "_" + suffix));
  return folders;
}

void load_packages(Context &ctx) {
  Loader(ctx).run();
}

} // namespace wald
