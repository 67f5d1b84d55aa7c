// The sizes of a module: what all bytes of the file are for and who brought them.
//
//     Module ─ Package ─ Row ─ parts: so many bytes of this kind
//
// A row is a symbol with all that the file has because of it: of a function its code, its name, its
// records in the runtime's tables, and so on. What belongs to no symbol has rows of its own, in
// packages that only stand for something: <wasm> for the module's form, <linker> for what the
// linker makes. ByteWalk (byte_walk.h) gives each byte to one row, so that rows add up to the file.
#pragma once

#include "linker/size/kinds.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace wald::size {

using llvm::StringRef;

enum class RowId : uint32_t { kNone = UINT32_MAX };

struct Part {
  Kind kind;
  uint32_t size;
};

struct Row {
  StringRef name;
  uint32_t package;
  uint64_t size = 0;
  std::optional<uint64_t> retained; // it and what nothing else leads to
  llvm::ArrayRef<Part> parts;       // by kind, each once; after finish()

  bool is_function() const { return !parts.empty() && has(Kind::kCode); }
  bool has(Kind kind) const;
  // What the symbol is: code, or the kind that takes the most bytes, but for what the module needs
  // to hold it.
  Kind main_kind() const;
};

struct Package {
  StringRef path;
  uint32_t module;
  uint64_t size = 0;
  std::optional<uint64_t> retained; // likewise, the package as a whole
  uint32_t num_rows = 0;
};

struct Module {
  StringRef path, version;
  uint64_t size = 0;
  std::optional<uint64_t> retained;
};

inline constexpr llvm::StringLiteral kWasmPackage = "<wasm>", kLinkerPackage = "<linker>";

class Report {
public:
  explicit Report(uint64_t file_size) : file_size_(file_size) {}
  Report(const Report &) = delete;
  Report &operator=(const Report &) = delete;

  // -- Made by who knows the program. Texts are views; save() keeps one.
  std::string file;
  std::string go_version;
  std::optional<uint64_t> gzip_size; // of the file after gzip -9, if asked for
  bool is_of_link = false;           // else read from the module alone
  std::vector<std::string> notes;    // what is not known
  std::vector<Module> modules;
  std::vector<Package> packages;
  StringRef save(const llvm::Twine &text) { return saver_.save(text); }

  RowId add_row(StringRef name, uint32_t package) {
    rows_.push_back({name, package, 0, {}, {}});
    newest_part_.push_back(kNoPart);
    return RowId(rows_.size() - 1);
  }
  void add(RowId row, Kind kind, uint64_t size);
  void reserve(size_t num_rows);
  Row &row(RowId id) { return rows_[uint32_t(id)]; }

  // Drops rows without bytes, puts the rest in order, the largest first, and sums up.
  void finish();

  // -- Afterwards
  uint64_t file_size() const { return file_size_; }
  llvm::ArrayRef<Row> rows() const { return rows_; }
  uint64_t size_of(Kind kind) const { return by_kind_[unsigned(kind)]; }
  uint64_t size_of(Area area) const;
  const Package &package_of(const Row &row) const { return packages[row.package]; }
  const Module &module_of(const Package &package) const { return modules[package.module]; }
  // Indices of packages and modules, the largest first.
  std::vector<uint32_t> packages_by_size() const;
  std::vector<uint32_t> modules_by_size() const;

private:
  // Before finish(): the parts of all rows as they came, those of a row as a chain.
  struct ChainedPart {
    Part part;
    uint32_t older;
  };
  static constexpr uint32_t kNoPart = UINT32_MAX;

  std::vector<uint32_t> order_of_rows() const;
  void finish_parts(uint32_t row);

  uint64_t file_size_;
  std::vector<Row> rows_;
  std::vector<uint32_t> newest_part_; // by row
  std::vector<ChainedPart> chained_parts_;
  std::vector<Part> parts_; // after finish(), by row
  std::array<uint64_t, kNumKinds> by_kind_{};
  llvm::BumpPtrAllocator arena_;
  llvm::StringSaver saver_{arena_};
};

// -- Names of Go

// The name of the generic function or type of which `name` is an instance: slices.Sort of
// slices.Sort[go.shape.int]. Empty for what is none.
StringRef generic_of(StringRef name);
// The import path of the package whose function it is, as symbols spell it; empty for what has
// none.
StringRef package_of_function(StringRef name);

// The modules that the text of go version -m names, with the standard library, and whose a package
// is.
class ModuleList {
public:
  // `text` is that of the build information, or empty.
  ModuleList(Report &report, StringRef build_info);
  uint32_t module_of(StringRef package);

private:
  uint32_t pseudo(StringRef name);

  Report &report_;
  uint32_t std_;
  std::optional<uint32_t> main_;
  bool has_modules_ = false;
};

} // namespace wald::size
