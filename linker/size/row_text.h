// Reports of a line or an entry for each row: there are many, so both threads write them.
#pragma once

#include "linker/size/output.h"

#include "llvm/Support/raw_ostream.h"

#include <charconv>
#include <iterator>
#include <string>

namespace wald::size {

// Streams into a string have none of their own.
inline constexpr size_t kStreamBuffer = 1 << 16;

inline void write_number(llvm::raw_ostream &out, uint64_t number) {
  char digits[20];
  out << llvm::StringRef(digits, std::to_chars(digits, std::end(digits), number).ptr - digits);
}

// Whether a name can be written as it is, where two characters have to be told from others.
struct NameText {
  NameText(llvm::StringRef text, char special, char other) {
    // Without an end ahead of the last character: that can be vectorized.
    for (char c : text) {
      is_printable &= (c >= ' ') & (c <= '~');
      is_plain &= (c != special) & (c != other);
    }
  }
  bool is_printable = true; // in ASCII
  bool is_plain = true;     // has neither of the two
};

// What write(out, i) writes of `count` entries, with the separator between.
inline void write_entries(llvm::raw_ostream &out, size_t count, RunBoth run_both,
                          llvm::StringRef separator,
                          llvm::function_ref<void(llvm::raw_ostream &, size_t)> write) {
  auto write_part = [&](llvm::raw_ostream &to, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) {
      if (i != 0)
        to << separator;
      write(to, i);
    }
  };
  size_t middle = (count + 1) / 2;
  constexpr size_t kUsualEntry = 150;
  std::string second;
  second.reserve(kUsualEntry * (count - middle));
  llvm::raw_string_ostream out_second(second);
  out_second.SetBufferSize(kStreamBuffer);
  run_both([&] { write_part(out, 0, middle); }, [&] { write_part(out_second, middle, count); });
  out_second.flush();
  out << second;
}

inline void write_rows(llvm::raw_ostream &out, const Report &report, RunBoth run_both,
                       llvm::StringRef separator,
                       llvm::function_ref<void(llvm::raw_ostream &, const Row &)> write) {
  llvm::ArrayRef<Row> rows = report.rows();
  write_entries(out, rows.size(), run_both, separator,
                [&](llvm::raw_ostream &to, size_t i) { write(to, rows[i]); });
}

} // namespace wald::size
