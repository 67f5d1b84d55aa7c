// Gives each byte of a module to one row of a report. It goes from the file's first byte to its
// last and never back, so that rows add up to the file's size whatever they say.
#pragma once

#include "linker/size/report.h"
#include "wasm/module_reader.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <vector>

namespace wald::size {

// Whose the bytes of memory are.
class MemoryMap {
public:
  struct Extent {
    uint64_t begin, end;
    RowId row;
    Kind kind;
    uint32_t order; // of add()
  };

  void add(uint64_t begin, uint64_t size, RowId row, Kind kind) {
    if (size != 0)
      extents_.push_back({begin, begin + size, row, kind, next_order_++});
  }
  // After the last add(): bytes that several claim are given to the one that begins first, or was
  // added first.
  void finish();
  // After finish(): what is still free of a range.
  void fill(uint64_t begin, uint64_t end, RowId row, Kind kind);

  // fn(size, extent) for pieces of a range, in order; null for a piece that nobody has.
  template <typename Fn> void for_each_piece(uint64_t begin, uint64_t end, Fn fn) const {
    size_t i = first_after(begin);
    while (begin < end) {
      const Extent *extent = i < extents_.size() ? &extents_[i] : nullptr;
      if (!extent || extent->begin >= end) {
        fn(end - begin, nullptr);
        return;
      }
      if (extent->begin > begin) {
        fn(extent->begin - begin, nullptr);
        begin = extent->begin;
      }
      uint64_t piece_end = std::min(end, extent->end);
      fn(piece_end - begin, extent);
      begin = piece_end;
      i++;
    }
  }
  const Extent *at(uint64_t address) const {
    size_t i = first_after(address);
    return i < extents_.size() && extents_[i].begin <= address ? &extents_[i] : nullptr;
  }

private:
  // The first extent that ends after the address. Who asks goes forward nearly always.
  size_t first_after(uint64_t address) const;

  std::vector<Extent> extents_;
  mutable size_t last_ = 0;
  uint32_t next_order_ = 0;
};

struct Owners {
  // By function index, imports first; kNone, and further ones: nobody's.
  std::vector<RowId> functions;
  MemoryMap memory;
  // What of memory is nobody's: a row's, and of which kind.
  RowId rest = RowId::kNone;
  Kind rest_kind = Kind::kPadding;
};

// What --optimize=fold leaves of a program's functions that have another one's body, and nobody has
// yet, goes to row(i) for the i-th function of the program.
void own_emptied_functions(const wasm::Module &module, size_t num_functions,
                           llvm::function_ref<RowId(size_t)> row, Owners &owners);

// `wasm_package` is where the module's own rows go.
void attribute_bytes(const wasm::Module &module, const Owners &owners, uint32_t wasm_package,
                     Report &report);

} // namespace wald::size
