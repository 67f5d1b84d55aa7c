// A pc table: what holds at each resume point of a function, as runs of equal values. Each run is
// the change of the value, zigzag, and the length, both in LEB128 of at most 32 bits; a change of 0
// that is not the first ends the table (reference: step and pcvalue in runtime/symtab.go).
#pragma once

#include "objfile/support/bytes.h"

#include <optional>

namespace wald::inspect {

// Walks through the runs of a table whose end only the table tells.
class PcRuns {
public:
  PcRuns() = default; // of no table
  explicit PcRuns(objfile::Bytes table) : rest_(table), is_at_end_(false) {}

  // The next run; false at the end, and where the bytes end too early or the pcs are too large.
  bool next() {
    if (is_at_end_)
      return false;
    uint32_t change = varint();
    if (is_broken_ || (change == 0 && !is_first_)) {
      is_at_end_ = true;
      return false;
    }
    uint64_t length = varint();
    if (is_broken_ || end_ + length > UINT32_MAX) {
      is_at_end_ = is_broken_ = true;
      return false;
    }
    is_first_ = false;
    value_ += (change >> 1) ^ (0 - (change & 1));
    begin_ = end_;
    end_ += length;
    return true;
  }

  // Of the current run: resume points from begin() up to end(), which is not part of it.
  uint32_t begin() const { return begin_; }
  uint32_t end() const { return end_; }
  int32_t value() const { return int32_t(value_); }
  bool is_broken() const { return is_broken_; }
  // After the last run: what follows the table.
  objfile::Bytes rest() const { return rest_; }

private:
  uint32_t varint() {
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 35 && !rest_.empty(); shift += 7) {
      uint8_t byte = rest_.front();
      rest_ = rest_.drop_front();
      value |= uint32_t(byte & 0x7f) << shift;
      if (!(byte & 0x80))
        return value;
    }
    is_broken_ = true;
    return 0;
  }

  objfile::Bytes rest_;
  uint32_t value_ = UINT32_MAX, begin_ = 0;
  uint64_t end_ = 0;
  bool is_first_ = true, is_at_end_ = true, is_broken_ = false;
};

// The value at a resume point; nothing without a table or beyond its end.
inline std::optional<int32_t> value_at(PcRuns runs, uint32_t pc_b) {
  while (runs.next())
    if (pc_b < runs.end())
      return runs.value();
  return std::nullopt;
}

} // namespace wald::inspect
