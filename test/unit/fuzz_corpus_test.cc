// Replays what fuzzing starts from and what it found, with any compiler and sanitizer: it must
// return.
#include "fuzz/targets.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include "gtest/gtest.h"

namespace wald {
namespace {

class FuzzCorpus : public testing::TestWithParam<fuzz::NamedTarget> {};
INSTANTIATE_TEST_SUITE_P(Target, FuzzCorpus, testing::ValuesIn(fuzz::kTargets),
                         [](const auto &test) { return std::string(test.param.name); });

TEST_P(FuzzCorpus, IsReadToItsEnd) {
  std::error_code error;
  unsigned num_files = 0;
  testing::internal::CaptureStderr(); // links have much to say about it
  for (llvm::sys::fs::directory_iterator
           it(std::string(WALD_TESTDATA "/fuzz/") + GetParam().name, error),
       end;
       !error && it != end; it.increment(error)) {
    auto file = llvm::MemoryBuffer::getFile(it->path(), false, false);
    ASSERT_TRUE(bool(file)) << it->path();
    GetParam().run(objfile::to_bytes((*file)->getBuffer()));
    num_files++;
  }
  testing::internal::GetCapturedStderr();
  EXPECT_GT(num_files, 0u);
}

} // namespace
} // namespace wald
