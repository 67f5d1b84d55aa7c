// The sort of Go's standard library (sort.Slice, slices.SortFunc), step for step: it is not stable,
// and where elements compare equal the order that it leaves them in is part of the output.
//
// A pattern-defeating quicksort: insertion sort for short ranges, heap sort when pivots keep being
// bad, and shortcuts for ranges that look sorted, reversed or full of equal elements.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <bit>
#include <cstdint>
#include <vector>

namespace wald {

// less(i, j) compares the elements at two positions, swap(i, j) exchanges them.
template <typename Less, typename Swap> class GoSort {
public:
  GoSort(Less less, Swap swap) : less_(less), swap_(swap) {}

  void sort(int64_t count) { sort_range(0, count, std::bit_width(uint64_t(count))); }

private:
  enum class Hint : uint8_t { kUnknown, kIncreasing, kDecreasing };
  struct Pivot {
    int64_t at;
    Hint hint;
  };
  static constexpr int64_t kInsertionSortMax = 12;

  void sort_range(int64_t a, int64_t b, int bad_pivots_left) {
    bool was_balanced = true, was_partitioned = true;
    for (;;) {
      int64_t length = b - a;
      if (length <= kInsertionSortMax)
        return insertion_sort(a, b);
      if (bad_pivots_left == 0)
        return heap_sort(a, b);
      if (!was_balanced) {
        break_patterns(a, b);
        bad_pivots_left--;
      }
      Pivot pivot = choose_pivot(a, b);
      if (pivot.hint == Hint::kDecreasing) {
        reverse(a, b);
        pivot = {b - 1 - (pivot.at - a), Hint::kIncreasing};
      }
      if (was_balanced && was_partitioned && pivot.hint == Hint::kIncreasing &&
          partial_insertion_sort(a, b))
        return;
      // The element before the range is a former pivot; nothing here is smaller. If this pivot is
      // equal to it, so are many others likely.
      if (a > 0 && !less_(a - 1, pivot.at)) {
        a = partition_equal(a, b, pivot.at);
        continue;
      }
      int64_t middle = partition(a, b, pivot.at, was_partitioned);
      int64_t left = middle - a, right = b - middle;
      int64_t threshold = length / 8;
      if (left < right) {
        was_balanced = left >= threshold;
        sort_range(a, middle, bad_pivots_left);
        a = middle + 1;
      } else {
        was_balanced = right >= threshold;
        sort_range(middle + 1, b, bad_pivots_left);
        b = middle;
      }
    }
  }

  void insertion_sort(int64_t a, int64_t b) {
    for (int64_t i = a + 1; i < b; i++)
      for (int64_t j = i; j > a && less_(j, j - 1); j--)
        swap_(j, j - 1);
  }

  void sift_down(int64_t root, int64_t size, int64_t base) {
    for (;;) {
      int64_t child = 2 * root + 1;
      if (child >= size)
        return;
      if (child + 1 < size && less_(base + child, base + child + 1))
        child++;
      if (!less_(base + root, base + child))
        return;
      swap_(base + root, base + child);
      root = child;
    }
  }

  void heap_sort(int64_t a, int64_t b) {
    int64_t size = b - a;
    for (int64_t i = (size - 1) / 2; i >= 0; i--)
      sift_down(i, size, a);
    for (int64_t i = size - 1; i >= 0; i--) {
      swap_(a, a + i);
      sift_down(0, i, a);
    }
  }

  // Everything smaller than the pivot to the left of it. Returns where the pivot ended up.
  int64_t partition(int64_t a, int64_t b, int64_t pivot, bool &was_partitioned) {
    swap_(a, pivot);
    int64_t i = a + 1, j = b - 1;
    auto skip_placed = [&] {
      while (i <= j && less_(i, a))
        i++;
      while (i <= j && !less_(j, a))
        j--;
    };
    skip_placed();
    was_partitioned = i > j;
    while (i <= j) {
      swap_(i++, j--);
      skip_placed();
    }
    swap_(j, a);
    return j;
  }

  // Elements equal to the pivot to the left, greater ones to the right. Returns where these begin.
  int64_t partition_equal(int64_t a, int64_t b, int64_t pivot) {
    swap_(a, pivot);
    int64_t i = a + 1, j = b - 1;
    for (;;) {
      while (i <= j && !less_(a, i))
        i++;
      while (i <= j && less_(a, j))
        j--;
      if (i > j)
        return i;
      swap_(i++, j--);
    }
  }

  // Sorts a range that is almost sorted. Gives up, and says false, after a few steps.
  bool partial_insertion_sort(int64_t a, int64_t b) {
    constexpr int kMaxSteps = 5;
    constexpr int64_t kMinLengthToShift = 50;
    int64_t i = a + 1;
    for (int step = 0; step < kMaxSteps; step++) {
      while (i < b && !less_(i, i - 1))
        i++;
      if (i == b)
        return true;
      if (b - a < kMinLengthToShift)
        return false;
      swap_(i, i - 1);
      if (i - a >= 2) // the bound 1, not a + 1, is the library's
        for (int64_t j = i - 1; j >= 1 && less_(j, j - 1); j--)
          swap_(j, j - 1);
      if (b - i >= 2)
        for (int64_t j = i + 1; j < b && less_(j, j - 1); j++)
          swap_(j, j - 1);
    }
    return false;
  }

  // Scatters some elements to break patterns that lead to unbalanced partitions.
  void break_patterns(int64_t a, int64_t b) {
    int64_t length = b - a;
    if (length < 8)
      return;
    uint64_t state = length;
    uint64_t mask = (uint64_t(1) << std::bit_width(uint64_t(length))) - 1;
    int64_t middle = a + length / 4 * 2;
    for (int64_t at = middle - 1; at <= middle + 1; at++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      int64_t other = state & mask;
      if (other >= length)
        other -= length;
      swap_(at, a + other);
    }
  }

  Pivot choose_pivot(int64_t a, int64_t b) {
    constexpr int64_t kMinLengthForNinther = 50;
    constexpr int kMaxSwaps = 12;
    int64_t length = b - a;
    int num_swaps = 0;
    int64_t i = a + length / 4, j = a + length / 4 * 2, k = a + length / 4 * 3;
    if (length >= 8) {
      if (length >= kMinLengthForNinther) {
        i = median(i - 1, i, i + 1, num_swaps);
        j = median(j - 1, j, j + 1, num_swaps);
        k = median(k - 1, k, k + 1, num_swaps);
      }
      j = median(i, j, k, num_swaps);
    }
    if (num_swaps == 0)
      return {j, Hint::kIncreasing};
    return {j, num_swaps == kMaxSwaps ? Hint::kDecreasing : Hint::kUnknown};
  }

  int64_t median(int64_t x, int64_t y, int64_t z, int &num_swaps) {
    auto order = [&](int64_t &p, int64_t &q) {
      if (!less_(q, p))
        return;
      num_swaps++;
      int64_t t = p;
      p = q;
      q = t;
    };
    order(x, y);
    order(y, z);
    order(x, y);
    return y;
  }

  void reverse(int64_t a, int64_t b) {
    for (int64_t i = a, j = b - 1; i < j; i++, j--)
      swap_(i, j);
  }

  Less less_;
  Swap swap_;
};

// Strings by their ranks in sorted order, equal ones with equal ranks, from 0.
std::vector<uint32_t> rank_strings(llvm::ArrayRef<llvm::StringRef> strings);

// What Go's sort leaves of elements with these ranks: their positions, in the new order. As
// elements of eight bytes they are sorted much faster than what they stand for.
std::vector<uint32_t> go_sort_by_rank(llvm::ArrayRef<uint32_t> ranks);

} // namespace wald
