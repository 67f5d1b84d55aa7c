// See the header.
#include "linker/command_line/own_options.h"

#include "linker/command_line/go_flags.h"
#include "objfile/support/byte_count.h"
#include "objfile/support/similar_names.h"
#include "objfile/system/process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SHA256.h"

namespace wald {

using llvm::StringRef;

namespace {

const Option *find_option(CommandSet command, StringRef name) {
  for (const Option &option : kOptions)
    if ((option.commands & command) && option.name == name)
      return &option;
  return nullptr;
}

const char *what_it_needs(Value kind) {
  switch (kind) {
  case Value::kFile:
  case Value::kInputFile:
    return "a file";
  case Value::kFolder:
    return "a directory";
  case Value::kNumber:
    return "a number";
  case Value::kBytesOrFile:
    return "a number of bytes or a file";
  default:
    return "a value";
  }
}

bool is_help(StringRef word) {
  return word == "--help" || word == "-help" || word == "-h" || word == "--h";
}

// "a", "a or b", "a, b or c"
std::string listed(llvm::ArrayRef<StringRef> choices) {
  if (choices.size() == 1)
    return choices[0].str();
  return (llvm::join(llvm::drop_end(choices), ", ") + " or " + choices.back()).str();
}

// The part of an option's value that is a path, if there is one.
std::optional<StringRef> path_in(const GivenOption &given) {
  StringRef value = given.value;
  switch (given.option->value) {
  case Value::kFile:
  case Value::kFolder:
  case Value::kInputFile:
    return value;
  case Value::kNamedInputFile:
    return value.split('=').second;
  case Value::kBytesOrFile:
    return objfile::parse_byte_count(value) ? std::nullopt : std::optional(value);
  default:
    return std::nullopt;
  }
}

Problem unknown_option(const Command &command, StringRef word) {
  Problem problem = {("unknown option " + word).str(), {}};
  if (std::string similar = similar_options(command, word); !similar.empty())
    problem.notes.push_back(std::move(similar));
  return problem;
}

} // namespace

std::string with_dashes(const Option &option) {
  return (llvm::Twine(option.name.size() == 1 ? "-" : "--") + option.name).str();
}

std::string heading(const Option &option) {
  if (option.value == Value::kNone)
    return with_dashes(option);
  const char *format = option.name.size() == 1      ? " {0}"
                       : option.has(kMayStandAlone) ? "[={0}]"
                                                    : "={0}";
  return with_dashes(option) + llvm::formatv(format, option.placeholder).str();
}

std::string GivenOption::word() const {
  return with_dashes(*option) + (value.empty() ? "" : "=" + value);
}

FileUse GivenOption::file_use() const {
  switch (option->value) {
  case Value::kFile:
  case Value::kFolder:
    return FileUse::kWritten;
  case Value::kInputFile:
  case Value::kNamedInputFile:
    return FileUse::kRead;
  case Value::kBytesOrFile:
    return path_in(*this) ? FileUse::kRead : FileUse::kNone;
  default:
    return FileUse::kNone;
  }
}

const GivenOption *GivenOptions::find(OptionName name) const {
  auto last =
      llvm::find_if(llvm::reverse(list_), [&](const GivenOption &given) { return given.is(name); });
  return last == list_.rend() ? nullptr : &*last;
}

StringRef GivenOptions::value(OptionName name) const {
  const GivenOption *given = find(name);
  return given ? StringRef(given->value) : StringRef();
}

std::vector<std::string> GivenOptions::words_for(CommandSet commands) const {
  std::vector<std::string> words;
  for (GivenOption given : list_) {
    if (!(given.option->commands & commands))
      continue;
    StringRef path = path_in(given).value_or("");
    llvm::SmallString<128> file(path);
    if (!path.empty() && !llvm::sys::fs::make_absolute(file))
      given.value = (StringRef(given.value).drop_back(path.size()) + file).str();
    words.push_back(given.word());
  }
  return words;
}

std::vector<std::string> GivenOptions::file_marks(CommandSet commands) const {
  std::vector<std::string> marks;
  for (const GivenOption &given : list_) {
    if (!(given.option->commands & commands) || given.file_use() != FileUse::kRead)
      continue;
    // The link says what is wrong with a file that cannot be read.
    auto file = read_disk_file(path_in(given).value_or(""));
    llvm::ArrayRef<uint8_t> bytes;
    if (file)
      bytes = llvm::arrayRefFromStringRef((*file)->getBuffer());
    marks.push_back(file ? llvm::toHex(llvm::SHA256::hash(bytes), /*LowerCase=*/true) : "none");
  }
  return marks;
}

// Each name once.
template <typename Fn>
static std::string names_of(llvm::ArrayRef<GivenOption> options, Fn is_wanted) {
  std::vector<std::string> names;
  for (const GivenOption &given : options) {
    std::string name = with_dashes(*given.option);
    if (is_wanted(*given.option) && !llvm::is_contained(names, name))
      names.push_back(name);
  }
  return llvm::join(names, " and ");
}

std::string GivenOptions::module_changes(StringRef except) const {
  return names_of(list_, [&](const Option &option) {
    return option.has(kChangesModule) && option.name != except;
  });
}

std::string GivenOptions::guards() const {
  return names_of(list_, [](const Option &option) { return option.has(kGuards); });
}

std::string GivenOptions::reports() const {
  return names_of(list_, [](const Option &option) {
    return option.topic == Topic::kReports || option.has(kWritesBeside);
  });
}

std::optional<Problem> check_option_value(const Option &option, bool has_value, StringRef value) {
  std::string name = with_dashes(option);
  if (option.value == Value::kNone)
    return has_value ? std::optional(Problem{name + " takes no value", {}}) : std::nullopt;
  if (value.empty() && option.has(kMayStandAlone) && !has_value)
    return std::nullopt;
  if (value.empty())
    return Problem{name + " needs " + what_it_needs(option.value) + ": " + heading(option), {}};
  if (option.value != Value::kChoice && option.value != Value::kChoices)
    return std::nullopt;
  llvm::SmallVector<StringRef> choices, chosen = {value};
  option.placeholder.split(choices, '|');
  if (option.value == Value::kChoices) {
    chosen.clear();
    value.split(chosen, ',');
  }
  for (StringRef choice : chosen)
    if (!llvm::is_contained(choices, choice))
      return Problem{("unknown " + name + "=" + choice + ": want " + listed(choices)).str(),
                     similar_notes(choice, choices)};
  return std::nullopt;
}

size_t take_option(const Command &command, llvm::ArrayRef<std::string> words, GivenOptions &options,
                   std::optional<Problem> &problem) {
  StringRef word = words[0];
  if (!word.consume_front("--") && !(command.is_lenient && word.consume_front("-")))
    return 0;
  auto [name, value] = word.split('=');
  const Option *option = find_option(command.bit, name);
  if (!option)
    return 0;
  bool has_value = word.contains('=');
  bool takes_next = command.is_lenient && option->value != Value::kNone &&
                    !option->has(kMayStandAlone) && !has_value && words.size() > 1;
  if (takes_next)
    value = words[1];
  problem = check_option_value(*option, has_value || takes_next, value);
  options.add({option, value.str()});
  return takes_next ? 2 : 1;
}

std::string similar_options(const Command &command, StringRef word) {
  std::vector<std::string> names;
  for (const Option &option : kOptions)
    if (option.commands & command.bit)
      names.push_back(with_dashes(option));
  std::string wanted = ("--" + word.ltrim('-').split('=').first).str();
  return similar_names(wanted, std::vector<StringRef>(names.begin(), names.end()));
}

CommandLine parse_command_line(const Command &command, llvm::ArrayRef<const char *> words) {
  CommandLine line;
  std::vector<std::string> left(words.begin(), words.end());
  llvm::ArrayRef<std::string> rest = left;
  while (!rest.empty() && !line.problem) {
    StringRef word = rest[0];
    size_t size = take_option(command, rest, line.options, line.problem);
    if (size != 0) {
      rest = rest.drop_front(size);
      continue;
    }
    bool is_flag = !ends_go_flags(word);
    if (is_flag && is_help(word)) {
      line.wants_help = true;
      break;
    }
    if (!is_flag && command.place != Place::kAnywhere) {
      if (word == "--" && !command.has_go_flags)
        rest = rest.drop_front();
      break;
    }
    // Other flags of a test are its own.
    bool looks_misspelt = command.bit != kCmdTest && word.starts_with("--") &&
                          !is_known_go_flag(word) && !similar_options(command, word).empty();
    if (is_flag && (!command.has_go_flags || looks_misspelt)) {
      line.problem = unknown_option(command, word);
      break;
    }
    size = is_flag && command.has_go_flags ? size_of_go_flag(rest) : 1;
    line.rest.insert(line.rest.end(), rest.begin(), rest.begin() + size);
    rest = rest.drop_front(size);
  }
  line.rest.insert(line.rest.end(), rest.begin(), rest.end());
  return line;
}

const Command &command_of(CommandSet bit) {
  return *llvm::find_if(kCommands, [&](const Command &command) { return command.bit == bit; });
}

const Command *find_command(StringRef name) {
  auto found =
      llvm::find_if(kCommands, [&](const Command &command) { return command.name == name; });
  return found == std::end(kCommands) ? nullptr : &*found;
}

} // namespace wald
