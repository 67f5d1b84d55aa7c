// What has changed since an earlier report, and budgets.
#include "linker/size/output.h"
#include "objfile/support/byte_count.h"
#include "objfile/support/printable.h"
#include "objfile/system/process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <tuple>

namespace wald::size {

namespace {

constexpr size_t kMostSymbols = 50, kMostNotes = 5, kMostName = 160;

struct Sizes {
  uint64_t before = 0, after = 0;
};

void sort_by_growth(std::vector<Change> &changes) {
  llvm::sort(changes, [](const Change &a, const Change &b) {
    return a.growth() != b.growth() ? a.growth() > b.growth()
                                    : std::tie(a.package, a.name) < std::tie(b.package, b.name);
  });
}

std::string signed_number(int64_t value) {
  return (value > 0 ? "+" : "") + std::to_string(value);
}

std::string cut(StringRef name) {
  return name.size() <= kMostName ? name.str() : (name.take_front(kMostName) + "…").str();
}

void write_change(llvm::raw_ostream &out, const Change &change) {
  out << llvm::format("%10lld  %10llu  %10llu  ", static_cast<long long>(change.growth()),
                      static_cast<unsigned long long>(change.before),
                      static_cast<unsigned long long>(change.after));
  out << wasm::printable(change.package);
  if (!change.name.empty())
    out << ":(" << wasm::printable(cut(change.name)) << ')';
  out << '\n';
}

void write_changes(llvm::raw_ostream &out, StringRef what, llvm::ArrayRef<Change> changes,
                   size_t most) {
  if (changes.empty())
    return;
  out << "\n    change      before       after  " << what << '\n';
  // Of many the two ends of the list say most.
  size_t first = std::min(changes.size(), most);
  size_t last = std::min(changes.size() - first, most);
  for (const Change &change : changes.take_front(first))
    write_change(out, change);
  if (size_t left_out = changes.size() - first - last)
    out << "         …                          " << left_out << " more\n";
  for (const Change &change : changes.take_back(last))
    write_change(out, change);
}

// -- Budgets

bool is_part_of(StringRef package, StringRef wanted) {
  if (wanted.empty() || package == wanted)
    return true;
  if (!wanted.consume_back("/..."))
    return false;
  return package == wanted || (package.consume_front(wanted) && package.starts_with("/"));
}

std::vector<std::string> what_grew(const Difference &difference, StringRef wanted) {
  std::vector<std::string> notes;
  for (const std::vector<Change> *changes : {&difference.packages, &difference.symbols}) {
    size_t count = 0;
    for (const Change &change : *changes) {
      if (change.growth() <= 0 || count == kMostNotes)
        break;
      if (!is_part_of(change.package, wanted))
        continue;
      count++;
      std::string what = change.name.empty() ? "package " + change.package
                                             : cut(change.name) + " of " + change.package;
      notes.push_back(what + " grew by " + std::to_string(change.growth()) + " bytes to " +
                      std::to_string(change.after));
    }
  }
  if (notes.empty())
    notes.push_back("nothing in it grew since the baseline");
  return notes;
}

std::vector<std::string> what_is_large(const Report &report, StringRef wanted) {
  std::vector<std::string> notes;
  if (wanted.empty() || wanted.ends_with("/..."))
    for (uint32_t i : report.packages_by_size()) {
      if (notes.size() == kMostNotes)
        break;
      if (is_part_of(report.packages[i].path, wanted))
        notes.push_back("package " + report.packages[i].path.str() + " has " +
                        std::to_string(report.packages[i].size) + " bytes");
    }
  size_t count = 0;
  for (const Row &row : report.rows()) {
    if (count == kMostNotes)
      break;
    if (!is_part_of(report.package_of(row).path, wanted))
      continue;
    count++;
    notes.push_back(cut(row.name) + " of " + report.package_of(row).path.str() + " has " +
                    std::to_string(row.size) + " bytes");
  }
  notes.push_back("--size-baseline=OLD.json says what has grown");
  return notes;
}

} // namespace

Difference compare(const Report &report, const Baseline &before) {
  std::map<std::pair<std::string, std::string>, Sizes> symbols;
  std::map<std::string, Sizes> packages;
  for (const Baseline::Entry &entry : before.entries) {
    symbols[{entry.package, entry.name}].before += entry.size;
    packages[entry.package].before += entry.size;
  }
  for (const Row &row : report.rows()) {
    std::string package = wasm::printable(report.package_of(row).path);
    packages[package].after += row.size;
    symbols[{std::move(package), wasm::printable(row.name)}].after += row.size;
  }
  Difference difference;
  for (auto &[path, sizes] : packages)
    if (sizes.before != sizes.after)
      difference.packages.push_back({path, "", sizes.before, sizes.after});
  for (auto &[key, sizes] : symbols)
    if (sizes.before != sizes.after)
      difference.symbols.push_back({key.first, key.second, sizes.before, sizes.after});
  sort_by_growth(difference.packages);
  sort_by_growth(difference.symbols);
  return difference;
}

void write_difference(llvm::raw_ostream &out, const Report &report, const Baseline &before,
                      const Difference &difference) {
  int64_t growth = int64_t(report.file_size()) - int64_t(before.file_size);
  out << "size: " << before.file_size << " -> " << report.file_size() << " bytes ("
      << signed_number(growth) << ")\n";
  write_changes(out, "package", difference.packages, SIZE_MAX);
  write_changes(out, "symbol", difference.symbols, kMostSymbols);
}

llvm::Expected<Budget> read_budget(StringRef value) {
  Budget budget;
  if (std::optional<uint64_t> bytes = objfile::parse_byte_count(value)) {
    budget.limits.push_back({"", *bytes});
    return budget;
  }
  auto text = read_disk_file(value);
  if (!text)
    return llvm::createStringError(
        text.getError(), "--size-budget=" + value +
                             ": no number of bytes, and no file: " + text.getError().message());
  unsigned number = 0;
  for (StringRef rest = (*text)->getBuffer(); !rest.empty();) {
    auto [line, after] = rest.split('\n');
    rest = after;
    number++;
    line = line.take_until([](char c) { return c == '#'; }).trim();
    if (line.empty())
      continue;
    auto [name, bytes] = llvm::getToken(line);
    std::optional<uint64_t> limit = objfile::parse_byte_count(bytes.trim());
    if (!limit)
      return llvm::createStringError(std::make_error_code(std::errc::invalid_argument),
                                     value + ":" + llvm::Twine(number) +
                                         ": want PACKAGE BYTES, or total BYTES");
    budget.limits.push_back({name == "total" ? "" : name.str(), *limit});
  }
  if (budget.limits.empty())
    return llvm::createStringError(std::make_error_code(std::errc::invalid_argument),
                                   value + ": no budget in it");
  return budget;
}

std::vector<Problem> exceeded_limits(const Report &report, const Budget &budget,
                                     const Difference *difference) {
  std::vector<Problem> problems;
  for (const Budget::Limit &limit : budget.limits) {
    uint64_t size = 0;
    bool is_there = limit.package.empty();
    for (const Package &package : report.packages)
      if (is_part_of(package.path, limit.package)) {
        size += package.size;
        is_there = true;
      }
    std::string what = limit.package.empty() ? "the module" : "package " + limit.package;
    // A name that means nothing would never exceed anything.
    if (!is_there) {
      problems.push_back({"--size-budget: there is no " + what, {}});
      continue;
    }
    if (size <= limit.bytes)
      continue;
    problems.push_back({what + " has " + std::to_string(size) + " bytes, " +
                            std::to_string(size - limit.bytes) + " more than its budget of " +
                            std::to_string(limit.bytes),
                        difference ? what_grew(*difference, limit.package)
                                   : what_is_large(report, limit.package)});
  }
  return problems;
}

} // namespace wald::size
