// See the header.
#include "linker/command_line/option_help.h"

#include "linker/command_line/link_flags.h"
#include "linker/command_line/own_options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

namespace wald {

using llvm::StringRef;

namespace {

constexpr size_t kWidth = 80, kHelpColumn = 22;

// The text, of which the first `column` columns are used, in lines that begin with `indent` blanks.
std::string wrap(StringRef text, size_t indent, size_t column = 0) {
  std::string out;
  llvm::SmallVector<StringRef> lines;
  text.split(lines, '\n');
  for (StringRef line : lines) {
    if (line.starts_with(" ")) { // as it is
      out += line.str() + '\n';
      continue;
    }
    llvm::SmallVector<StringRef> words;
    line.split(words, ' ');
    for (StringRef word : words) {
      bool is_first = column <= indent;
      if (!is_first && column + 1 + word.size() > kWidth) {
        out += '\n';
        column = 0;
        is_first = true;
      }
      std::string space(is_first ? (word.empty() ? 0 : indent - column) : 1, ' ');
      out += space + word.str();
      column = (is_first ? indent : column + 1) + word.size();
    }
    out += '\n';
    column = 0;
  }
  return out;
}

std::string padded(StringRef text, size_t width) {
  return text.str() + std::string(width - std::min(width, text.size()), ' ');
}

std::string option_line(const Option &option) {
  std::string head = "  " + heading(option);
  if (head.size() + 2 > kHelpColumn)
    return head + '\n' + wrap(option.help, kHelpColumn);
  return padded(head, kHelpColumn) + wrap(option.help, kHelpColumn, kHelpColumn);
}

bool belongs(const Option &option, Topic topic, CommandSet commands) {
  return option.topic == topic && (option.commands & commands);
}

std::string usage_lines(const Command &command) {
  std::string usage = "usage: ";
  for (char c : command.usage)
    usage += c == '\n' ? std::string("\n       ") : std::string(1, c);
  return usage + '\n';
}

std::string topic_help(const TopicText &topic) {
  std::string text = (topic.title + "\n\n").str() + wrap(topic.text, 0);
  for (const Option &option : kOptions) {
    if (option.topic != topic.topic)
      continue;
    text += '\n' + option_line(option);
    if (!option.details.empty())
      text += wrap(option.details, kHelpColumn);
    std::vector<std::string> commands;
    for (const Command &command : kCommands)
      if (option.commands & command.bit)
        commands.push_back(command.name.str());
    text += wrap("(wald " + llvm::join(commands, ", ") + ")", kHelpColumn);
  }
  return text;
}

// By topic.
std::string options_help(CommandSet command) {
  std::string text;
  for (const TopicText &topic : kTopics) {
    bool is_first = true;
    for (const Option &option : kOptions) {
      if (!belongs(option, topic.topic, command))
        continue;
      text += (is_first ? "\n" + topic.title.str() + ":\n" : "") + option_line(option);
      is_first = false;
    }
  }
  return text;
}

// The flags of Go's linker that have a role, as a paragraph.
std::string link_flag_list(FlagRole role) {
  std::vector<std::string> names;
  for (const LinkFlag &flag : link_flags())
    if (flag.role == role)
      names.push_back("-" + flag.name.str());
  return wrap(llvm::join(names, " "), 2);
}

} // namespace

std::string command_help(const Command &command) {
  std::string text = usage_lines(command);
  if (!command.text.empty())
    text += '\n' + wrap(command.text, 0);
  if (command.bit == kCmdLink)
    text += "\nThe flags of go tool link:\n" + link_flag_list(FlagRole::kUsed) +
            "accepted, without effect on WebAssembly:\n" + link_flag_list(FlagRole::kIgnored) +
            "refused:\n" + link_flag_list(FlagRole::kRefused);
  return text + options_help(command.bit);
}

std::string general_help() {
  std::string text = "usage: wald COMMAND [ARGUMENTS]\n\n";
  for (const Command &command : kCommands)
    text += "  wald " + padded(command.name, 18) + command.summary.str() + '\n';
  text += "  wald --version\n\n";
  text +=
      wrap("wald help COMMAND lists the options of a command, wald help OPTION explains one, wald "
           "help TOPIC all of a topic:",
           0) +
      '\n';
  for (const TopicText &topic : kTopics)
    if (!topic.text.empty())
      text += "  " + padded(topic.name, 12) + topic.title.str() + '\n';
  return text;
}

std::string help_about(StringRef word) {
  if (const Command *command = find_command(word))
    return command_help(*command);
  for (const TopicText &topic : kTopics)
    if (topic.name == word)
      return topic_help(topic);
  for (const TopicText &topic : kTopics)
    for (const Option &option : kOptions)
      if (option.topic == topic.topic && word.ltrim('-') == option.name)
        return topic_help(topic);
  return "";
}

} // namespace wald
