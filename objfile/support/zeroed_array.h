// A fixed-size array of zeros that costs memory only where it is touched.
#pragma once

#include "llvm/Support/ErrorHandling.h"

#include <cstddef>
#include <sys/mman.h>
#include <utility>

namespace wald {

template <typename T> class ZeroedArray {
public:
  ZeroedArray() = default;
  explicit ZeroedArray(size_t size) { reset(size); }
  ZeroedArray(ZeroedArray &&other) noexcept { *this = std::move(other); }
  ZeroedArray &operator=(ZeroedArray &&other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~ZeroedArray() { release(); }

  void reset(size_t size) {
    release();
    void *data = mmap(nullptr, num_bytes(size), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data == MAP_FAILED)
      llvm::report_bad_alloc_error("no memory for a table");
    data_ = static_cast<T *>(data);
    size_ = size;
  }

  // Makes the first `count` elements' memory ready in one go, where nearly all of them will be
  // touched: that takes a third of the time of page faults, and two threads with page faults at the
  // same time wait for each other.
  void prefault(size_t count) { prefault(0, count); }
  void prefault(size_t begin, size_t end) {
    constexpr size_t kPage = 4096;
    size_t first = begin * sizeof(T) & ~(kPage - 1), last = num_bytes(end < size_ ? end : size_);
    if (first < last)
      madvise(reinterpret_cast<char *>(data_) + first, last - first, MADV_POPULATE_WRITE);
  }

  size_t size() const { return size_; }
  T *data() { return data_; }
  const T *data() const { return data_; }
  T &operator[](size_t i) { return data_[i]; }
  const T &operator[](size_t i) const { return data_[i]; }

private:
  static size_t num_bytes(size_t size) { return size ? size * sizeof(T) : 1; }
  void release() {
    if (data_)
      munmap(data_, num_bytes(size_));
  }

  T *data_ = nullptr;
  size_t size_ = 0;
};

} // namespace wald
