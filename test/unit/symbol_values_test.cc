#include "linker/core/symbol_values.h"

#include "gtest/gtest.h"

#include <type_traits>

namespace wald {
namespace {

// Kinds of numbers do not turn into each other.
static_assert(!std::is_convertible_v<EntryPc, Address>);
static_assert(!std::is_convertible_v<Address, uint64_t>);
static_assert(!std::is_convertible_v<FuncIndex, uint32_t>);
// Nobody but the writer has a key.
static_assert(!std::is_default_constructible_v<Key<TextOrder>>);
static_assert(!std::is_aggregate_v<Key<DataLayout>>);

TEST(ValueTable, KeepsValuesOfAnySize) {
  constexpr uint64_t kValues[] = {0,           1,           UINT32_MAX - 1, UINT32_MAX,
                                  0x100000000, 0x123450000, UINT64_MAX};
  ValueTable table;
  table.reset(20);
  for (uint64_t first : kValues)
    for (uint64_t second : kValues) {
      table.set(7, first);
      EXPECT_EQ(table[7], first);
      table.set(7, second);
      EXPECT_EQ(table[7], second);
      EXPECT_EQ(table[8], 0u);
    }
}

} // namespace
} // namespace wald
