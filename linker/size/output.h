// What becomes of a report: files in several forms, the difference to an earlier one, a budget.
#pragma once

#include "linker/size/report.h"
#include "linker/size/request.h"
#include "objfile/support/problem.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::size {

// What an earlier report said, as far as a difference needs it.
struct Baseline {
  struct Entry {
    std::string package, name;
    uint64_t size;
  };
  std::string name;
  uint64_t file_size = 0;
  std::vector<Entry> entries; // by package and name, each pair once
};

llvm::Expected<Baseline> read_baseline(StringRef json);

// The change of a package, or of a symbol in it. Symbols of one name count together.
struct Change {
  std::string package, name; // no name: the package
  uint64_t before, after;
  int64_t growth() const { return int64_t(after) - int64_t(before); }
};

struct Difference {
  std::vector<Change> packages, symbols; // that changed, the biggest growth first
};

Difference compare(const Report &report, const Baseline &before);

// Runs two things that share no data, beside each other or in turn.
using RunBoth = llvm::function_ref<void(llvm::function_ref<void()>, llvm::function_ref<void()>)>;
inline void run_in_turn(llvm::function_ref<void()> first, llvm::function_ref<void()> second) {
  first();
  second();
}

// -- Writers
void write_text(llvm::raw_ostream &out, const Report &report);
void write_csv(llvm::raw_ostream &out, const Report &report, RunBoth run_both = run_in_turn);
void write_json(llvm::raw_ostream &out, const Report &report, RunBoth run_both = run_in_turn);
void write_html(llvm::raw_ostream &out, const Report &report, const Baseline *before,
                RunBoth run_both = run_in_turn);
void write_gsa(llvm::raw_ostream &out, const Report &report);
void write_esbuild(llvm::raw_ostream &out, const Report &report, RunBoth run_both = run_in_turn);
void write_report(llvm::raw_ostream &out, const Report &report, Form form, const Baseline *before,
                  RunBoth run_both = run_in_turn);
// A line with the compressed size, if it is known.
void write_compressed(llvm::raw_ostream &out, const Report &report);
void write_difference(llvm::raw_ostream &out, const Report &report, const Baseline &before,
                      const Difference &difference);

// -- Budgets
struct Budget {
  struct Limit {
    std::string package; // a path, PATH/... with all below it, or empty for the whole file
    uint64_t bytes;
  };
  std::vector<Limit> limits;
};

// `value` is a number of bytes, or the name of a file of lines "total BYTES" and "PACKAGE BYTES".
llvm::Expected<Budget> read_budget(StringRef value);
// A problem for each limit that is exceeded, with what grew or, without a difference, is largest.
std::vector<Problem> exceeded_limits(const Report &report, const Budget &budget,
                                     const Difference *difference);

// How many bytes `gzip -9` makes of these, without a file's name.
uint64_t gzip_size(llvm::ArrayRef<uint8_t> bytes);

// -- All of it
// Writes what is asked for, the difference on `out`. What is wrong; an empty list if nothing is.
std::vector<Problem> deliver(const Report &report, const Request &request, llvm::raw_ostream &out,
                             RunBoth run_both = run_in_turn);

} // namespace wald::size
