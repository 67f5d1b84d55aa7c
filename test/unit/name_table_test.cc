#include "linker/core/name_table.h"

#include "gtest/gtest.h"

namespace wald {
namespace {

// Inserts the names, and looks them up again.
void check_table(const std::vector<std::string> &names) {
  auto table = std::make_unique<NameTable>(names.size(), names.size() / 4);
  for (int round = 0; round < 2; round++)
    for (uint32_t i = 0; i < names.size(); i++)
      ASSERT_EQ(table->insert(names[i]), i) << names[i];
  for (uint32_t i = 0; i < names.size(); i++) {
    NameTable::Entry *entry = table->find(names[i]);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry, &table->entry(i));
    EXPECT_EQ(entry->name(), names[i]);
  }
  EXPECT_FALSE(table->find("another"));
}

TEST(NameTable, FindsWhatWasInserted) {
  std::vector<std::string> names;
  for (int i = 0; i < 10000; i++)
    names.push_back("main.f" + std::to_string(i));
  check_table(names);
}

// Names whose hashes end alike. After some of them the table takes another hash.
TEST(NameTable, FindsNamesChosenForTheirHashes) {
  std::vector<std::string> names;
  for (uint64_t i = 0; names.size() < 5000; i++)
    if (std::string name = std::to_string(i); llvm::xxh3_64bits(name) % 1024 == 0)
      names.push_back(name);
  check_table(names);
}

} // namespace
} // namespace wald
