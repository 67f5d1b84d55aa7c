// --reproduce: an archive of all that a link reads, in the layout of lld's: response.txt and
// version.txt, files under their absolute names without the first slash. Paths matter to no module,
// so in the import configuration and on the command line they become those names; what the
// environment said is put on the command line, too. Sources, which --export reads, keep the names
// that objects have for them by an overlay.
#include "directives/source/overlay.h"
#include "linker/command_line/response_file.h"
#include "linker/command_line/version_text.h"
#include "linker/core/passes.h"
#include "linker/input/archive_folders.h"
#include "objfile/support/go_text.h"
#include "objfile/support/name_map.h"
#include "objfile/system/output_file.h"
#include "objfile/system/process.h"
#include "objfile/system/temporary_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TarWriter.h"

#include <cerrno>
#include <unistd.h>

namespace wald {

namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using llvm::Twine;

constexpr llvm::StringLiteral kSourcesFile = "sources.json";

// Names for files in the archive.
class ArchiveNames {
public:
  // The absolute name without the first slash. Of what lies in the go command's temporary folder,
  // which is another one each time, that within.
  std::string folder(StringRef name) const {
    llvm::SmallString<256> absolute(name);
    if (fs::make_absolute(absolute))
      return name.str();
    // A link before `..` leads elsewhere.
    llvm::SmallString<256> real;
    if (StringRef(absolute).contains("..") && !fs::real_path(absolute, real))
      absolute = real;
    path::remove_dots(absolute, /*remove_dot_dot=*/true);
    StringRef inner = path::relative_path(absolute);
    for (StringRef rest = inner; !rest.empty();) {
      auto [first, after] = rest.split('/');
      if (first.consume_front("go-build") && !first.empty() && llvm::all_of(first, llvm::isDigit) &&
          after.starts_with("b"))
        return "go-build/" + after.str();
      rest = after;
    }
    return inner.str();
  }

  // The same for each file always, and another one for each.
  std::string file(StringRef name) {
    auto [known, is_new] = by_file_.try_emplace(name);
    if (is_new) {
      std::string folder_name = folder(path::has_parent_path(name) ? path::parent_path(name) : ".");
      std::string wanted =
          (folder_name.empty() ? "" : folder_name + "/") + path::filename(name).str();
      std::string unique = wanted;
      for (unsigned n = 2; !taken_.insert(unique).second; n++)
        unique = wanted + "." + std::to_string(n);
      known->second = unique;
    }
    return known->second;
  }

  // For a text that is no file of the link's.
  std::string text(StringRef name) {
    taken_.insert(name);
    return name.str();
  }

private:
  objfile::NameMap<std::string> by_file_;
  objfile::NameSet taken_;
};

std::string quoted_argument(StringRef argument, ResponseEncoding encoding) {
  std::string text;
  if (encoding == ResponseEncoding::kLines) {
    for (char c : argument)
      text += c == '\n' ? "\\n" : c == '\\' ? "\\\\" : std::string(1, c);
    return text;
  }
  constexpr llvm::StringLiteral kPlain = "-_./=:,+@%^~";
  if (!argument.empty() &&
      llvm::all_of(argument, [&](char c) { return llvm::isAlnum(c) || kPlain.contains(c); }))
    return argument.str();
  for (char c : argument)
    text +=
        c == '"' || c == '\\' || c == '$' || c == '`' ? std::string("\\") + c : std::string(1, c);
  return "\"" + text + "\"";
}

class Reproducer {
public:
  Reproducer(Context &ctx, llvm::TarWriter &tar) : ctx_(ctx), tar_(tar) {}

  void write() {
    for (StringRef name : {"response.txt", "version.txt", "importcfg"})
      names_.text(name);
    names_.text(kSourcesFile);
    // Before the files: of a link that is ended early one sees what it was.
    tar_.append("version.txt", version_text());
    std::vector<std::string> words = command_line();
    write_response(words);
    for (const Library &library : ctx_.libraries)
      if (!library.file.empty())
        add_file(library.file, library.file);
    write_sources();
  }

private:
  std::vector<std::string> command_line();
  void write_response(llvm::ArrayRef<std::string> words);
  std::string import_config(StringRef file, StringRef name);
  void write_sources();

  // What cannot be read is not there for a repeated link either.
  void add_file(const std::string &name, const std::string &file) {
    if (!added_.insert(name).second)
      return;
    if (auto text = read_disk_file(file))
      tar_.append(names_.file(name), (*text)->getBuffer());
  }

  Context &ctx_;
  llvm::TarWriter &tar_;
  ArchiveNames names_;
  objfile::NameSet added_;
};

// With the files' names replaced.
std::string Reproducer::import_config(StringRef file, StringRef name) {
  auto text = read_disk_file(file);
  if (!text) {
    ctx_.diag.error("cannot open import configuration " + file + ": " + text.getError().message());
    return name.str();
  }
  std::string changed;
  for (StringRef rest = (*text)->getBuffer(); !rest.empty();) {
    StringRef line;
    std::tie(line, rest) = rest.split('\n');
    auto [verb, value] = objfile::trim_go_space(line).split(' ');
    auto [package, archive] = objfile::trim_go_space(value).split('=');
    if (verb == "packagefile")
      changed += ("packagefile " + package + "=" + names_.file(archive)).str();
    else
      changed += line;
    changed += '\n';
  }
  tar_.append(name, changed);
  return name.str();
}

std::vector<std::string> Reproducer::command_line() {
  const LinkOptions &options = ctx_.options;
  std::vector<std::string> words;
  auto add_variable = [&](StringRef name, const std::string &value) {
    words.push_back(("--link-env=" + name + "=" + value).str());
  };
  add_variable("GOROOT", options.goroot);
  add_variable("GOOS", options.goos);
  add_variable("GOARCH", options.goarch);
  add_variable("GOEXPERIMENT", options.goexperiment);
  // The overlay's files are among the sources, under the names that it gave them.
  if (options.is_overlay_known)
    add_variable("WALD_OVERLAY", "off");
  if (!ctx_.sources_read.empty())
    add_variable("WALD_SOURCES", kSourcesFile.str());
  unsigned num_configs = 0;
  for (const GivenFlag &flag : options.given_flags) {
    if (flag.name == "--reproduce" || flag.name == "--link-env")
      continue;
    std::string value = flag.value.value_or("");
    switch (flag.kind) {
    case GivenFlag::Kind::kText:
      break;
    case GivenFlag::Kind::kFolder:
      value = names_.folder(value);
      break;
    case GivenFlag::Kind::kOutput: // into the archive's folder
      value = path::filename(value).str();
      break;
    case GivenFlag::Kind::kInput:
      add_file(value, value);
      value = names_.file(value);
      break;
    case GivenFlag::Kind::kNamedInput: {
      auto [section, file] = StringRef(value).split('=');
      add_file(file.str(), file.str());
      value = (section + "=" + names_.file(file)).str();
      break;
    }
    case GivenFlag::Kind::kImportConfig: {
      num_configs++;
      std::string name = "importcfg";
      if (num_configs > 1)
        name = names_.text(name.append(".").append(std::to_string(num_configs)));
      value = import_config(value, name);
    }
    }
    words.push_back(flag.name + (flag.value ? "=" + value : ""));
  }
  if (!options.have_importcfg)
    words.push_back("-L=" + names_.folder(archive_folders(ctx_).back()));
  words.push_back(names_.file(options.main_archive));
  return words;
}

// In the encoding by which Go's linker of that version reads it, and so wald.
void Reproducer::write_response(llvm::ArrayRef<std::string> words) {
  constexpr int kFirstQuotedMinor = 27;
  auto main = read_disk_file(ctx_.options.main_archive);
  int minor = main ? go_minor_of_archive((*main)->getBuffer()) : 0;
  ResponseEncoding encoding =
      minor > 0 && minor < kFirstQuotedMinor ? ResponseEncoding::kLines : ResponseEncoding::kQuoted;
  std::string text;
  for (const std::string &word : words)
    text += quoted_argument(word, encoding) + "\n";
  llvm::Expected<std::vector<std::string>> read = split_response_file(text, encoding);
  if (!read || llvm::ArrayRef(*read) != words)
    ctx_.diag.error("--reproduce: this command line cannot stand in a response file",
                    {"an argument has a character that the format has no form for"});
  llvm::consumeError(read.takeError());
  tar_.append("response.txt", text);
}

void Reproducer::write_sources() {
  if (ctx_.sources_read.empty())
    return;
  llvm::Expected<directives::FileAccess> access = directives::overlaid_disk(ctx_.options.overlay);
  if (!access) // the link has said so
    return llvm::consumeError(access.takeError());
  llvm::json::Object replaced;
  for (const std::string &name : ctx_.sources_read) {
    llvm::SmallString<256> absolute(name);
    (void)fs::make_absolute(absolute);
    auto text = access->read(name);
    if (!text)
      continue;
    replaced[absolute.str().str()] = names_.file(name);
    tar_.append(names_.file(name), (*text)->getBuffer());
  }
  llvm::json::Object overlay{{"Replace", std::move(replaced)}};
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(overlay)) << '\n';
  tar_.append(kSourcesFile, text);
}

} // namespace

// Under another name until it is complete.
void write_reproducer(Context &ctx) {
  const std::string &file = ctx.options.reports.reproduce;
  auto fail = [&](const Twine &reason) { ctx.diag.error("cannot write " + file + ": " + reason); };
  wasm::TemporaryFile temporary;
  std::string written = file; // a device or a pipe stays one
  if (!fs::exists(file) || fs::is_regular_file(file)) {
    StringRef folder = path::parent_path(file);
    int fd = temporary.create(folder.empty() ? "" : folder.str() + "/", wasm::kPlainFile);
    if (fd < 0)
      return fail(llvm::sys::StrError(errno));
    ::close(fd);
    written = temporary.name();
  }
  StringRef top = path::filename(file);
  top.consume_back(".tar");
  llvm::Expected<std::unique_ptr<llvm::TarWriter>> tar = llvm::TarWriter::create(written, top);
  if (!tar)
    return fail(llvm::toString(tar.takeError()));
  // Where the disk is full LLVM ends the process, which removes the file.
  Reproducer(ctx, **tar).write();
  tar->reset();
  if (temporary.exists())
    if (int error = temporary.rename_to(file))
      fail(llvm::sys::StrError(error));
}

} // namespace wald
