// Programs that make bytes of bytes, and what is said of those that do not.
#include "objfile/system/limited_process.h"

#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

namespace wald {
namespace {

FilterRun shell(const std::string &script, const ProcessLimits &limits = {}) {
  return run_filter({"/bin/sh", "-c", script}, {}, limits);
}

std::string output_of(const FilterRun &run) {
  return {run.output.begin(), run.output.end()};
}

TEST(RunFilter, GivesBytesAndGetsThem) {
  std::vector<uint8_t> input(3'000'000);
  for (size_t i = 0; i < input.size(); i++)
    input[i] = uint8_t(i * 7 + i / 251);
  FilterRun run = run_filter({"/bin/cat"}, input, {});
  EXPECT_EQ(run.failure, "");
  EXPECT_TRUE(run.output == input);
  run = shell("cat; echo much >&2");
  EXPECT_EQ(run.failure, "");
  EXPECT_TRUE(run.output.empty());
}

TEST(RunFilter, SaysHowItEnded) {
  EXPECT_EQ(shell("echo; echo why >&2; echo more >&2; exit 3").failure, "exit status 3: why");
  EXPECT_EQ(shell("exit 4").failure, "exit status 4");
  EXPECT_EQ(shell("kill -SEGV $$").failure, "signal 11");
  EXPECT_EQ(run_filter({"/does/not/exist"}, {}, {}).failure,
            "exit status 127: No such file or directory");
}

TEST(RunFilter, SetsLimits) {
  const ProcessLimits limits = {.cpu_seconds = 77, .data_mib = 64};
  EXPECT_EQ(output_of(shell("ulimit -S -t; ulimit -H -t; ulimit -d; ulimit -c", limits)),
            "77\n78\n65536\n0\n");
  EXPECT_EQ(shell("kill -XCPU $$", limits).failure,
            "it took more than 77 s of processor time, the limit");
  EXPECT_EQ(shell("kill -KILL $$", limits).failure,
            "it did nothing for 10 times 77 s of processor time, the limit");
  EXPECT_EQ(shell("kill -SEGV $$", limits).failure, "signal 11, with a limit of 64 MiB");
  EXPECT_EQ(shell("kill -XCPU $$").failure, "signal 24");
}

// One that waits for nothing takes no processor time.
TEST(RunFilter, EndsWhatDoesNotEnd) {
  EXPECT_EQ(shell("exec sleep 1000", {.cpu_seconds = 1}).failure,
            "it did nothing for 10 times 1 s of processor time, the limit");
}

} // namespace
} // namespace wald
