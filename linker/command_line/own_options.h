// Reads wald's own options, of every command, by the table. What a value means is the business of
// the command that has the option.
#pragma once

#include "linker/command_line/command_table.h"
#include "objfile/support/problem.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wald {

// An option's name; one that is not in the table does not compile. Commands may have options of one
// name with other values, each in a row of its own.
class OptionName {
public:
  consteval OptionName(const char *name) {
    for (const Option &option : kOptions)
      if (std::string_view(option.name.data(), option.name.size()) == name)
        option_ = &option;
    if (!option_)
      there_is_no_such_option();
  }
  const Option *option() const { return option_; }

private:
  static void there_is_no_such_option();
  const Option *option_ = nullptr;
};

// --name, or -o; and the same with what the help calls the value.
std::string with_dashes(const Option &option);
std::string heading(const Option &option);

// What the file or folder is there for that an option of a link names.
enum class FileUse : uint8_t { kNone, kRead, kWritten };

struct GivenOption {
  const Option *option;
  std::string value;

  // By name: two commands may have options of one name with other values.
  bool is(OptionName name) const { return option->name == name.option()->name; }
  std::string word() const; // --name=value
  FileUse file_use() const;
};

class GivenOptions {
public:
  void add(GivenOption option) { list_.push_back(std::move(option)); }
  llvm::ArrayRef<GivenOption> all() const { return list_; }

  bool has(OptionName name) const { return find(name) != nullptr; }
  // The last one given, or nothing.
  llvm::StringRef value(OptionName name) const;

  // Those of the given ones that these commands have, as words for another wald, which may run in
  // another directory: files are absolute.
  std::vector<std::string> words_for(CommandSet commands) const;
  // For each of the given files of which the contents decide about a link, and that these commands
  // have: a word that is another one where the contents are others.
  std::vector<std::string> file_marks(CommandSet commands) const;
  // "--export and --no-export", those of the given ones that change the module, but for one; empty
  // if none does.
  std::string module_changes(llvm::StringRef except = "") const;
  // Those that make an error of what Go's linker lets pass, likewise.
  std::string guards() const;
  // Those that say something about the program or write a file beside it, likewise.
  std::string reports() const;

private:
  const GivenOption *find(OptionName name) const;
  std::vector<GivenOption> list_;
};

// What is wrong with the value of an option, if anything.
std::optional<Problem> check_option_value(const Option &option, bool has_value,
                                          llvm::StringRef value);

// Takes an option of the command off the front of `words`. How many words it has; 0 if it is none.
// Sets `problem` if its value cannot be one.
size_t take_option(const Command &command, llvm::ArrayRef<std::string> words, GivenOptions &options,
                   std::optional<Problem> &problem);

// "did you mean --stats?" for a word that the command does not know.
std::string similar_options(const Command &command, llvm::StringRef word);

struct CommandLine {
  GivenOptions options;
  std::vector<std::string> rest; // all other words
  bool wants_help = false;
  std::optional<Problem> problem;
};

// The words after the command's name. Other words with a dash are an error where no other program
// is to have them, or if they look misspelt.
CommandLine parse_command_line(const Command &command, llvm::ArrayRef<const char *> words);

const Command &command_of(CommandSet bit);
const Command *find_command(llvm::StringRef name);

} // namespace wald
