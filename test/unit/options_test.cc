// The command line of the linker: Go's flag syntax, each check of the reference, what is refused.
#include "linker/command_line/options.h"

#include "fake_disk.h"
#include "linker/command_line/link_flags.h"

#include <gtest/gtest.h>

using namespace wald;

namespace {

using Words = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

const LinkEnvironment kWasip1 = {.goroot = "/go", .goos = "wasip1", .goarch = "wasm"};

ParsedCommand parse(const Words &words, const FakeDisk &disk = {},
                    const LinkEnvironment &environment = kWasip1) {
  return parse_link_options(words, environment, disk);
}

// The fact, or the first line of the help, with kind and status.
std::string outcome(const Words &words, const FakeDisk &disk = {},
                    const LinkEnvironment &environment = kWasip1) {
  ParsedCommand command = parse(words, disk, environment);
  constexpr const char *kKinds[] = {"link", "version", "help", "error", "refused"};
  return std::string(kKinds[static_cast<int>(command.kind)]) + " " +
         std::to_string(command.exit_status) + " " + command.problem.fact +
         llvm::StringRef(command.help_text).split('\n').first.str();
}

TEST(LinkOptions, ReadsTheCommandOfTheGoCommand) {
  FakeDisk disk{{"cfg", "packagefile fmt=/f.a\nmodinfo \"m\"\n"}};
  ParsedCommand command =
      parse({"-o", "out", "-importcfg", "cfg", "-s", "-w", "-X=runtime.godebugDefault=a=1",
             "-buildmode=exe", "-buildid=a/b", "-extld=gcc", "main.a"},
            disk);
  ASSERT_EQ(command.kind, CommandKind::kLink) << command.problem.fact;
  const LinkOptions &options = command.options;
  EXPECT_EQ(options.output, "out");
  EXPECT_TRUE(options.have_importcfg);
  EXPECT_EQ(options.package_files, (Pairs{{"fmt", "/f.a"}}));
  EXPECT_EQ(options.string_values,
            (Pairs{{"runtime.modinfo", "m"}, {"runtime.godebugDefault", "a=1"}}));
  EXPECT_TRUE(options.strip_names);
  EXPECT_EQ(options.build_id, "a/b");
  EXPECT_EQ(options.main_archive, "main.a");
  EXPECT_EQ(options.goroot, "/go");
}

TEST(LinkOptions, HasTheDefaultsOfTheReference) {
  LinkOptions options = parse({"m.a"}).options;
  EXPECT_EQ(options.output, "a.out");
  EXPECT_EQ(options.text_start, 0);
  EXPECT_EQ(options.data_rounding, 4096);
  EXPECT_FALSE(options.data_start);
  EXPECT_TRUE(options.check_linkname);
  EXPECT_TRUE(options.prune_weak_map);
  EXPECT_EQ(parse({"-o=", "m.a"}).options.output, "a.out");
  EXPECT_EQ(parse({"-R=-1", "-T=-1", "-D=-1", "m.a"}).options.data_rounding, 4096);
}

TEST(LinkOptions, FollowsTheSyntaxOfGoFlags) {
  EXPECT_EQ(parse({"--o=x", "m.a"}).options.output, "x");
  EXPECT_EQ(parse({"--o", "x", "m.a"}).options.output, "x");
  EXPECT_EQ(parse({"-o", "-s", "m.a"}).options.output, "-s");
  EXPECT_EQ(parse({"-buildid=a=b", "m.a"}).options.build_id, "a=b");
  EXPECT_EQ(parse({"-s", "--", "-m.a"}).options.main_archive, "-m.a");
  EXPECT_EQ(parse({"-"}).options.main_archive, "-");
  EXPECT_TRUE(parse({"-s=T", "m.a"}).options.strip_names);
  EXPECT_FALSE(parse({"-s", "-s=FALSE", "m.a"}).options.strip_names);
  EXPECT_EQ(parse({"-T", "0x1_0000", "m.a"}).options.text_start, 0x10000);
  EXPECT_EQ(parse({"-v", "-v", "m.a"}).options.verbosity, 2);
  EXPECT_EQ(parse({"-v=7", "-v", "m.a"}).options.verbosity, 8);
  // Booleans never take the next word.
  EXPECT_EQ(outcome({"-s", "true", "m.a"}), "error 2 more than one main archive: true m.a");
  EXPECT_EQ(outcome({"m.a", "-s"}), "error 2 more than one main archive: m.a -s");
}

TEST(LinkOptions, ReportsMistakesWithTheStatusOfTheReference) {
  const std::pair<Words, const char *> kCases[] = {
      {{}, "error 2 no main archive given"},
      {{"-nope", "m.a"}, "refused 2 unknown flag -nope"},
      {{"-8", "m.a"}, "refused 2 unknown flag -8"},
      {{"---s", "m.a"}, "error 2 bad flag syntax: ---s"},
      {{"-=1", "m.a"}, "error 2 bad flag syntax: -=1"},
      {{"-o"}, "error 2 flag -o needs an argument"},
      {{"-s=maybe", "m.a"}, "error 2 invalid boolean value \"maybe\" for -s"},
      {{"-T=x", "m.a"}, "error 2 invalid value \"x\" for flag -T: not a number"},
      {{"-T=0x8000000000000000", "m.a"},
       "error 2 invalid value \"0x8000000000000000\" for flag -T: out of range"},
      {{"-v=x", "m.a"}, "error 2 invalid count \"x\" for -v"},
      {{"-X", "nodot=1", "m.a"}, "error 2 -X \"nodot=1\" is not of the form importpath.name=value"},
      {{"-X", "a.b", "m.a"}, "error 2 -X \"a.b\" is not of the form importpath.name=value"},
      {{"-X", "a=b.c", "m.a"}, "error 2 -X \"a=b.c\" is not of the form importpath.name=value"},
      {{"-buildmode=pie", "m.a"},
       "error 2 invalid value \"pie\" for flag -buildmode: not supported on wasip1/wasm"},
      {{"-buildmode=xx", "m.a"},
       "error 2 invalid value \"xx\" for flag -buildmode: unknown build mode"},
      {{"-linkmode=x", "m.a"}, "error 2 invalid value \"x\" for flag -linkmode: unknown link mode"},
      {{"-extld='gcc", "m.a"},
       "error 2 invalid value \"'gcc\" for flag -extld: unterminated ' string"},
      {{"-H=foo", "m.a"}, "error 2 invalid -H \"foo\""},
      {{"-aslr=0", "m.a"}, "error 2 -aslr=false is only allowed with -buildmode=c-shared"},
      {{"-R=5000", "m.a"}, "error 2 invalid -R value 5000: want a power of two from 4096 on"},
      {{"-R=2048", "m.a"}, "error 2 invalid -R value 2048: want a power of two from 4096 on"},
      {{"-D=0x1001", "m.a"}, "error 2 invalid -D value 4097: not a multiple of the rounding 4096"},
      {{"-funcalign=3", "m.a"}, "error 2 invalid -funcalign value 3: want a power of two"},
      {{"-strictdups=3", "m.a"}, "error 1 invalid -strictdups value 3: want 0, 1 or 2"},
      {{"-benchmark=x", "m.a"}, "error 2 unknown -benchmark \"x\": want mem or cpu"},
      {{"-B", "1f", "m.a"}, "error 2 -B 1f must start with 0x"},
      {{"-B", "0x1", "m.a"}, "error 2 -B 0x1 must have an even number of digits"},
      {{"-B", "0xzz", "m.a"}, "error 2 -B 0xzz is not hexadecimal"},
      {{"-B", "gobuildid", "m.a"}, "error 2 -B gobuildid needs a Go build id: give -buildid"},
      {{"-macos=1.x", "m.a"}, "error 2 invalid value \"1.x\" for flag -macos: not a version"},
      {{"-importcfg", "gone", "m.a"},
       "error 1 cannot open import configuration gone: No such file or directory"},
      {{"-importcfg", "bad", "m.a"}, "error 1 bad:1: unknown directive \"x\""},
      {{"-help"}, "help 2 usage: wald link [flags] main.a"},
      {{"m.a", "-crash_for_testing"}, "error 2 "},
  };
  for (const auto &[words, expected] : kCases)
    EXPECT_EQ(outcome(words, {{"bad", "x y"}}), expected);
}

TEST(LinkOptions, ReportsTheFirstMistake) {
  EXPECT_EQ(outcome({"-importcfg", "gone", "-nope"}),
            "error 1 cannot open import configuration gone: No such file or directory");
  EXPECT_EQ(outcome({"-randlayout=1", "-R=1", "m.a"}).substr(0, 16), "error 2 invalid ");
}

TEST(LinkOptions, RefusesWhatWaldLeavesOut) {
  for (const char *flag :
       {"-randlayout=1", "-benchmark=cpu", "-benchmarkprofile=x", "-cpuprofile=x", "-memprofile=x",
        "-linkmode=external", "-msan", "-asan", "-linkshared", "-g", "-h", "-c", "-debugnosplit",
        "-H=windows", "-T=-4096", "-buildid=\xc3\xa9"}) {
    ParsedCommand command = parse({flag, "m.a"});
    EXPECT_EQ(command.kind, CommandKind::kRefused) << flag;
    EXPECT_EQ(command.exit_status, 2) << flag;
    EXPECT_NE(command.problem.fact.find("is not supported by wald"), std::string::npos) << flag;
    EXPECT_EQ(command.problem.notes.size(), 1u) << flag;
  }
}

TEST(LinkOptions, AcceptsTheDefaultsOfRefusedFlags) {
  EXPECT_EQ(outcome({"-randlayout=0", "-benchmark=", "-cpuprofile", "", "-linkmode=internal",
                     "-msan=0", "-linkshared=false", "-h=F", "-k=x", "-H=js", "-H=plan9", "m.a"}),
            "link 0 ");
}

TEST(LinkOptions, RefusesForeignEnvironments) {
  auto with = [](LinkEnvironment environment) { return outcome({"m.a"}, {}, environment); };
  EXPECT_EQ(with({.goarch = "amd64"}), "refused 2 GOARCH=amd64 is not supported by wald");
  EXPECT_EQ(with({.goos = "linux"}), "refused 2 GOOS=linux is not supported by wald");
  EXPECT_EQ(with({.goexperiment = "jsonv2,fieldtrack"}),
            "refused 2 GOEXPERIMENT=fieldtrack is not supported by wald");
  EXPECT_EQ(with({.go_extlink_enabled = "1"}),
            "refused 2 GO_EXTLINK_ENABLED=1 is not supported by wald");
  EXPECT_EQ(with({.goexperiment = "nofieldtrack", .go_extlink_enabled = "0"}), "link 0 ");
  EXPECT_EQ(with({}), "link 0 ");
}

TEST(LinkOptions, AllowsCSharedOnWasip1Only) {
  LinkEnvironment js = {.goos = "js", .goarch = "wasm"};
  EXPECT_EQ(parse({"-buildmode=c-shared", "m.a"}).options.build_mode, BuildMode::kCShared);
  EXPECT_EQ(outcome({"-buildmode=c-shared", "m.a"}, {}, js),
            "error 2 invalid value \"c-shared\" for flag -buildmode: not supported on js/wasm");
  EXPECT_EQ(outcome({"-buildmode=c-shared", "-aslr=0", "m.a"}), "link 0 ");
}

TEST(LinkOptions, KeepsThePlaceOfARepeatedStringValue) {
  FakeDisk disk{{"cfg", "modinfo \"fromcfg\"\n"}};
  EXPECT_EQ(parse({"-X", "a.b=1", "-X=c.d/e.f.g=x=y", "-X", "a.b=2", "m.a"}).options.string_values,
            (Pairs{{"a.b", "2"}, {"c.d/e%2ef.g", "x=y"}}));
  EXPECT_EQ(parse({"-X=runtime.modinfo=x", "-X=a.b=", "-importcfg=cfg", "m.a"}, disk)
                .options.string_values,
            (Pairs{{"runtime.modinfo", "fromcfg"}, {"a.b", ""}}));
  EXPECT_EQ(parse({"-importcfg=cfg", "-X=runtime.modinfo=x", "m.a"}, disk).options.string_values,
            (Pairs{{"runtime.modinfo", "x"}}));
}

TEST(LinkOptions, TakesPackagesFromTheLastImportConfigOnly) {
  FakeDisk disk{{"one", "packagefile a=1.a\n"}, {"two", "packagefile b=2.a\n"}};
  LinkOptions options = parse({"-importcfg=one", "-importcfg=two", "m.a"}, disk).options;
  EXPECT_EQ(options.package_files, (Pairs{{"b", "2.a"}}));
  EXPECT_EQ(options.importcfg, "two");
}

TEST(LinkOptions, AnswersVersionWhereItStands) {
  EXPECT_EQ(parse({"-s", "-V=full", "-nope"}).version_mode, "full");
  EXPECT_EQ(parse({"-V"}).version_mode, "true");
  EXPECT_EQ(outcome({"-V=full"}), "version 0 ");
  EXPECT_EQ(outcome({"-nope", "-V=full"}), "refused 2 unknown flag -nope");
}

TEST(LinkOptions, ChecksFlagsAgainstTheGoVersion) {
  LinkOptions options = parse({"-e", "-funcalign=16", "m.a"}).options;
  EXPECT_TRUE(options.no_error_limit);
  EXPECT_FALSE(check_flags_of_version(options, 25));
  EXPECT_EQ(check_flags_of_version(options, 24)->fact.substr(0, 15), "unknown flag -e");
  EXPECT_TRUE(check_flags_of_version(parse({"-D=8192", "m.a"}).options, 25));
  EXPECT_FALSE(check_flags_of_version(parse({"-D=8192", "m.a"}).options, 26));
  EXPECT_TRUE(check_flags_of_version(parse({"-macos=13.0", "m.a"}).options, 26));
  EXPECT_FALSE(check_flags_of_version(parse({"-macsdk=13", "m.a"}).options, 27));
}

TEST(LinkOptions, ReadsResponseFilesByTheVersionOfTheArchive) {
  const std::string text = "-X\nmain.a=b\\\\c d\nmain.a\n";
  FakeDisk old_go{{"rsp", text}, {"main.a", "go object wasip1 wasm go1.26.1\n"}};
  EXPECT_EQ(parse({"@rsp"}, old_go).options.string_values, (Pairs{{"main.a", "b\\c d"}}));
  FakeDisk new_go{{"rsp", "\"-X\"\n\"main.a=b\\\\c d\"\nmain.a\n"},
                  {"main.a", "go object wasip1 wasm go1.27.4\n"}};
  EXPECT_EQ(parse({"@rsp"}, new_go).options.string_values, (Pairs{{"main.a", "b\\c d"}}));
  FakeDisk mixed{{"rsp", "-X main.a=\\$\nmain.a\n"},
                 {"main.a", "go object wasip1 wasm go1.26.1\n"}};
  EXPECT_EQ(outcome({"@rsp"}, mixed), "error 2 rsp: invalid escape \"\\\\$\" in a response file");
  EXPECT_EQ(outcome({"@gone"}),
            "error 1 cannot open response file gone: No such file or directory");
}

TEST(LinkOptions, TakesWaldsOwnOptionsWithTwoDashesOnly) {
  LinkOptions options =
      parse({"--threads=3", "--stats", "--validate", "--time-trace=t.json", "m.a"}).options;
  EXPECT_EQ(options.threads, 3u);
  EXPECT_TRUE(options.stats);
  EXPECT_TRUE(options.validate);
  EXPECT_EQ(options.time_trace, "t.json");
  EXPECT_FALSE(options.optimized.code);
  EXPECT_FALSE(options.optimized.any());
  auto parts = [](std::vector<std::string> words) {
    words.push_back("m.a");
    OptimizedParts optimized = parse(words).options.optimized;
    return std::string(optimized.code ? "code " : "") + (optimized.tables ? "tables " : "") +
           (optimized.fold ? "fold " : "");
  };
  EXPECT_EQ(parts({"--optimize"}), "code tables fold ");
  EXPECT_EQ(parts({"--optimize=fold"}), "fold ");
  EXPECT_EQ(parts({"--optimize=code"}), "code ");
  EXPECT_EQ(parts({"--optimize=tables"}), "tables ");
  EXPECT_EQ(parts({"--optimize=tables,code"}), "code tables ");
  EXPECT_EQ(parts({"--optimize=tables", "--optimize=code"}), "code tables ");
  EXPECT_EQ(outcome({"--optimize=all", "m.a"}),
            "error 2 unknown --optimize=all: want code, tables or fold");
  EXPECT_FALSE(options.stripped.any());
  auto stripped = [](std::vector<std::string> words) {
    words.push_back("m.a");
    StrippedParts chosen = parse(words).options.stripped;
    return std::string(chosen.lines ? "lines " : "") + (chosen.names ? "names " : "") +
           (chosen.producers ? "producers" : "");
  };
  EXPECT_EQ(stripped({"--strip=lines"}), "lines ");
  EXPECT_EQ(stripped({"--strip=names,producers"}), "names producers");
  EXPECT_EQ(stripped({"--strip=names", "--strip=lines"}), "lines names ");
  EXPECT_EQ(outcome({"--strip=line", "m.a"}),
            "error 2 unknown --strip=line: want lines, names or producers");
  EXPECT_EQ(outcome({"--strip", "m.a"}),
            "error 2 --strip needs a value: --strip=lines|names|producers");
  EXPECT_EQ(outcome({"-optimize", "m.a"}), "refused 2 unknown flag -optimize");
  EXPECT_EQ(outcome({"-stats", "m.a"}), "refused 2 unknown flag -stats");
  EXPECT_EQ(outcome({"--threads=x", "m.a"}),
            "error 2 invalid --threads=x: want --threads=N with N from 0 (all) to 1024");
  EXPECT_EQ(outcome({"--time-trace", "m.a"}),
            "error 2 --time-trace needs a file: --time-trace=FILE");
}

TEST(LinkOptions, TellsWhereTheFlagsEnd) {
  EXPECT_EQ(parse({"-o", "--", "m.a"}).flag_words, 2u);
  EXPECT_EQ(parse({"-s", "--", "m.a"}).flag_words, 1u);
  EXPECT_EQ(parse({"m.a"}).flag_words, 0u);
  FakeDisk disk{{"rsp", "-s\nm.a\n"}};
  ParsedCommand command = parse({"-w", "@rsp"}, disk);
  EXPECT_EQ(command.words, (Words{"-w", "-s", "m.a"}));
  EXPECT_EQ(command.flag_words, 2u);
}

TEST(LinkFlags, AreSortedForTheLookUp) {
  for (size_t i = 1; i < link_flags().size(); ++i)
    EXPECT_LT(link_flags()[i - 1].name, link_flags()[i].name);
}

TEST(LinkFlags, ReadGoIntegers) {
  auto value = [](llvm::StringRef text) {
    int64_t number = 0;
    return parse_go_int(text, number) == IntError::kNone ? std::to_string(number) : "bad";
  };
  const std::pair<const char *, const char *> kCases[] = {
      {"0", "0"},
      {"-0x10", "-16"},
      {"+7", "7"},
      {"0b101", "5"},
      {"0o17", "15"},
      {"017", "15"},
      {"1_000", "1000"},
      {"0_7", "7"},
      {"0x_f", "15"},
      {"0XF", "15"},
      {"", "bad"},
      {"-", "bad"},
      {"08", "bad"},
      {"_1", "bad"},
      {"1_", "bad"},
      {"1__0", "bad"},
      {"0x", "bad"},
      {"1e3", "bad"},
      {" 1", "bad"},
      {"--1", "bad"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "bad"},
  };
  for (const auto &[text, expected] : kCases)
    EXPECT_EQ(value(text), expected) << text;
}

} // namespace
