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

void Report::add(RowId id, Kind kind, uint64_t size) {
  Row &row = rows_[uint32_t(id)];
  row.size += size;
  by_kind_[unsigned(kind)] += size;
  for (Part &part : row.parts)
    if (part.kind == kind) {
      part.size += size;
      return;
    }
  row.parts.push_back({kind, uint32_t(size)});
}

uint64_t Report::size_of(Area area) const {
  uint64_t sum = 0;
  for (const KindText &text : kKinds)
    sum += text.area == area ? size_of(text.kind) : 0;
  return sum;
}

void Report::finish() {
  llvm::erase_if(rows_, [](const Row &row) { return row.size == 0; });
  for (const Row &row : rows_) {
    Package &package = packages[row.package];
    package.size += row.size;
    package.num_rows++;
    modules[package.module].size += row.size;
  }
  for (Row &row : rows_)
    std::sort(row.parts.begin(), row.parts.end(),
              [](const Part &a, const Part &b) { return a.kind < b.kind; });
  // Rows are large: sort keys, then put them in place.
  std::vector<uint32_t> order(rows_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const Row &x = rows_[a], &y = rows_[b];
    if (x.size != y.size)
      return x.size > y.size;
    return std::tie(packages[x.package].path, x.name, a) <
           std::tie(packages[y.package].path, y.name, b);
  });
  std::vector<Row> sorted;
  sorted.reserve(rows_.size());
  for (uint32_t i : order)
    sorted.push_back(std::move(rows_[i]));
  rows_ = std::move(sorted);
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
