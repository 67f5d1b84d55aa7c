// An array of a fixed size that is needed for one pass. Its memory comes from the heap, so that
// later passes use the pages again instead of new ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <sys/mman.h>
#include <type_traits>

namespace wald {

template <typename T> class ScratchArray {
  static_assert(std::is_trivially_default_constructible_v<T> &&
                std::is_trivially_destructible_v<T>);

public:
  // `size` elements with any contents, of which the first `expected` will probably be used: their
  // memory is made ready in one go, as that of ZeroedArray::prefault().
  void reset(size_t size, size_t expected) {
    data_.reset();
    data_.reset(new T[size]);
    size_ = size;
    constexpr uintptr_t kPage = 4096;
    uintptr_t begin = reinterpret_cast<uintptr_t>(data_.get());
    uintptr_t end = begin + (expected < size ? expected : size) * sizeof(T);
    begin = (begin + kPage - 1) & ~(kPage - 1);
    end &= ~(kPage - 1);
    if (begin < end)
      madvise(reinterpret_cast<void *>(begin), end - begin, MADV_POPULATE_WRITE);
  }

  size_t size() const { return size_; }
  T *data() { return data_.get(); }
  T &operator[](size_t i) { return data_[i]; }

private:
  std::unique_ptr<T[]> data_;
  size_t size_ = 0;
};

} // namespace wald
