#include "linker/core/go_sort.h"

#include "gtest/gtest.h"

#include <utility>
#include <vector>

namespace wald {
namespace {

struct Element {
  uint32_t key, id;
};

// The same inputs are made by a Go program that sorts them with sort.Slice; the hashes below are of
// the order of ids that it printed (Go 1.24 and 1.26 agree).
std::vector<Element> make_input(uint32_t count, uint32_t modulus, uint32_t shape) {
  std::vector<Element> elements;
  uint32_t x = 12345;
  for (uint32_t i = 0; i < count; i++) {
    x = x * 1664525 + 1013904223;
    uint32_t key = (x >> 8) % modulus;
    switch (shape) {
    case 1:
      key = i;
      break;
    case 2:
      key = (count - i) / modulus;
      break;
    case 3:
      key = i % modulus;
      break;
    case 4:
      key = count - i;
      break;
    case 5:
      key = i < count / 2 ? i : count - i;
      break;
    }
    elements.push_back({key, i});
  }
  return elements;
}

uint64_t hash_of_sorted(std::vector<Element> elements) {
  GoSort([&](int64_t i, int64_t j) { return elements[i].key < elements[j].key; },
         [&](int64_t i, int64_t j) { std::swap(elements[i], elements[j]); })
      .sort(elements.size());
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < elements.size(); i++) {
    if (i) {
      EXPECT_LE(elements[i - 1].key, elements[i].key);
    }
    hash = (hash ^ elements[i].id) * 1099511628211u;
  }
  return hash;
}

struct Case {
  uint32_t count, modulus, shape;
  uint64_t hash;
};

constexpr Case kCases[] = {
    {5, 3, 0, 0x3378e3d0c52edfaf},       {12, 4, 0, 0xe0ebff87ead25755},
    {13, 4, 0, 0xecfa95fcfa5487e5},      {50, 5, 0, 0x671ac11d96dd4d74},
    {100, 7, 0, 0x8a86d62fb13ae975},     {1000, 10, 0, 0xa281d1bf3491df2b},
    {1000, 1000, 1, 0x988cc5afd8cb65dd}, {5000, 50, 0, 0x1ca3d68a66f6658b},
    {20000, 200, 2, 0xa47f0f457b097127}, {3000, 3, 3, 0x877e9b1d00a5bc8b},
    {777, 777, 4, 0x76d79592a81e4aef},   {4096, 64, 5, 0x642b7d84a49a7e7d},
};

TEST(GoSort, LeavesEqualElementsInTheOrderOfTheGoLibrary) {
  for (const Case &c : kCases)
    EXPECT_EQ(hash_of_sorted(make_input(c.count, c.modulus, c.shape)), c.hash)
        << c.count << " elements, modulus " << c.modulus << ", shape " << c.shape;
}

TEST(GoSort, LeavesNothingToDoForNoneOrOne) {
  int calls = 0;
  for (int64_t count : {0, 1})
    GoSort([&](int64_t, int64_t) { return calls++, false; }, [&](int64_t, int64_t) { calls++; })
        .sort(count);
  EXPECT_EQ(calls, 0);
}

TEST(GoSort, SortsRanksLikeWhatTheyStandFor) {
  for (const Case &c : kCases) {
    std::vector<uint32_t> ranks;
    for (const Element &element : make_input(c.count, c.modulus, c.shape))
      ranks.push_back(element.key);
    uint64_t hash = 14695981039346656037u;
    for (uint32_t position : go_sort_by_rank(ranks))
      hash = (hash ^ position) * 1099511628211u;
    EXPECT_EQ(hash, c.hash) << c.count << " elements, modulus " << c.modulus << ", shape "
                            << c.shape;
  }
}

TEST(GoSort, RanksStringsByTheirBytes) {
  EXPECT_EQ(rank_strings({"b", "", "ab", "b", "*prefixed 1", "*prefixed 2", "*prefix", "\xff"}),
            (std::vector<uint32_t>{5, 0, 4, 5, 2, 3, 1, 6}));
  EXPECT_EQ(rank_strings({}), std::vector<uint32_t>());
}

TEST(RankStrings, GivesEqualTextsOneRank) {
  std::string a = "same text", b = a, c = "same text and more";
  EXPECT_EQ(rank_strings({c, a, "other", b, a, llvm::StringRef(c).take_front(9)}),
            (std::vector<uint32_t>{2, 1, 0, 1, 1, 1}));
}

} // namespace
} // namespace wald
