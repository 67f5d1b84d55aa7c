#include "linker/core/content_table.h"
#include "steps.h"

#include "gtest/gtest.h"

namespace wald {
namespace {

struct Entry {
  ContentHash hash;
  uint32_t number;
};

// Inserts `count` hashes, and looks them up again.
template <typename HashOf> void check_table(uint32_t count, HashOf hash_of) {
  ContentTable<Entry> table;
  table.reset(count, count / 4);
  for (bool expects_new : {true, false})
    for (uint32_t i = 0; i < count; i++) {
      bool is_new;
      Entry &entry = table.find_or_insert(hash_of(i), is_new);
      ASSERT_EQ(is_new, expects_new) << i;
      if (is_new)
        entry.number = i;
      ASSERT_EQ(entry.number, i);
    }
}

TEST(ContentTable, FindsWhatWasInserted) {
  check_table(10000, [](uint64_t i) { return ContentHash{i * 0x9e3779b97f4a7c15, i}; });
  check_table(10000, [](uint64_t i) { return ContentHash{i, 7}; });
}

// The hashes are the file's, and there a broken one can have any.
TEST(ContentTable, IsNotSlowWithHashesOfOneSlot) {
  auto steps = [](uint32_t count) {
    return test::steps_of([&] {
      check_table(count, [](uint64_t i) { return ContentHash{0, i}; });
      check_table(count, [](uint64_t i) { return ContentHash{i << 32, 7}; });
      check_table(count, [](uint64_t i) { return ContentHash{0, i << 32 | 7}; });
    });
  };
  EXPECT_IN_PROPORTION(steps(100000 / 8), steps(100000));
}

} // namespace
} // namespace wald
