#include "linker/size/report.h"

#include "linker/inspect/build_info.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace wald::size {

bool Row::has(Kind kind) const {
  return llvm::any_of(parts, [&](const Part &part) { return part.kind == kind; });
}

Kind Row::main_kind() const {
  if (parts.empty() || has(Kind::kCode))
    return Kind::kCode;
  auto weight = [](const Part &part) {
    return std::pair(text_of(part.kind).area != Area::kModule, part.size);
  };
  return std::max_element(parts.begin(), parts.end(),
                          [&](const Part &a, const Part &b) { return weight(a) < weight(b); })
      ->kind;
}

void Report::reserve(size_t num_rows) {
  rows_.reserve(num_rows);
  newest_part_.reserve(num_rows);
  chained_parts_.reserve(3 * num_rows);
}

void Report::add(RowId id, Kind kind, uint64_t size) {
  rows_[uint32_t(id)].size += size;
  by_kind_[unsigned(kind)] += size;
  uint32_t &newest = newest_part_[uint32_t(id)];
  for (uint32_t i = newest; i != kNoPart; i = chained_parts_[i].older)
    if (Part &part = chained_parts_[i].part; part.kind == kind) {
      part.size += size;
      return;
    }
  chained_parts_.push_back({{kind, uint32_t(size)}, newest});
  newest = chained_parts_.size() - 1;
}

uint64_t Report::size_of(Area area) const {
  uint64_t sum = 0;
  for (const KindText &text : kKinds)
    sum += text.area == area ? size_of(text.kind) : 0;
  return sum;
}

// Rows with bytes, the largest first, then by package and name, then as they were added.
std::vector<uint32_t> Report::order_of_rows() const {
  // Most comparisons end at the size or the package, so these stand together.
  struct Key {
    uint64_t size;
    uint32_t package, row;
  };
  std::vector<uint32_t> by_path(packages.size()), rank(packages.size());
  std::iota(by_path.begin(), by_path.end(), 0);
  std::sort(by_path.begin(), by_path.end(),
            [&](uint32_t a, uint32_t b) { return packages[a].path < packages[b].path; });
  for (size_t i = 1; i < by_path.size(); i++)
    rank[by_path[i]] =
        rank[by_path[i - 1]] + (packages[by_path[i - 1]].path != packages[by_path[i]].path);
  std::vector<Key> keys;
  keys.reserve(rows_.size());
  for (uint32_t i = 0; i < rows_.size(); i++)
    if (rows_[i].size != 0)
      keys.push_back({rows_[i].size, rank[rows_[i].package], i});
  std::sort(keys.begin(), keys.end(), [&](const Key &a, const Key &b) {
    if (a.size != b.size)
      return a.size > b.size;
    if (a.package != b.package)
      return a.package < b.package;
    return std::tie(rows_[a.row].name, a.row) < std::tie(rows_[b.row].name, b.row);
  });
  std::vector<uint32_t> order;
  order.reserve(keys.size());
  for (const Key &key : keys)
    order.push_back(key.row);
  return order;
}

// There are few of a row.
void Report::finish_parts(uint32_t row) {
  size_t first = parts_.size();
  for (uint32_t i = newest_part_[row]; i != kNoPart; i = chained_parts_[i].older) {
    Part part = chained_parts_[i].part;
    parts_.push_back(part);
    size_t at = parts_.size() - 1;
    for (; at > first && parts_[at - 1].kind > part.kind; at--)
      parts_[at] = parts_[at - 1];
    parts_[at] = part;
  }
}

void Report::finish() {
  std::vector<Row> sorted;
  std::vector<uint32_t> order = order_of_rows();
  sorted.reserve(order.size());
  parts_.reserve(chained_parts_.size()); // so that none moves
  for (uint32_t i : order) {
    Row &row = sorted.emplace_back(rows_[i]);
    size_t first = parts_.size();
    finish_parts(i);
    row.parts = llvm::ArrayRef(parts_).drop_front(first);
    Package &package = packages[row.package];
    package.size += row.size;
    package.num_rows++;
    modules[package.module].size += row.size;
  }
  rows_ = std::move(sorted);
  newest_part_.clear();
  chained_parts_.clear();
}

// Those without bytes are left out.
template <typename T> static std::vector<uint32_t> by_size(const std::vector<T> &list) {
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < list.size(); i++)
    if (list[i].size != 0)
      order.push_back(i);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tuple(list[b].size, list[a].path, a) < std::tuple(list[a].size, list[b].path, b);
  });
  return order;
}

std::vector<uint32_t> Report::packages_by_size() const {
  return by_size(packages);
}
std::vector<uint32_t> Report::modules_by_size() const {
  return by_size(modules);
}

// -- Names of Go

StringRef generic_of(StringRef name) {
  size_t bracket = name.find('[');
  // Types such as []int and map[string]int, and arrays, are no instances.
  if (name.starts_with("type:") || name.starts_with("go:") || bracket == StringRef::npos ||
      bracket == 0)
    return "";
  return name.take_front(bracket);
}

StringRef package_of_function(StringRef name) {
  if (name.starts_with("type:") || name.starts_with("go:") || name.starts_with("_rt0"))
    return "";
  // Type arguments have paths, too.
  StringRef head = name.take_front(name.find('['));
  size_t slash = head.rfind('/');
  size_t dot = head.find('.', slash == StringRef::npos ? 0 : slash);
  return dot == StringRef::npos ? StringRef() : head.take_front(dot);
}

ModuleList::ModuleList(Report &report, StringRef build_info) : report_(report) {
  inspect::BuildInfo info;
  info.text = build_info;
  std::vector<Module> &modules = report.modules;
  for (const inspect::BuildInfo::Line &line : info.lines()) {
    bool is_main = line.kind == "mod";
    if ((!is_main && line.kind != "dep") || line.fields.empty())
      continue;
    if (is_main)
      main_ = modules.size();
    modules.push_back({report.save(line.fields[0]),
                       line.fields.size() > 1 ? report.save(line.fields[1]) : StringRef(),
                       0,
                       {}});
    has_modules_ = true;
  }
  std_ = modules.size();
  modules.push_back({"std", report.save(report.go_version), 0, {}});
}

uint32_t ModuleList::pseudo(StringRef name) {
  for (uint32_t i = 0; i < report_.modules.size(); i++)
    if (report_.modules[i].path == name)
      return i;
  report_.modules.push_back({name, "", 0, {}});
  return report_.modules.size() - 1;
}

uint32_t ModuleList::module_of(StringRef package) {
  if (package.starts_with("<"))
    return pseudo(package);
  if ((package == "main" || package == "command-line-arguments") && main_)
    return *main_;
  std::optional<uint32_t> longest;
  for (uint32_t i = 0; i < report_.modules.size(); i++) {
    StringRef path = report_.modules[i].path, rest = package;
    if (i == std_ || path.starts_with("<") || !rest.consume_front(path) ||
        (!rest.empty() && rest[0] != '/' && rest[0] != '_'))
      continue;
    if (!longest || path.size() > report_.modules[*longest].path.size())
      longest = i;
  }
  if (longest)
    return *longest;
  // Paths of the standard library have no dot in their first element.
  StringRef first = package.split('/').first;
  if (!first.contains('.') && package != "main")
    return std_;
  return package == "main" ? pseudo("main") : pseudo("<module unknown>");
}

} // namespace wald::size
