// A sequence that grows without moving what it holds: no copies, and no memory touched twice.
#pragma once

#include "llvm/Support/MemAlloc.h"

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

namespace wald {

template <typename T, size_t kChunkSize = 2048> class ChunkedVector {
  static_assert((kChunkSize & (kChunkSize - 1)) == 0);

public:
  ChunkedVector() = default;
  ChunkedVector(const ChunkedVector &) = delete;
  ChunkedVector &operator=(const ChunkedVector &) = delete;
  ~ChunkedVector() {
    for (size_t i = 0; i < size_; i++)
      (*this)[i].~T();
  }

  template <typename... Args> T &emplace_back(Args &&...args) {
    if (size_ % kChunkSize == 0)
      chunks_.emplace_back(static_cast<T *>(llvm::safe_malloc(kChunkSize * sizeof(T))));
    return *new (&(*this)[size_++]) T(std::forward<Args>(args)...);
  }
  T &push_back(const T &value) { return emplace_back(value); }
  T &operator[](size_t i) { return chunks_[i / kChunkSize].get()[i % kChunkSize]; }
  const T &operator[](size_t i) const { return chunks_[i / kChunkSize].get()[i % kChunkSize]; }
  size_t size() const { return size_; }
  T &back() { return (*this)[size_ - 1]; }

private:
  struct Free {
    void operator()(T *chunk) const { free(chunk); }
  };
  std::vector<std::unique_ptr<T, Free>> chunks_;
  size_t size_ = 0;
};

} // namespace wald
