// wald help and wald completion: what the tables of commands and options say.
#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"
#include "objfile/support/similar_names.h"
#include "objfile/system/process.h"
#include "wald/commands.h"

#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace {

constexpr int kUsageStatus = 2;

int report_unknown(llvm::StringRef word) {
  std::vector<llvm::StringRef> names;
  for (const Command &command : kCommands)
    names.push_back(command.name);
  for (const TopicText &topic : kTopics)
    names.push_back(topic.name);
  for (const Option &option : kOptions)
    names.push_back(option.name);
  std::string similar = similar_names(word.ltrim('-'), names);
  report_error("there is no command, topic or option '" + word + "'",
               {similar.empty() ? "wald help lists them" : similar});
  return kUsageStatus;
}

} // namespace

int run_help(Args args) {
  llvm::StringRef word = args.empty() ? "" : args[0];
  std::string text = word.empty()      ? general_help()
                     : word == "--man" ? man_page()
                                       : help_about(word);
  if (text.empty())
    return report_unknown(word);
  llvm::outs() << text;
  return 0;
}

int run_completion(Args args) {
  std::string text = args.size() == 1 ? shell_completion(args[0]) : "";
  if (text.empty()) {
    report_error("wald completion wants the name of a shell: bash, zsh or fish");
    return kUsageStatus;
  }
  llvm::outs() << text;
  return 0;
}

} // namespace wald
