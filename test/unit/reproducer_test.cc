// --reproduce: what is in the archive. That it links again to the same bytes is shown by
// test/cmd/reproduce_test.sh.
#include "fake_program.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "llvm/Support/MemoryBuffer.h"

namespace wald::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string bytes_of(const std::string &file) {
  auto text = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return text ? (*text)->getBuffer().str() : "";
}

// Name -> contents; of names that need no extended header.
std::map<std::string, std::string> unpacked(const std::string &tar) {
  std::map<std::string, std::string> files;
  constexpr size_t kBlock = 512;
  for (size_t at = 0; at + kBlock <= tar.size() && tar[at];) {
    llvm::StringRef header = llvm::StringRef(tar).substr(at, kBlock);
    uint64_t size = 0;
    EXPECT_FALSE(header.substr(124, 11).getAsInteger(8, size));
    auto is_zero = [](char c) { return c == '\0' || c == '0' || c == ' '; };
    EXPECT_TRUE(llvm::all_of(header.substr(108, 16), is_zero)) << "owners";
    EXPECT_TRUE(llvm::all_of(header.substr(136, 12), is_zero)) << "time";
    std::string name = header.take_front(100).split('\0').first.str();
    std::string prefix = header.substr(345, 155).split('\0').first.str();
    files[prefix.empty() ? name : prefix + "/" + name] = tar.substr(at + kBlock, size);
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  return files;
}

class Reproducer : public testing::TestWithParam<int> {
protected:
  Reproducer() : program(GetParam()) {
    program.options.reports.reproduce = program.path("again.tar");
    std::ofstream(program.path("importcfg"))
        << "# text\npackagefile runtime=" << program.path("runtime.a") << "\nmodinfo \"m\"\n";
    program.options.goroot = "/go root";
    program.options.given_flags = {
        {"-importcfg", program.path("importcfg"), GivenFlag::Kind::kImportConfig},
        {"-s", std::nullopt},
        {"-X", "main.a=b c\\d"},
        {"--map", program.path("out/map"), GivenFlag::Kind::kOutput},
        {"--reproduce", program.path("again.tar"), GivenFlag::Kind::kOutput},
        {"-o", program.options.output, GivenFlag::Kind::kOutput}};
  }
  std::string relative(const std::string &name) const { return program.path(name).substr(1); }
  std::string archive() const { return bytes_of(program.path("again.tar")); }

  FakeProgram program;
};
INSTANTIATE_TEST_SUITE_P(GoVersions, Reproducer, testing::Values(24, 27));

TEST_P(Reproducer, HasAllThatWasReadUnderRelativeNames) {
  ASSERT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  std::map<std::string, std::string> files = unpacked(archive());
  EXPECT_EQ(files["again/" + relative("main.a")], program.file("main"));
  EXPECT_EQ(files["again/" + relative("runtime.a")], program.file("runtime"));
  EXPECT_THAT(files["again/version.txt"], HasSubstr("wald " WALD_VERSION "\n"));
  EXPECT_EQ(files["again/importcfg"],
            "# text\npackagefile runtime=" + relative("runtime.a") + "\nmodinfo \"m\"\n");
  EXPECT_EQ(files.size(), 5u);
}

TEST_P(Reproducer, SaysTheCommandLineInTheGoVersionsEncoding) {
  ASSERT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  auto encoding = GetParam() < 27 ? ResponseEncoding::kLines : ResponseEncoding::kQuoted;
  auto words = split_response_file(unpacked(archive())["again/response.txt"], encoding);
  ASSERT_TRUE(bool(words));
  EXPECT_THAT(*words, ElementsAre("--link-env=GOROOT=/go root", "--link-env=GOOS=wasip1",
                                  "--link-env=GOARCH=", "--link-env=GOEXPERIMENT=",
                                  "-importcfg=importcfg", "-s", "-X=main.a=b c\\d", "--map=map",
                                  "-o=program.wasm", relative("main.a")));
}

TEST_P(Reproducer, IsTheSameEachTime) {
  ASSERT_EQ(program.link(), LinkStatus::kOk);
  std::string first = archive();
  ASSERT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(archive(), first);
  EXPECT_FALSE(first.empty());
}

TEST_P(Reproducer, IsWrittenOfALinkThatFails) {
  program.forget_package("runtime");
  ASSERT_EQ(program.link(), LinkStatus::kError);
  std::map<std::string, std::string> files = unpacked(archive());
  EXPECT_EQ(files["again/" + relative("main.a")], program.file("main"));
  EXPECT_FALSE(files.count("again/" + relative("runtime.a")));
}

TEST_P(Reproducer, IsNoneOfALinkThatIsNotWalds) {
  std::string main = program.file("main"), version = program.version();
  main.replace(main.find(version), version.size(), "go1.99.1");
  program.set_file("main", main);
  EXPECT_EQ(program.link(), LinkStatus::kHandOver);
  EXPECT_EQ(archive(), "");
}

TEST_P(Reproducer, ThatCannotBeWrittenIsAnError) {
  program.options.reports.reproduce = program.path("none/again.tar");
  EXPECT_EQ(program.link_in_vain(), LinkStatus::kError);
  EXPECT_EQ(program.messages,
            "wald: error: cannot write none/again.tar: No such file or directory\n");
  program.options.reports.reproduce = program.path("again.tar");
  unlink(program.path("importcfg").c_str());
  EXPECT_EQ(program.link(), LinkStatus::kError);
  EXPECT_THAT(program.messages, HasSubstr("cannot open import configuration importcfg: "));
}

// -- --map of links that fail

TEST(FailedMap, HasWhatWasKnown) {
  FakeProgram program(27);
  program.options.reports.map = program.path("map");
  ASSERT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  EXPECT_THAT(bytes_of(program.path("map")), Not(HasSubstr("the link failed")));

  program.options.output = program.path("none/program.wasm"); // which is found when it is written
  ASSERT_EQ(program.link(), LinkStatus::kError);
  std::string map = bytes_of(program.path("map"));
  EXPECT_THAT(map,
              HasSubstr("       -        -        - <the link failed: there is no module yet>"));
  EXPECT_THAT(map, HasSubstr(" main:(main.main)\n"));
  EXPECT_THAT(map, Not(HasSubstr("<the link failed: there are no addresses")));

  program.forget_package("runtime");
  ASSERT_EQ(program.link(), LinkStatus::kError);
  EXPECT_EQ(bytes_of(program.path("map")),
            "    Addr      Off     Size Out     In      Symbol\n"
            "       -        -        - <the link failed: no symbols are known>\n");
}

} // namespace
} // namespace wald::test
