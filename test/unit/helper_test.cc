// The helper thread, and that it does not show in modules.
#include "fake_program.h"
#include "linker/core/helper.h"

#include "gtest/gtest.h"

#include <chrono>

namespace wald {
namespace {

TEST(Helper, RunsAtOnceWithoutAThread) {
  Helper helper;
  std::thread::id ran_on;
  helper.start("task", [&] { ran_on = std::this_thread::get_id(); });
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  helper.wait();
  helper.stop();
}

TEST(Helper, RunsOneTaskAfterTheOther) {
  Helper helper;
  helper.create_thread();
  EXPECT_TRUE(helper.has_thread());
  std::vector<int> order;
  std::thread::id ran_on;
  for (int i = 0; i < 100; i++)
    helper.start("task", [&, i] {
      order.push_back(i);
      ran_on = std::this_thread::get_id();
    });
  helper.wait();
  EXPECT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_NE(ran_on, std::this_thread::get_id());
  helper.stop();
  EXPECT_FALSE(helper.has_thread());
}

TEST(Helper, WakesUpFromSleep) {
  Helper helper;
  helper.create_thread();
  bool has_run = false;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  helper.start("task", [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    has_run = true;
  });
  helper.wait();
  EXPECT_TRUE(has_run);
  helper.stop();
}

// Definitions by content: one kind twice in an object and in another one, the longer one last.
constexpr llvm::StringLiteral kMainWithContents = R"(
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' }, { path: other, fingerprint: '4f54' } ]
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 0041000b
    relocs: [ { type: R_ADDR, offset: 3, to: text } ]
    aux: [ { kind: funcinfo, to: main.main.info } ]
  - { name: main.main.info, kind: rodata, data: FUNCINFO }
  - { name: text, group: hashed, kind: rodata, flags: [ dupok ], size: 12,
      data: 616263646566676869, hash: 000102030405060708090a0b0c0d0e0f }
  - { name: main.twin, group: hashed, kind: rodata, flags: [ dupok ], size: 12,
      data: 616263646566676869, hash: 000102030405060708090a0b0c0d0e0f }
)";
constexpr llvm::StringLiteral kOther = R"(
fingerprint: '4f54'
symbols:
  - { name: text, group: hashed, kind: rodata, flags: [ dupok ], size: 40,
      data: 616263646566676869, hash: 000102030405060708090a0b0c0d0e0f }
)";

class Threads : public testing::TestWithParam<int> {};

TEST_P(Threads, DoNotShowInModules) {
  test::FakeProgram program(GetParam());
  program.set_package("main", kMainWithContents);
  program.set_package("other", kOther);
  program.options.threads = 1;
  ASSERT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  std::string alone = program.output();
  EXPECT_NE(alone.find("abcdefghi"), std::string::npos);
  for (unsigned threads : {2, 8}) {
    program.options.threads = threads;
    ASSERT_EQ(program.link(), LinkStatus::kOk);
    EXPECT_EQ(program.output(), alone) << threads << " threads";
  }
}

// Each package's file is opened once, by whichever thread comes first; here it is asked for twice.
TEST_P(Threads, MayFindTwoPackagesInOneFile) {
  test::FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
autolibs: [ { path: runtime, fingerprint: '5255' }, { path: one }, { path: two } ]
symbols:
  - { name: main.main, kind: text, data: 000b }
)");
  program.set_package("one", "\nsymbols:\n  - { name: one.f, kind: text, data: 000b }\n");
  program.set_same_file("two", "one");
  for (unsigned threads : {1, 2}) {
    program.options.threads = threads;
    EXPECT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  }
}

// Hashes leave out trailing zeros, so equal definitions may have different sizes.
TEST_P(Threads, FindTheLargestOfEqualDefinitions) {
  test::FakeProgram program(GetParam());
  program.set_package("main", kMainWithContents);
  program.set_package("other", kOther);
  ASSERT_EQ(program.link(), LinkStatus::kOk);
  std::string large_last = program.output();
  auto swap_sizes = [](std::string text, const char *from, const char *to) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;)
      text.replace(at, strlen(from), to);
    return text;
  };
  program.set_package("main", swap_sizes(kMainWithContents.str(), "size: 12", "size: 40"));
  program.set_package("other", swap_sizes(kOther.str(), "size: 40", "size: 12"));
  ASSERT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_EQ(program.output(), large_last);
  program.set_package("main", kMainWithContents);
  ASSERT_EQ(program.link(), LinkStatus::kOk);
  EXPECT_TRUE(program.output() != large_last);
}

INSTANTIATE_TEST_SUITE_P(AllVersions, Threads, testing::Values(24, 25, 26, 27));

} // namespace
} // namespace wald
