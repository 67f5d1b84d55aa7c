// What bash, zsh and fish need to complete command lines of wald: its commands, and after each its
// own options, values of which there are few, and files.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"

#include <algorithm>

namespace wald {

using llvm::StringRef;

namespace {

std::string quoted(StringRef text) {
  std::string out = "'";
  for (char c : text)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string zsh_text(StringRef text) {
  std::string out;
  for (char c : text)
    out += (llvm::StringRef("[]:\\").contains(c) ? "\\" : "") + std::string(1, c);
  return out;
}

std::vector<const Option *> options_of(const Command &command) {
  std::vector<const Option *> options;
  for (const Option &option : kOptions)
    if (option.commands & command.bit)
      options.push_back(&option);
  return options;
}

// What follows the name of one with a value; that of a short one is the next word.
std::string equals(const Option &option) {
  return option.value == Value::kNone || option.name.size() == 1 ? "" : "=";
}

bool takes_file(const Option &option) {
  return option.value == Value::kFile || option.value == Value::kInputFile ||
         option.value == Value::kBytesOrFile;
}

std::string choices_of(const Option &option) {
  bool has_choices = option.value == Value::kChoice || option.value == Value::kChoices;
  std::string words = has_choices ? option.placeholder.str() : "";
  std::replace(words.begin(), words.end(), '|', ' ');
  return words;
}

std::string command_names() {
  std::string names;
  for (const Command &command : kCommands)
    names += (names.empty() ? "" : " ") + command.name.str();
  return names;
}

// A '=' is a word of its own for bash, and its value the next one.
std::string bash_completion() {
  std::string text = R"(_wald() {
  local word=${COMP_WORDS[COMP_CWORD]} option= options=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W ')" +
                     command_names() + R"(' -- "$word")
    return
  fi
  [ "$word" = = ] && word= && option=${COMP_WORDS[COMP_CWORD - 1]}
  [ "${COMP_WORDS[COMP_CWORD - 1]}" = = ] && option=${COMP_WORDS[COMP_CWORD - 2]}
  case "${COMP_WORDS[1]} $option" in
)";
  // Commands may have options of one name with other values.
  for (const Command &command : kCommands)
    for (const Option *option : options_of(command))
      if (std::string choices = choices_of(*option); !choices.empty())
        text += "    '" + command.name.str() + " --" + option->name.str() + "') options='" +
                choices + "' ;;\n";
  text += "  esac\n  if [ -z \"$option\" ] && [[ $word == -* ]]; then\n"
          "    case ${COMP_WORDS[1]} in\n";
  for (const Command &command : kCommands) {
    std::string words;
    for (const Option *option : options_of(command))
      words += " " + with_dashes(*option) + (option->has(kMayStandAlone) ? "" : equals(*option));
    if (!words.empty())
      text += "      " + command.name.str() + ") options='" + words.substr(1) + "' ;;\n";
  }
  return text + R"(    esac
  fi
  if [ -n "$options" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    [[ ${COMPREPLY-} == *= ]] && compopt -o nospace 2>/dev/null
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    compopt -o filenames 2>/dev/null
  fi
  return 0
}
complete -F _wald wald
)";
}

std::string zsh_completion() {
  std::string text = "#compdef wald\nlocal -a commands\ncommands=(\n";
  for (const Command &command : kCommands)
    text += "  " + quoted(command.name.str() + ":" + zsh_text(command.summary)) + '\n';
  text += ")\nif (( CURRENT == 2 )); then\n  _describe command commands\n  return\nfi\n"
          "local command=$words[2]\nshift words\n(( CURRENT-- ))\ncase $command in\n";
  for (const Command &command : kCommands) {
    text += "  " + command.name.str() + ")\n    _arguments";
    for (const Option *option : options_of(command)) {
      std::string spec =
          "*" + with_dashes(*option) + equals(*option) + "[" + zsh_text(option->help) + "]";
      if (std::string choices = choices_of(*option); !choices.empty())
        spec += (option->has(kMayStandAlone) ? "::value:(" : ":value:(") + choices + ")";
      else if (option->value != Value::kNone)
        spec += ":" + zsh_text(option->placeholder) + ":" +
                (takes_file(*option)               ? "_files"
                 : option->value == Value::kFolder ? "_files -/"
                                                   : " ");
      text += " \\\n      " + quoted(spec);
    }
    text += " \\\n      '*:file:_files' ;;\n";
  }
  return text + "esac\n";
}

std::string fish_completion() {
  std::string text;
  for (const Command &command : kCommands)
    text += "complete -c wald -f -n __fish_use_subcommand -a " + command.name.str() + " -d " +
            quoted(command.summary) + '\n';
  for (const Command &command : kCommands)
    for (const Option *option : options_of(command)) {
      text += "complete -c wald -n '__fish_seen_subcommand_from " + command.name.str() +
              (option->name.size() == 1 ? "' -s " : "' -l ") + option->name.str() + " -d " +
              quoted(option->help);
      if (std::string choices = choices_of(*option); !choices.empty())
        text += (option->has(kMayStandAlone) ? " -f -a " : " -x -a ") + quoted(choices);
      else if (option->value != Value::kNone)
        text += takes_file(*option) || option->value == Value::kFolder ? " -r" : " -x";
      text += '\n';
    }
  return text;
}

} // namespace

std::string shell_completion(StringRef shell) {
  return shell == "bash"   ? bash_completion()
         : shell == "zsh"  ? zsh_completion()
         : shell == "fish" ? fish_completion()
                           : "";
}

} // namespace wald
