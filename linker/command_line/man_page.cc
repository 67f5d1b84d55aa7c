// The man page, in the macros of man(7).
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"

#include "llvm/ADT/SmallVector.h"

#include "llvm/ADT/Twine.h"

namespace wald {

using llvm::StringRef;

namespace {

// A line of text: roff takes a backslash for an escape, a dot or quote at its start for a request,
// and a plain hyphen for one that may be drawn as another character.
std::string escaped(StringRef line) {
  std::string text = line.starts_with(".") || line.starts_with("'") ? "\\&" : "";
  for (char c : line)
    text += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  return text;
}

std::string bold(StringRef text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string paragraphs(StringRef text) {
  std::string out;
  bool is_example = false;
  llvm::SmallVector<StringRef> lines;
  text.split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    bool was_example = is_example;
    is_example = line.starts_with(" ");
    if (is_example != was_example)
      out += is_example ? ".PP\n.nf\n" : ".fi\n";
    out += (is_example ? "" : ".PP\n") + escaped(line) + '\n';
  }
  return out + (is_example ? ".fi\n" : "");
}

std::string option_entry(const Option &option) {
  std::string text = ".TP\n" + bold(heading(option)) + '\n' + escaped(option.help) + ".\n";
  if (!option.details.empty())
    text += escaped(option.details) + '\n';
  std::string commands;
  for (const Command &command : kCommands)
    if (option.commands & command.bit)
      commands += (commands.empty() ? "" : ", ") + command.name.str();
  return text + "(" + commands + ")\n";
}

} // namespace

std::string man_page() {
  std::string text =
      ".TH WALD 1 \"\" \"wald " WALD_VERSION "\"\n.SH NAME\nwald \\- links Go programs for "
      "WebAssembly\n.SH SYNOPSIS\n.nf\n";
  for (const Command &command : kCommands)
    text += escaped(command.usage) + '\n';
  text += ".fi\n.SH COMMANDS\n";
  for (const Command &command : kCommands)
    text += ".SS " + command.name.str() + '\n' + escaped(command.summary) + ".\n" +
            paragraphs(command.text);
  text += ".SH OPTIONS\n";
  for (const TopicText &topic : kTopics) {
    text += ".SS " + escaped(topic.title) + '\n' + paragraphs(topic.text);
    for (const Option &option : kOptions)
      if (option.topic == topic.topic)
        text += option_entry(option);
  }
  return text + ".SH ENVIRONMENT\n.TP\n" + bold("WALD=off") +
         "\nwald toolexec, and so wald build and wald test, hand every link over to Go's "
         "linker.\n.TP\n" +
         bold("GOOS") +
         "\nwasip1, the default, or js.\n.SH EXIT STATUS\n"
         "That of the go command or of go tool link: 2, or 1 where it gives up at once.\n";
}

} // namespace wald
