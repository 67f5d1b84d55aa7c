// Reads the command line in the reference's order (ref: Main in cmd/link/internal/ld/main.go):
// flags act one by one as they are met, then their combination is checked, so that the first error
// reported is the one that the reference reports. Only the wording is wald's.
#include "linker/command_line/options.h"

#include "linker/command_line/link_flags.h"
#include "linker/command_line/option_help.h"
#include "linker/command_line/size_options.h"
#include "objfile/go_version.h"
#include "objfile/importcfg.h"
#include "objfile/known_symbols.h"
#include "objfile/support/go_text.h"
#include "objfile/support/quoted_words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"

#include <cstdlib>

namespace wald {

namespace {

using llvm::StringRef;
using llvm::Twine;
using objfile::quote_go;

constexpr char kUsageHint[] = "usage: wald link [flags] main.a; wald link -help lists the flags";
constexpr int kUsageStatus = 2; // mistakes on the command line
constexpr int kFatalStatus = 1; // what the reference reports through its log package

class CommandParser {
public:
  CommandParser(llvm::ArrayRef<std::string> args, const LinkEnvironment &environment,
                FileReader read_file)
      : rest_(args), environment_(environment), read_file_(read_file) {
    LinkOptions &options = result_.options;
    options.goroot = environment.goroot;
    options.goos = environment.goos;
    options.goarch = environment.goarch;
    options.goexperiment = environment.goexperiment;
  }

  ParsedCommand parse() {
    result_.words = rest_.vec();
    size_t total = rest_.size();
    do
      result_.flag_words = total - rest_.size();
    while (!is_done_ && parse_one_flag());
    if (!is_done_)
      check_combination();
    if (!is_done_ && refusal_)
      finish(CommandKind::kRefused, kUsageStatus, *refusal_);
    return std::move(result_);
  }

private:
  // The first call of these decides the outcome.
  void finish(CommandKind kind, int exit_status, Problem problem = {}) {
    if (is_done_)
      return;
    is_done_ = true;
    result_.kind = kind;
    result_.exit_status = exit_status;
    result_.problem = std::move(problem);
  }
  void fail(const Twine &fact, int exit_status = kUsageStatus) {
    finish(CommandKind::kError, exit_status, {fact.str(), {}});
  }
  void fail_usage(const Twine &fact) {
    finish(CommandKind::kError, kUsageStatus, {fact.str(), {kUsageHint}});
  }
  void refuse_unknown_flag(StringRef name, StringRef word) {
    Problem problem = {("unknown flag -" + name).str(), {}};
    std::string similar = word.starts_with("--") ? similar_options(command_of(kCmdLink), word) : "";
    if (!similar.empty())
      problem.notes.push_back(std::move(similar));
    problem.notes.push_back(kUsageHint);
    finish(CommandKind::kRefused, kUsageStatus, std::move(problem));
  }

  // The first refusal is reported when nothing is wrong otherwise.
  void refuse(const Twine &what, const Twine &reason) {
    if (!refusal_)
      refusal_ = Problem{(what + " is not supported by wald").str(), {reason.str()}};
  }

  bool parse_one_flag();
  bool take_own_option();
  void note_own_option(const GivenOption &given);
  void note_flag(const LinkFlag &flag, StringRef value, bool has_value);
  void apply_flag(const LinkFlag &flag, StringRef value, bool has_value);
  void apply_bool(StringRef name, bool value);
  void apply_int(StringRef name, int64_t value);
  void apply_string(StringRef name, StringRef value);
  void count_verbosity(StringRef value);
  void read_import_config(StringRef path);
  void add_string_value(StringRef argument);
  void set_build_mode(StringRef value);
  void set_link_mode(StringRef value);
  void check_mac_version(StringRef name, StringRef value);
  void check_combination();
  void check_head_type();
  void check_host_build_id();
  void check_environment();
  void fail_value(StringRef name, StringRef value, const Twine &reason) {
    fail_usage("invalid value " + quote_go(value) + " for flag -" + name + ": " + reason);
  }

  llvm::ArrayRef<std::string> rest_;
  const LinkEnvironment &environment_;
  FileReader read_file_;
  ParsedCommand result_;
  bool is_done_ = false;
  std::optional<Problem> refusal_;

  // Flags whose values are looked at when all are known. -1 is the reference's "not given".
  int64_t text_start_ = -1, rounding_ = -1, data_start_ = -1, func_align_ = 0;
  bool wants_aslr_ = true, link_mode_is_auto_ = true;
  std::string head_type_, host_build_id_, benchmark_;
};

bool CommandParser::take_own_option() {
  GivenOptions given;
  std::optional<Problem> problem;
  size_t size = take_option(command_of(kCmdLink), rest_, given, problem);
  if (size == 0)
    return false;
  rest_ = rest_.drop_front(size);
  const GivenOption &option = given.all()[0];
  if (!problem)
    problem = apply_own_option(option, result_.options);
  if (problem)
    finish(CommandKind::kError, kUsageStatus, std::move(*problem));
  note_own_option(option);
  return true;
}

void CommandParser::note_own_option(const GivenOption &given) {
  GivenFlag flag = {with_dashes(*given.option), std::nullopt, GivenFlag::Kind::kText};
  if (!given.value.empty())
    flag.value = given.value;
  if (given.option->value == Value::kNamedInputFile)
    flag.kind = GivenFlag::Kind::kNamedInput;
  else if (given.file_use() == FileUse::kRead)
    flag.kind = GivenFlag::Kind::kInput;
  else if (given.file_use() == FileUse::kWritten)
    flag.kind = GivenFlag::Kind::kOutput;
  result_.options.given_flags.push_back(std::move(flag));
}

void CommandParser::note_flag(const LinkFlag &flag, StringRef value, bool has_value) {
  GivenFlag given = {("-" + flag.name).str(), std::nullopt, GivenFlag::Kind::kText};
  if (has_value)
    given.value = value.str();
  if (flag.name == "o")
    given.kind = GivenFlag::Kind::kOutput;
  else if (flag.name == "importcfg")
    given.kind = GivenFlag::Kind::kImportConfig;
  else if (flag.name == "L")
    given.kind = GivenFlag::Kind::kFolder;
  result_.options.given_flags.push_back(std::move(given));
}

// False at the first word that is no flag.
bool CommandParser::parse_one_flag() {
  if (rest_.empty())
    return false;
  StringRef word = rest_.front();
  if (word.size() < 2 || word[0] != '-')
    return false;
  if (take_own_option())
    return true;
  rest_ = rest_.drop_front();
  if (word == "--")
    return false;
  StringRef name = word.drop_front(word[1] == '-' ? 2 : 1);
  if (name.empty() || name[0] == '-' || name[0] == '=') {
    fail_usage("bad flag syntax: " + word);
    return true;
  }
  size_t equals = name.find('=');
  bool has_value = equals != StringRef::npos;
  StringRef value = has_value ? name.drop_front(equals + 1) : StringRef();
  name = name.take_front(equals);
  const LinkFlag *flag = find_link_flag(name);
  if (!flag && name == "help") {
    result_.help_text = command_help(command_of(kCmdLink));
    finish(CommandKind::kHelp, kUsageStatus);
  } else if (!flag) {
    refuse_unknown_flag(name, word);
  } else {
    apply_flag(*flag, value, has_value);
  }
  return true;
}

void CommandParser::apply_flag(const LinkFlag &flag, StringRef value, bool has_value) {
  bool is_boolean = flag.type == FlagType::kBool || flag.type == FlagType::kCount;
  if (!has_value && is_boolean) {
    value = "true";
  } else if (!has_value) {
    if (rest_.empty())
      return fail_usage("flag -" + flag.name + " needs an argument");
    value = rest_.front();
    rest_ = rest_.drop_front();
  }
  note_flag(flag, value, has_value || !is_boolean);
  if (flag.name == "V") // any value at all
    return finish(CommandKind::kVersion, 0), void(result_.version_mode = value);

  bool is_default = value.empty();
  if (flag.type == FlagType::kCount) {
    count_verbosity(value);
  } else if (flag.type == FlagType::kBool) {
    std::optional<bool> parsed = parse_go_bool(value);
    if (!parsed)
      return fail_usage("invalid boolean value " + quote_go(value) + " for -" + flag.name);
    is_default = !*parsed;
    apply_bool(flag.name, *parsed);
  } else if (flag.type == FlagType::kInt) {
    int64_t parsed = 0;
    IntError error = parse_go_int(value, parsed);
    if (error != IntError::kNone)
      return fail_value(flag.name, value,
                        error == IntError::kRange ? "out of range" : "not a number");
    is_default = parsed == 0;
    apply_int(flag.name, parsed);
  } else {
    char quote = 0;
    if (flag.type == FlagType::kQuotedList)
      split_quoted_words(value, quote);
    if (quote)
      return fail_value(flag.name, value, "unterminated " + Twine(quote) + " string");
    apply_string(flag.name, value);
  }
  if (flag.role == FlagRole::kRefused && !is_default)
    refuse("-" + flag.name, flag.reason);
  if (flag.first_minor != kEveryVersion)
    result_.options.version_bound_flags.emplace_back(flag.name.str(), flag.first_minor);
}

void CommandParser::apply_bool(StringRef name, bool value) {
  LinkOptions &options = result_.options;
  bool unused = false;
  bool &field = *llvm::StringSwitch<bool *>(name)
                     .Case("s", &options.strip_names)
                     .Case("checklinkname", &options.check_linkname)
                     .Case("pruneweakmap", &options.prune_weak_map)
                     .Case("dumpdep", &options.dump_dependencies)
                     .Case("f", &options.ignore_header_mismatch)
                     .Case("race", &options.race)
                     .Case("e", &options.no_error_limit)
                     .Case("aslr", &wants_aslr_)
                     .Default(&unused);
  field = value;
}

void CommandParser::apply_int(StringRef name, int64_t value) {
  int64_t unused = 0;
  int64_t &field = *llvm::StringSwitch<int64_t *>(name)
                        .Case("T", &text_start_)
                        .Case("R", &rounding_)
                        .Case("D", &data_start_)
                        .Case("funcalign", &func_align_)
                        .Case("strictdups", &result_.options.strict_dups)
                        .Default(&unused);
  field = value;
}

void CommandParser::apply_string(StringRef name, StringRef value) {
  LinkOptions &options = result_.options;
  std::string *field = llvm::StringSwitch<std::string *>(name)
                           .Case("o", &options.output)
                           .Case("installsuffix", &options.install_suffix)
                           .Case("buildid", &options.build_id)
                           .Case("E", &options.entry)
                           .Case("H", &head_type_)
                           .Case("B", &host_build_id_)
                           .Case("benchmark", &benchmark_)
                           .Default(nullptr);
  if (field)
    *field = value.str();
  else if (name == "L")
    options.lib_dirs.push_back(value.str());
  else if (name == "importcfg")
    read_import_config(value);
  else if (name == "X")
    add_string_value(value);
  else if (name == "buildmode")
    set_build_mode(value);
  else if (name == "linkmode")
    set_link_mode(value);
  else if (name == "macos" || name == "macsdk")
    check_mac_version(name, value);
}

void CommandParser::count_verbosity(StringRef value) {
  int &verbosity = result_.options.verbosity;
  if (value == "true")
    ++verbosity;
  else if (value == "false")
    verbosity = 0;
  else if (value.consume_front("+"), value.getAsInteger(10, verbosity))
    fail_usage("invalid count " + quote_go(value) + " for -v");
}

void CommandParser::read_import_config(StringRef path) {
  LinkOptions &options = result_.options;
  auto file = read_file_(path);
  if (!file)
    return fail("cannot open import configuration " + path + ": " + file.getError().message(),
                kFatalStatus);
  auto config = objfile::parse_import_config((*file)->getBuffer(), path);
  if (!config)
    return fail(llvm::toString(config.takeError()), kFatalStatus);
  options.importcfg = path.str();
  options.have_importcfg = true;
  options.package_files = std::move(config->package_files); // of the last file only
  if (const std::optional<std::string> &modinfo = config->modinfo)
    set_string_value(options.string_values, objfile::name_of(objfile::KnownSymbol::kModInfo),
                     *modinfo);
}

void CommandParser::add_string_value(StringRef argument) {
  size_t equals = argument.find('=');
  size_t dot = argument.take_front(equals).rfind('.');
  if (equals == StringRef::npos || dot == StringRef::npos)
    return fail("-X " + quote_go(argument) + " is not of the form importpath.name=value");
  std::string name = objfile::escape_import_path(argument.take_front(dot));
  name += argument.slice(dot, equals);
  set_string_value(result_.options.string_values, name, argument.drop_front(equals + 1));
}

void CommandParser::set_build_mode(StringRef value) {
  StringRef goos = result_.options.goos.empty() ? "wasip1" : StringRef(result_.options.goos);
  if (value == "exe") {
    result_.options.build_mode = BuildMode::kExe;
  } else if (value == "c-shared" && goos != "js") {
    result_.options.build_mode = BuildMode::kCShared;
  } else {
    bool is_known = llvm::is_contained({"pie", "c-archive", "c-shared", "shared", "plugin"}, value);
    fail_value("buildmode", value,
               is_known ? "not supported on " + goos + "/wasm" : Twine("unknown build mode"));
  }
}

void CommandParser::set_link_mode(StringRef value) {
  link_mode_is_auto_ = value == "auto";
  if (value == "external")
    refuse("-linkmode=external", find_link_flag("linkmode")->reason);
  else if (value != "internal" && value != "auto")
    fail_value("linkmode", value, "unknown link mode");
}

void CommandParser::check_mac_version(StringRef name, StringRef value) {
  llvm::SmallVector<StringRef> parts;
  value.split(parts, '.');
  bool is_bad = parts.size() > 3;
  for (StringRef part : parts) {
    unsigned number = 0;
    part.consume_front("+");
    is_bad |= part.getAsInteger(10, number) || number > 0xff;
  }
  if (is_bad)
    fail_value(name, value, "not a version");
}

void CommandParser::check_combination() {
  LinkOptions &options = result_.options;
  auto is_power_of_two = [](int64_t n) { return n > 0 && (n & (n - 1)) == 0; };
  check_head_type();
  if (!wants_aslr_ && options.build_mode != BuildMode::kCShared)
    fail_usage("-aslr=false is only allowed with -buildmode=c-shared");
  if (rounding_ != -1 && (rounding_ < 4096 || !is_power_of_two(rounding_)))
    fail("invalid -R value " + Twine(rounding_) + ": want a power of two from 4096 on");
  if (func_align_ != 0 && !is_power_of_two(func_align_))
    fail("invalid -funcalign value " + Twine(func_align_) + ": want a power of two");
  if (rest_.size() != 1)
    fail_usage(rest_.empty() ? Twine("no main archive given")
                             : Twine("more than one main archive: ") + rest_[0] + " " + rest_[1]);
  check_host_build_id();
  if (benchmark_ == "mem" || benchmark_ == "cpu")
    refuse("-benchmark", find_link_flag("benchmark")->reason);
  else if (!benchmark_.empty())
    fail_usage("unknown -benchmark " + quote_go(benchmark_) + ": want mem or cpu");
  options.data_rounding = rounding_ == -1 ? 4096 : rounding_;
  if (data_start_ != -1 && data_start_ % options.data_rounding != 0)
    fail("invalid -D value " + Twine(data_start_) + ": not a multiple of the rounding " +
         Twine(options.data_rounding));
  if (options.strict_dups < 0 || options.strict_dups > 2)
    fail("invalid -strictdups value " + Twine(options.strict_dups) + ": want 0, 1 or 2",
         kFatalStatus);
  check_environment();
  if (is_done_)
    return;

  options.main_archive = rest_[0];
  if (options.output.empty())
    options.output = "a.out";
  options.text_start = text_start_ == -1 ? 0 : text_start_;
  if (data_start_ != -1)
    options.data_start = data_start_;
  if (options.text_start < 0 || options.data_start.value_or(0) < 0)
    refuse("a negative -T or -D", "addresses in linear memory start at 0");
  if (!objfile::is_ascii_or_invalid(options.build_id))
    refuse("-buildid " + quote_go(options.build_id),
           "which characters beyond ASCII are escaped depends on the toolchain");
}

// The reference takes any operating system's name here, but only some leave the module as it is.
void CommandParser::check_head_type() {
  if (head_type_.empty() || llvm::is_contained({"wasip1", "js", "linux", "android", "dragonfly",
                                                "freebsd", "netbsd", "plan9", "illumos", "solaris"},
                                               head_type_))
    return;
  if (llvm::is_contained({"aix", "darwin", "ios", "openbsd", "windows", "windowsgui"}, head_type_))
    refuse("-H " + head_type_, "it is not a target of WebAssembly");
  else
    fail_usage("invalid -H " + quote_go(head_type_));
}

// -B has no effect on a module; the reference still looks at its value.
void CommandParser::check_host_build_id() {
  StringRef digits = host_build_id_;
  constexpr size_t kMaxBytes = 32;
  if (digits.empty() || digits == "none")
    return;
  if (digits == "gobuildid") {
    if (result_.options.build_id.empty())
      fail("-B gobuildid needs a Go build id: give -buildid");
  } else if (!digits.consume_front("0x")) {
    fail("-B " + digits + " must start with 0x");
  } else if (digits.size() / 2 > kMaxBytes) {
    fail("-B " + host_build_id_ + " is too long: at most 32 bytes");
  } else if (!llvm::all_of(digits, llvm::isHexDigit)) {
    fail("-B " + host_build_id_ + " is not hexadecimal");
  } else if (digits.size() % 2 != 0) {
    fail("-B " + host_build_id_ + " must have an even number of digits");
  }
}

void CommandParser::check_environment() {
  const LinkOptions &options = result_.options;
  if (!options.goarch.empty() && options.goarch != "wasm")
    refuse("GOARCH=" + options.goarch, "wald links for GOARCH=wasm only");
  if (!options.goos.empty() && options.goos != "wasip1" && options.goos != "js")
    refuse("GOOS=" + options.goos, "wald links for GOOS=wasip1 and GOOS=js");
  llvm::SmallVector<StringRef> experiments;
  StringRef(options.goexperiment).split(experiments, ',');
  if (llvm::is_contained(experiments, "fieldtrack"))
    refuse("GOEXPERIMENT=fieldtrack", "the tracking of struct fields (-k) is left out on purpose");
  if (link_mode_is_auto_ && environment_.go_extlink_enabled == "1")
    refuse("GO_EXTLINK_ENABLED=1", find_link_flag("linkmode")->reason);
}

// Whether the last of these words names an archive of a Go version with line-based response files.
bool names_archive_of_lines_era(llvm::Expected<std::vector<std::string>> &words,
                                FileReader read_file) {
  constexpr int kFirstQuotedMinor = 27;
  if (!words || words->empty())
    return false;
  auto archive = read_file(words->back());
  int minor = archive ? go_minor_of_archive((*archive)->getBuffer()) : 0;
  return minor > 0 && minor < kFirstQuotedMinor;
}

// The encoding is that of the toolchain whose archives are linked. The main archive is the last
// word of a command line, so each reading names one. If either is of a version with the old
// encoding, the old reading stands, be it an error; otherwise, also if there is no archive at all,
// the new one.
llvm::Expected<std::vector<std::string>> expand_arguments(llvm::ArrayRef<std::string> args,
                                                          FileReader read_file) {
  if (!has_response_file(args))
    return args.vec();
  auto lines = expand_response_files(args, ResponseEncoding::kLines, read_file);
  if (names_archive_of_lines_era(lines, read_file))
    return lines;
  auto quoted = expand_response_files(args, ResponseEncoding::kQuoted, read_file);
  bool is_old = names_archive_of_lines_era(quoted, read_file);
  llvm::consumeError(is_old ? quoted.takeError() : lines.takeError());
  return is_old ? std::move(lines) : std::move(quoted);
}

std::string environment_variable(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

} // namespace

void set_string_value(std::vector<std::pair<std::string, std::string>> &values, StringRef name,
                      StringRef value) {
  for (auto &[known_name, known_value] : values) {
    if (known_name == name) {
      known_value = value.str();
      return;
    }
  }
  values.emplace_back(name.str(), value.str());
}

LinkEnvironment environment_of_process() {
  return {.goroot = environment_variable("GOROOT"),
          .goos = environment_variable("GOOS"),
          .goarch = environment_variable("GOARCH"),
          .goexperiment = environment_variable("GOEXPERIMENT"),
          .go_extlink_enabled = environment_variable("GO_EXTLINK_ENABLED")};
}

ParsedCommand parse_link_options(llvm::ArrayRef<std::string> args,
                                 const LinkEnvironment &environment, FileReader read_file) {
  ParsedCommand failed;
  failed.kind = CommandKind::kError;
  failed.exit_status = kUsageStatus;
  // The go command's tests make a tool die silently with this word.
  if (llvm::is_contained(args, "-crash_for_testing"))
    return failed;
  auto expanded = expand_arguments(args, read_file);
  if (!expanded) {
    // The reference gives up on a file that it cannot open, and crashes on what is wrong inside.
    llvm::handleAllErrors(expanded.takeError(), [&](const llvm::StringError &error) {
      failed.problem.fact = error.getMessage();
      if (error.convertToErrorCode() != std::errc::invalid_argument)
        failed.exit_status = kFatalStatus;
    });
    return failed;
  }
  return CommandParser(*expanded, environment, read_file).parse();
}

std::optional<Problem> apply_interface_option(const GivenOption &given, ExportOptions &exports,
                                              directives::RuleSettings &rules) {
  if (given.is("export"))
    return add_export(given.value, exports);
  if (given.is("allow"))
    return directives::allow_rule(given.value, rules);
  if (given.is("deny"))
    return directives::deny_rule(given.value, rules);
  if (given.is("no-export"))
    exports.dropped.push_back(given.value);
  else if (given.is("check"))
    rules.is_off = given.value == "off";
  return std::nullopt;
}

// No name means all.
static void choose_optimized_parts(StringRef names, OptimizedParts &parts) {
  llvm::SmallVector<StringRef> list;
  names.split(list, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  auto chosen = [&](StringRef part) { return list.empty() || llvm::is_contained(list, part); };
  parts.code |= chosen("code");
  parts.tables |= chosen("tables");
  parts.fold |= chosen("fold");
}

static void choose_stripped_parts(StringRef names, StrippedParts &parts) {
  llvm::SmallVector<StringRef> list;
  names.split(list, ',');
  parts.lines |= llvm::is_contained(list, "lines");
  parts.names |= llvm::is_contained(list, "names");
  parts.producers |= llvm::is_contained(list, "producers");
}

static void add_reflect_methods(StringRef globs, std::vector<std::string> &list) {
  llvm::SmallVector<StringRef> parts;
  globs.split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts)
    list.push_back(part.str());
}

// Of an overlay relative names count from here.
static directives::OverlayPlace overlay_here(StringRef file) {
  llvm::SmallString<128> folder;
  if (file == "off" || file.empty() || llvm::sys::fs::current_path(folder))
    return {};
  return {file.str(), folder.str().str()};
}

static std::optional<Problem> set_environment_value(const GivenOption &given,
                                                    LinkOptions &options) {
  auto [name, value] = StringRef(given.value).split('=');
  std::string *variable = llvm::StringSwitch<std::string *>(name)
                              .Case("GOROOT", &options.goroot)
                              .Case("GOOS", &options.goos)
                              .Case("GOARCH", &options.goarch)
                              .Case("GOEXPERIMENT", &options.goexperiment)
                              .Default(nullptr);
  bool is_overlay = name == "WALD_OVERLAY" || name == "WALD_SOURCES";
  if (!StringRef(given.value).contains('=') || (!variable && !is_overlay))
    return Problem{"invalid " + given.word() + ": want --link-env=NAME=VALUE",
                   {"NAME is GOROOT, GOOS, GOARCH, GOEXPERIMENT, WALD_OVERLAY or WALD_SOURCES"}};
  if (variable)
    *variable = value.str();
  else
    options.overlay = overlay_here(value);
  options.is_overlay_known |= name == "WALD_OVERLAY";
  return std::nullopt;
}

std::optional<Problem> apply_own_option(const GivenOption &given, LinkOptions &options) {
  constexpr unsigned kMaxThreads = 1024;
  if (given.is("stats"))
    options.stats = true;
  else if (given.is("validate"))
    options.validate = true;
  else if (given.is("optimize"))
    choose_optimized_parts(given.value, options.optimized);
  else if (given.is("strip"))
    choose_stripped_parts(given.value, options.stripped);
  else if (given.is("reflect-methods"))
    add_reflect_methods(given.value, options.reflect_methods);
  else if (given.is("time-trace"))
    options.time_trace = given.value;
  else if (given.is("why-live"))
    options.reports.why_live.push_back(given.value);
  else if (given.is("why-import"))
    options.reports.why_import.push_back(given.value);
  else if (given.is("print-gc"))
    options.reports.print_gc = given.value;
  else if (given.is("map"))
    options.reports.map = given.value;
  else if (given.is("allow-imports"))
    options.allow_imports = given.value;
  else if (given.is("names"))
    options.full_names = true;
  else if (given.is("embed-buildinfo"))
    options.embed_build_info = true;
  else if (given.is("emit-js"))
    options.emit_js = given.value;
  else if (given.is("reproduce"))
    options.reports.reproduce = given.value;
  else if (given.is("error-on"))
    options.reports.error_on_reflect_method = true;
  else if (given.is("why-reflect"))
    options.reports.why_reflect = true;
  else if (given.is("threads") && (StringRef(given.value).getAsInteger(10, options.threads) ||
                                   options.threads > kMaxThreads))
    return Problem{"invalid " + given.word() + ": want --threads=N with N from 0 (all) to 1024",
                   {}};
  if (auto problem = apply_size_option(given, options.reports.sizes))
    return problem;
  if (given.is("wasm-opt"))
    return set_wasm_opt(given.value, options.wasm_opt);
  if (given.is("wasm-opt-limit"))
    return set_wasm_opt_limit(given.value, options.wasm_opt);
  if (given.is("link-env"))
    return set_environment_value(given, options);
  if (given.is("initial-memory"))
    return set_initial_memory(given.value, options.memory);
  if (given.is("max-memory"))
    return set_max_memory(given.value, options.memory);
  if (given.is("import-memory"))
    return import_memory(given.value, options.memory);
  if (given.is("stub-import"))
    return add_import_stub(given.value, options.stubs);
  if (given.is("add-section"))
    return add_section(given.value, options.sections);
  return apply_interface_option(given, options.exports, options.rules);
}

std::optional<Problem> check_flags_of_version(const LinkOptions &options, int minor) {
  for (const auto &[name, first_minor] : options.version_bound_flags)
    if (minor < first_minor) {
      const std::string version = "Go 1." + std::to_string(minor);
      return Problem{
          (llvm::Twine("unknown flag -") + name + ": " + version + " does not have it").str(),
          {("the objects are of " + llvm::Twine(version) + "; the flag came with Go 1." +
            llvm::Twine(first_minor))
               .str()}};
    }
  return std::nullopt;
}

} // namespace wald
