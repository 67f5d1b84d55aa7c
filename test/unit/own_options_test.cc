// The table of wald's own options: what it says is what commands take, what usage, help, man page
// and completion show, and what the documents list.
#include "linker/command_line/option_help.h"
#include "linker/command_line/options.h"
#include "linker/command_line/own_options.h"
#include "linker/core/output_plan.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <fstream>
#include <map>
#include <set>
#include <unistd.h>

namespace wald {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// "--stats --threads=2 | rest" or the error.
std::string parsed(CommandSet command, std::vector<const char *> words) {
  CommandLine line = parse_command_line(command_of(command), words);
  if (line.problem)
    return message_of(*line.problem);
  std::string text = line.wants_help ? "help " : "";
  for (const GivenOption &given : line.options.all())
    text += given.word() + " ";
  return text + "| " + llvm::join(line.rest, " ");
}

TEST(OwnOptions, StandWhereTheCommandTakesThem) {
  EXPECT_EQ(parsed(kCmdToolexec, {"--stats", "--threads=2", "link", "--validate"}),
            "--stats --threads=2 | link --validate");
  EXPECT_EQ(
      parsed(kCmdBuild, {"-trimpath", "--stats", "-tags", "x", "--validate", ".", "--verify"}),
      "--stats --validate | -trimpath -tags x . --verify");
  EXPECT_EQ(parsed(kCmdTest, {"-run", "--stats", "--own-flag", "--stub", "--", "--verify"}),
            "--stub | -run --stats --own-flag -- --verify");
  EXPECT_EQ(parsed(kCmdTest, {"--stats", "-args", "--verify"}), "--stats | -args --verify");
  EXPECT_EQ(parsed(kCmdCheck, {"./...", "--print", "-tags=x"}), "--print | ./... -tags=x");
  EXPECT_EQ(parsed(kCmdDump, {"m.wasm", "-code", "f", "--header"}), "--code=f --header | m.wasm");
  EXPECT_EQ(parsed(kCmdRun, {"--dir", "/", "--env=A", "--", "-m.wasm", "--stub"}),
            "--dir=/ --env=A | -m.wasm --stub");
}

TEST(OwnOptions, AreLeftToGoWhereTheyAreValuesOfItsFlags) {
  for (const char *flag : {"-o", "--o", "-ldflags", "-exec", "-C", "-coverprofile", "-test.run"})
    EXPECT_EQ(parsed(kCmdTest, {flag, "--stats"}), std::string("| ") + flag + " --stats");
  for (const char *flag : {"-o=x", "-v", "-race", "-buildvcs", "-json"})
    EXPECT_EQ(parsed(kCmdTest, {flag, "--stats"}), std::string("--stats | ") + flag);
}

TEST(OwnOptions, HaveTwoDashesAndAnEqualsSignWhereGoFlagsStandBeside) {
  EXPECT_EQ(parsed(kCmdBuild, {"-stats"}), "| -stats");
  EXPECT_EQ(parsed(kCmdBuild, {"--time-trace", "t.json"}),
            "--time-trace needs a file: --time-trace=FILE");
  EXPECT_EQ(parsed(kCmdRun, {"-invoke", "f", "m.wasm"}), "--invoke=f | m.wasm");
}

TEST(OwnOptions, MayHaveOneLetter) {
  EXPECT_EQ(parsed(kCmdOptimize, {"a.wasm", "-o", "b.wasm", "--stats"}),
            "-o=b.wasm --stats | a.wasm");
  EXPECT_EQ(parsed(kCmdOptimize, {"a.wasm", "-o"}), "-o needs a file: -o FILE");
}

// A value that the option takes; one of its own where any text will not do.
std::string sample_value(const Option &option) {
  switch (option.value) {
  case Value::kNumber:
    return "1";
  case Value::kChoice:
  case Value::kChoices:
    return option.placeholder.split('|').first.str();
  case Value::kText:
    return option.name == "export"                           ? "main.f"
           : option.name == "import-memory"                  ? "env.memory"
           : option.name.ends_with("-memory")                ? "64M"
           : option.name == "stub-import"                    ? "env.f"
           : option.name == "reflect-methods"                ? "String"
           : option.name == "wasm-opt"                       ? "Oz"
           : option.name == "wasm-opt-limit"                 ? "60"
           : option.name == "link-env"                       ? "GOROOT=/go"
           : option.name == "allow" || option.name == "deny" ? "gojs-import"
                                                             : "";
  case Value::kNamedInputFile:
    return "section=file";
  default:
    return option.name == "size-report" ? "sizes.txt" : "";
  }
}

// What the table says decides about the build id, the plan about handing over and validation.
TEST(OwnOptions, ChangeTheModuleJustWhereTheOutputPlanSaysSo) {
  for (const Option &option : kOptions) {
    if (!(option.commands & kCmdLink))
      continue;
    LinkOptions options;
    EXPECT_FALSE(apply_own_option({&option, sample_value(option)}, options)) << option.name.str();
    EXPECT_EQ(!asks_for_reference(options), option.has(kChangesModule)) << option.name.str();
  }
}

TEST(WasmOpt, HasLevelsAndPasses) {
  auto steps_of = [](llvm::StringRef value) {
    WasmOptOptions options;
    std::optional<Problem> problem = set_wasm_opt(value, options);
    return problem ? message_of(*problem) : llvm::join(options.steps, " ");
  };
  EXPECT_EQ(steps_of(""), "-Oz");
  EXPECT_EQ(steps_of("O3,vacuum,Os"), "-O3 vacuum -Os");
  EXPECT_EQ(steps_of("vacum"), "--wasm-opt=vacum: 'vacum' is no level, O0 to O4, Os or Oz, and no "
                               "pass that is known to keep what a program does\n"
                               ">>> did you mean vacuum?");
  EXPECT_THAT(steps_of("O5"), HasSubstr("'O5' is no level"));
  EXPECT_THAT(steps_of("Oz,"), HasSubstr("'' is no level"));
  // Passes of binaryen's that change what hosts see, or only print.
  for (const char *pass : {"asyncify", "print", "legalize-js-interface", "strip", "--pass-arg"})
    EXPECT_THAT(steps_of(pass), HasSubstr("no pass that is known")) << pass;
}

TEST(WasmOpt, HasLimits) {
  auto limits_of = [](llvm::StringRef value) {
    WasmOptOptions options;
    std::optional<Problem> problem = set_wasm_opt_limit(value, options);
    return problem ? problem->fact
                   : std::to_string(options.most_seconds) + " " + std::to_string(options.most_mib);
  };
  EXPECT_EQ(limits_of("60"), "60 0");
  EXPECT_EQ(limits_of("0,512"), "0 512");
  for (const char *value : {"", "x", "60,", "60,x", "-1", "99999999", "1,99999999", "1,2,3"})
    EXPECT_THAT(limits_of(value), HasSubstr("want SECONDS of processor time, or SECONDS,MIB"))
        << value;
}

TEST(OwnOptions, HelpComesBeforeWhatFollows) {
  for (const char *word : {"--help", "-help", "-h"})
    for (CommandSet command : {kCmdToolexec, kCmdBuild, kCmdTest, kCmdCheck, kCmdDump, kCmdRun})
      EXPECT_THAT(parsed(command, {word, "x"}), HasSubstr("help ")) << word << command;
  EXPECT_EQ(parsed(kCmdRun, {"m.wasm", "--help"}), "| m.wasm --help");
  EXPECT_EQ(parsed(kCmdTest, {".", "--help"}), "| . --help");
}

TEST(OwnOptions, RefuseValuesThatCannotBeMeant) {
  EXPECT_EQ(parsed(kCmdBuild, {"--stats=1"}), "--stats takes no value");
  EXPECT_EQ(parsed(kCmdBuild, {"--threads="}), "--threads needs a number: --threads=N");
  EXPECT_EQ(parsed(kCmdBuild, {"--no-export"}), "--no-export needs a value: --no-export=NAME");
  EXPECT_EQ(parsed(kCmdBuild, {"--check=maybe"}), "unknown --check=maybe: want off or on");
  EXPECT_EQ(parsed(kCmdCheck, {"--format=xml"}),
            "unknown --format=xml: want text, json, sarif or github");
  EXPECT_EQ(parsed(kCmdRun, {"--dir"}), "--dir needs a directory: --dir=HOST[::GUEST]");
}

TEST(OwnOptions, MayHaveAnotherCommandsNameForOtherValues) {
  EXPECT_EQ(parsed(kCmdVersion, {"-m", "--format=spdx", "a.wasm"}), "-m --format=spdx | a.wasm");
  EXPECT_EQ(parsed(kCmdVersion, {"--format=sarif"}),
            "unknown --format=sarif: want text, cyclonedx or spdx");
  CommandLine line = parse_command_line(command_of(kCmdCheck), {"--format=sarif"});
  EXPECT_EQ(line.options.value("format"), "sarif");
}

TEST(OwnOptions, GiveValuesOfTheEnvironment) {
  LinkOptions options;
  auto set = [&](const char *value) {
    std::optional<Problem> problem =
        apply_own_option({OptionName("link-env").option(), value}, options);
    return problem ? problem->fact : "";
  };
  EXPECT_EQ(set("GOROOT=/a=b"), "");
  EXPECT_EQ(options.goroot, "/a=b");
  EXPECT_EQ(set("GOOS=js"), "");
  EXPECT_EQ(options.goos, "js");
  EXPECT_EQ(set("GOEXPERIMENT="), "");
  EXPECT_FALSE(options.is_overlay_known);
  EXPECT_EQ(set("WALD_SOURCES=sources.json"), "");
  EXPECT_EQ(options.overlay.file, "sources.json");
  EXPECT_TRUE(llvm::StringRef(options.overlay.directory).starts_with("/"));
  EXPECT_FALSE(options.is_overlay_known);
  EXPECT_EQ(set("WALD_OVERLAY=off"), "");
  EXPECT_TRUE(options.is_overlay_known);
  EXPECT_EQ(set("GOROOT"), "invalid --link-env=GOROOT: want --link-env=NAME=VALUE");
  EXPECT_EQ(set("HOME=/x"), "invalid --link-env=HOME=/x: want --link-env=NAME=VALUE");
}

TEST(OwnOptions, SayWhatMayHaveBeenMeant) {
  EXPECT_EQ(parsed(kCmdToolexec, {"--valdate", "link"}),
            "unknown option --valdate\n>>> did you mean --validate?");
  EXPECT_EQ(parsed(kCmdBuild, {"--export-s=f"}),
            "unknown option --export-s=f\n>>> did you mean --export?");
  EXPECT_EQ(parsed(kCmdDump, {"--zzzzzz"}), "unknown option --zzzzzz");
  EXPECT_EQ(parsed(kCmdBuild, {"--zzzzzz", "--race", "--trace=x"}), "| --zzzzzz --race --trace=x");
  EXPECT_EQ(parsed(kCmdTest, {"--valdate"}), "| --valdate"); // may be the test's own
}

TEST(OwnOptions, AValueMayBeLeftOutWhereTheTableSaysSo) {
  constexpr Option kOptional = {
      "optimize",   Value::kText, "LIST", kCmdLink,
      Topic::kTime, "",           "",     kChangesModule | kMayStandAlone};
  EXPECT_FALSE(check_option_value(kOptional, false, ""));
  EXPECT_FALSE(check_option_value(kOptional, true, "code,fold"));
  EXPECT_EQ(check_option_value(kOptional, true, "")->fact,
            "--optimize needs a value: --optimize[=LIST]");
  EXPECT_EQ(heading(kOptional), "--optimize[=LIST]");
}

TEST(OwnOptions, MayListSeveralChoices) {
  Option optimize = *OptionName("optimize").option();
  EXPECT_EQ(heading(optimize), "--optimize[=code|tables|fold]");
  EXPECT_EQ(parsed(kCmdBuild, {"--optimize", "--optimize=code", "."}),
            "--optimize --optimize=code | .");
  EXPECT_EQ(parsed(kCmdBuild, {"--optimize=code,size"}),
            "unknown --optimize=size: want code, tables or fold");
  EXPECT_EQ(parsed(kCmdBuild, {"--optimize=code,"}),
            "unknown --optimize=: want code, tables or fold");
  EXPECT_EQ(parsed(kCmdBuild, {"--optimize="}),
            "--optimize needs a value: --optimize[=code|tables|fold]");
  EXPECT_EQ(parsed(kCmdBuild, {"--strip=names,line"}),
            "unknown --strip=line: want lines, names or producers\n>>> did you mean lines?");
  constexpr Option kThree = {"list", Value::kChoices, "a|b|c", kCmdLink, Topic::kTime, ""};
  EXPECT_FALSE(check_option_value(kThree, true, "c,a"));
  EXPECT_EQ(check_option_value(kThree, true, "c,d")->fact, "unknown --list=d: want a, b or c");
}

TEST(GivenOptions, GoToAnotherWaldWithAbsoluteFiles) {
  CommandLine line = parse_command_line(
      command_of(kCmdTest), {"--time-trace=a/t.json", "--stub", "--verify", "--export=main.f=a/b"});
  llvm::SmallString<128> file("a/t.json");
  ASSERT_FALSE(llvm::sys::fs::make_absolute(file));
  std::string trace = ("--time-trace=" + file).str();
  EXPECT_THAT(line.options.words_for(kCmdToolexec),
              ElementsAre(trace, "--verify", "--export=main.f=a/b"));
  EXPECT_THAT(line.options.words_for(kCmdLink), ElementsAre(trace, "--export=main.f=a/b"));
}

TEST(GivenOptions, GoToAnotherWaldWithAbsoluteFilesThatHaveNames) {
  CommandLine line = parse_command_line(
      command_of(kCmdBuild), {"--add-section=a=b/c=d", "--allow-imports=/list", "--emit-js=."});
  llvm::SmallString<128> file("b/c=d"), folder(".");
  ASSERT_FALSE(llvm::sys::fs::make_absolute(file));
  ASSERT_FALSE(llvm::sys::fs::make_absolute(folder));
  EXPECT_THAT(line.options.words_for(kCmdToolexec),
              ElementsAre(("--add-section=a=" + file).str(), "--allow-imports=/list",
                          ("--emit-js=" + folder).str()));
}

TEST(GivenOptions, TellWhetherFilesHaveOtherContents) {
  std::string file = testing::TempDir() + "wald-marked-file";
  auto marks = [&](std::string contents) {
    std::ofstream(file) << contents;
    std::string section = "--add-section=a=" + file, list = "--allow-imports=" + file;
    return parse_command_line(command_of(kCmdBuild), {section.c_str(), "--stats", list.c_str()})
        .options.file_marks(kCmdToolexec);
  };
  std::vector<std::string> one = marks("one");
  ASSERT_EQ(one.size(), 2u);
  EXPECT_EQ(one[0], one[1]);
  EXPECT_EQ(marks("one"), one);
  EXPECT_NE(marks("two"), one);
  EXPECT_NE(marks(""), one);
  EXPECT_THAT(parse_command_line(command_of(kCmdBuild), {"--add-section=a=/none/such", "--map=f"})
                  .options.file_marks(kCmdToolexec),
              ElementsAre("none"));
  ::unlink(file.c_str());
}

TEST(GivenOptions, TellWhatChangesTheModule) {
  auto changes = [](std::vector<const char *> words) {
    return parse_command_line(command_of(kCmdBuild), words).options.module_changes();
  };
  EXPECT_EQ(changes({"--stats", "--validate", "--verify", "--allow=x", "--threads=1"}), "");
  EXPECT_EQ(changes({"--optimize"}), "--optimize");
  EXPECT_EQ(changes({"--no-export=x", "--export=main.f", "--no-export=y"}),
            "--no-export and --export");
}

TEST(GivenOptions, TellWhatMakesErrors) {
  GivenOptions options =
      parse_command_line(command_of(kCmdBuild),
                         {"--allow-imports=a", "--stats", "--error-on=reflect-method",
                          "--size-budget=1", "--size-baseline=b"})
          .options;
  EXPECT_EQ(options.guards(), "--allow-imports and --error-on and --size-budget");
  EXPECT_EQ(options.reports(), "--error-on and --size-budget and --size-baseline");
  EXPECT_EQ(parse_command_line(command_of(kCmdBuild), {"--emit-js=d"}).options.reports(),
            "--emit-js");
}

// By which --reproduce knows what to take along.
TEST(GivenOptions, TellWhatTheirFilesAreFor) {
  auto use = [](const char *word) {
    return parse_command_line(command_of(kCmdBuild), {word}).options.all()[0].file_use();
  };
  EXPECT_EQ(use("--size-baseline=old.json"), FileUse::kRead);
  EXPECT_EQ(use("--size-budget=budget"), FileUse::kRead);
  EXPECT_EQ(use("--size-budget=10M"), FileUse::kNone);
  EXPECT_EQ(use("--add-section=a=b"), FileUse::kRead);
  EXPECT_EQ(use("--size-report=new.json"), FileUse::kWritten);
  EXPECT_EQ(use("--emit-js=folder"), FileUse::kWritten);
  EXPECT_EQ(use("--export=main.f"), FileUse::kNone);
}

// -- What the table has to be

TEST(OptionTable, HasSoundRows) {
  std::map<std::string, CommandSet> commands; // each may have an option of the name once
  for (const Option &option : kOptions) {
    SCOPED_TRACE(option.name.str());
    EXPECT_EQ(commands[option.name.str()] & option.commands, 0);
    commands[option.name.str()] |= option.commands;
    EXPECT_NE(option.commands, 0);
    EXPECT_FALSE(option.help.empty());
    EXPECT_FALSE(option.help.ends_with("."));
    EXPECT_TRUE(option.details.empty() || option.details.ends_with("."));
    EXPECT_EQ(option.value == Value::kNone, option.placeholder.empty());
    EXPECT_TRUE(option.value != Value::kChoice || option.placeholder.contains('|'));
    EXPECT_TRUE(!option.placeholder.contains('|') || option.value == Value::kChoice ||
                option.value == Value::kChoices || option.value == Value::kBytesOrFile);
    EXPECT_TRUE(!option.has(kChangesModule) || (option.commands & kCmdLinks) == kCmdLinks);
  }
}

// -- What is made from it

std::string document(const char *file) {
  auto text = llvm::MemoryBuffer::getFile(std::string(WALD_TESTDATA "/../") + file);
  return text ? (*text)->getBuffer().str() : "";
}

// The words that begin with two dashes and a letter.
std::set<std::string> options_in(llvm::StringRef text) {
  std::set<std::string> found;
  for (size_t at = text.find("--"); at != llvm::StringRef::npos; at = text.find("--", at + 1)) {
    llvm::StringRef name =
        text.drop_front(at + 2).take_while([](char c) { return llvm::isAlpha(c) || c == '-'; });
    bool is_inside = at > 0 && (text[at - 1] == '-' || llvm::isAlnum(text[at - 1]));
    if (!is_inside && !name.empty() && name[0] != '-')
      found.insert(name.str());
  }
  return found;
}

std::set<std::string> options_of(CommandSet commands) {
  std::set<std::string> names;
  for (const Option &option : kOptions)
    if (option.commands & commands)
      names.insert(option.name.str());
  return names;
}

llvm::StringRef section(llvm::StringRef text, llvm::StringRef first, llvm::StringRef end) {
  size_t at = text.find(first);
  return at == llvm::StringRef::npos ? "" : text.slice(at, text.find(end, at + first.size()));
}

TEST(OptionHelp, OfACommandHasItsOptions) {
  for (const Command &command : kCommands) {
    std::string help = command_help(command);
    for (const Option &option : kOptions) {
      std::string line = "\n  " + heading(option);
      bool is_shown =
          llvm::StringRef(help).contains(line + " ") || llvm::StringRef(help).contains(line + "\n");
      // Commands may have options of one name.
      bool is_wanted = llvm::any_of(kOptions, [&](const Option &other) {
        return heading(other) == heading(option) && (other.commands & command.bit);
      });
      EXPECT_EQ(is_shown, is_wanted) << command.name.str() << " " << option.name.str();
    }
    EXPECT_THAT(general_help(), HasSubstr("\n  wald " + command.name.str()));
  }
}

TEST(OptionHelp, FitsEightyColumns) {
  auto check = [](llvm::StringRef text) {
    llvm::SmallVector<llvm::StringRef> lines;
    text.split(lines, '\n');
    for (llvm::StringRef line : lines) {
      EXPECT_LE(line.size(), 90u) << line.str(); // examples may stand out a little
      EXPECT_EQ(line.rtrim(), line) << line.str();
    }
  };
  check(general_help());
  for (const Command &command : kCommands)
    check(command_help(command));
  for (const TopicText &topic : kTopics)
    check(help_about(topic.name));
}

TEST(OptionHelp, FindsCommandsTopicsAndOptions) {
  EXPECT_EQ(help_about("build"), command_help(command_of(kCmdBuild)));
  EXPECT_THAT(help_about("exports"), HasSubstr("PKG is an import path"));
  EXPECT_EQ(help_about("--no-export"), help_about("exports"));
  EXPECT_EQ(help_about("nothing"), "");
}

TEST(OptionHelp, ManPageAndCompletionHaveAllOptions) {
  std::string man = man_page();
  for (const Option &option : kOptions) {
    std::string name = with_dashes(option), escaped = "\\fB";
    for (char c : name)
      escaped += c == '-' ? std::string("\\-") : std::string(1, c);
    EXPECT_THAT(man, HasSubstr(escaped));
    EXPECT_THAT(shell_completion("bash"), HasSubstr(name));
    EXPECT_THAT(shell_completion("zsh"), HasSubstr("'*" + name));
    std::string in_fish = name[1] == '-' ? " -l " + name.substr(2) : " -s " + name.substr(1);
    EXPECT_THAT(shell_completion("fish"), HasSubstr(in_fish + " "));
  }
  EXPECT_THAT(shell_completion("tcsh"), IsEmpty());
}

TEST(Documents, ListTheOptionsOfLinks) {
  std::string readme = document("README.md");
  EXPECT_EQ(options_in(section(readme, "Options of wald's own", "\n## ")), options_of(kCmdLinks));
  std::string manual = document("linker/COMMAND_LINE.md");
  EXPECT_EQ(options_in(section(manual, "### wald's own options", "\n### ")), options_of(kCmdLinks));
}

TEST(Documents, NameNoOptionThatDoesNotExist) {
  std::set<std::string> known = options_of(~CommandSet());
  known.insert({"version", "help", "man"});
  std::set<std::string> of_others = {"preset", "build", "its-flag", "x"}; // cmake, examples
  for (const char *file : {"README.md", "linker/COMMAND_LINE.md", "directives/RULES.md"})
    for (const std::string &name : options_in(document(file)))
      EXPECT_TRUE(known.count(name) || of_others.count(name)) << file << ": --" << name;
}

} // namespace
} // namespace wald
