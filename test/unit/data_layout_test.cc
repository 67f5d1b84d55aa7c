// Where data lies, seen in the code that refers to it.
#include "fake_program.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald {
namespace {

using test::FakeProgram;
using testing::HasSubstr;

class DataLayout : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Go1, DataLayout,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

// Only assembly can define these. The linker's own runtime.tlsg has 8 bytes, too.
TEST_P(DataLayout, CountsThreadLocalVariablesFromZero) {
  FakeProgram program(GetParam());
  program.set_package("main", R"(
main: true
symbols:
  - name: main.main
    kind: text
    data: 0041410b
    relocs: [ { type: R_ADDR, offset: 2, to: main.large }, { type: R_ADDR, offset: 3, to: main.small } ]
  - { name: main.large, kind: tlsbss, size: 100 }
  - { name: main.small, kind: tlsbss, size: 8 }
)");
  ASSERT_EQ(program.link(), LinkStatus::kOk) << program.messages;
  EXPECT_THAT(program.output(), HasSubstr(std::string("\x06\0\x41\x20\x41\0\x0b", 7)));
}

} // namespace
} // namespace wald
