#include "objfile/support/leb128.h"

#include "llvm/Support/LEB128.h"
#include "gtest/gtest.h"

#include <vector>

namespace wald::wasm {
namespace {

std::vector<int64_t> interesting_values() {
  std::vector<int64_t> values = {0, INT64_MAX, INT64_MIN};
  for (unsigned bit = 0; bit < 63; bit++)
    for (int64_t near : {-1, 0, 1})
      for (int64_t sign : {-1, 1})
        values.push_back(sign * ((int64_t(1) << bit) + near));
  return values;
}

TEST(Leb128, WritesMinimalNumbersAsLlvmDoes) {
  for (int64_t value : interesting_values()) {
    uint8_t ours[kMaxLebSize], theirs[kMaxLebSize];
    uint8_t *end = write_sleb(ours, value);
    unsigned size = llvm::encodeSLEB128(value, theirs);
    ASSERT_EQ(std::vector(ours, end), std::vector(theirs, theirs + size)) << value;
    EXPECT_EQ(sleb_size(value), size) << value;
    end = write_uleb(ours, value);
    size = llvm::encodeULEB128(value, theirs);
    ASSERT_EQ(std::vector(ours, end), std::vector(theirs, theirs + size)) << value;
    EXPECT_EQ(uleb_size(value), size) << value;
  }
}

TEST(Leb128, PadsToFiveBytes) {
  for (uint32_t value : {0u, 1u, 127u, 128u, 0x12345678u, UINT32_MAX}) {
    uint8_t bytes[kPaddedLebSize];
    EXPECT_EQ(write_padded_uleb(bytes, value), bytes + kPaddedLebSize);
    EXPECT_EQ(llvm::decodeULEB128(bytes), value);
    for (unsigned i = 0; i + 1 < kPaddedLebSize; i++)
      EXPECT_TRUE(bytes[i] & 0x80);
  }
}

TEST(Leb128, WritesTheSameWhereThereIsRoom) {
  for (int64_t value : interesting_values()) {
    uint8_t tight[kMaxLebSize], roomy[kMaxLebSize + 8];
    ASSERT_EQ(std::vector(roomy, write_sleb_roomy(roomy, value)),
              std::vector(tight, write_sleb(tight, value)))
        << value;
  }
}

} // namespace
} // namespace wald::wasm
