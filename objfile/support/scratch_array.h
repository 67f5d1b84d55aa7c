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
    char *bytes = reinterpret_cast<char *>(data_.get());
    uintptr_t misaligned = reinterpret_cast<uintptr_t>(bytes) % kPage;
    size_t skipped = misaligned ? kPage - misaligned : 0;
    size_t length = (expected < size ? expected : size) * sizeof(T);
    if (length >= skipped + kPage)
      madvise(bytes + skipped, (length - skipped) & ~(kPage - 1), MADV_POPULATE_WRITE);
  }

  size_t size() const { return size_; }
  T *data() { return data_.get(); }
  T &operator[](size_t i) { return data_[i]; }

private:
  std::unique_ptr<T[]> data_;
  size_t size_ = 0;
};

} // namespace wald
