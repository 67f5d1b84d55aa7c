#include "directives/types/c_layout.h"

#include "llvm/ADT/DenseSet.h"

#include <map>

namespace wald::directives {

namespace {

constexpr unsigned kMaxDepth = 200;
constexpr uint64_t kMemoryLimit = 1ull << 32;

bool is_host_layout(const GoType &type) {
  return type.package == "structs" && type.name == "HostLayout";
}

uint64_t align_up(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

std::optional<CLayout> scalar(uint64_t size) {
  return CLayout{size, size, {}};
}

// Layouts by type: a hostile type may name another in many places.
class Layouts {
public:
  const std::optional<CLayout> &of(const GoType &type, unsigned depth = 0);
  std::optional<LayoutDifference> difference(const GoType &type, const std::string &path);

private:
  std::optional<CLayout> lay_out(const GoType &type, unsigned depth);

  std::map<const GoType *, std::optional<CLayout>> layouts_;
  llvm::DenseSet<const GoType *> same_; // without a difference
};

const std::optional<CLayout> &Layouts::of(const GoType &type, unsigned depth) {
  auto found = layouts_.find(&type);
  if (found == layouts_.end())
    found = layouts_.emplace(&type, lay_out(type, depth)).first;
  return found->second;
}

std::optional<CLayout> Layouts::lay_out(const GoType &type, unsigned depth) {
  if (depth > kMaxDepth)
    return std::nullopt;
  switch (type.kind) {
  case GoKind::kBool:
  case GoKind::kInt8:
  case GoKind::kUint8:
    return scalar(1);
  case GoKind::kInt16:
  case GoKind::kUint16:
    return scalar(2);
  case GoKind::kInt32:
  case GoKind::kUint32:
  case GoKind::kFloat32:
    return scalar(4);
  case GoKind::kInt64:
  case GoKind::kUint64:
  case GoKind::kFloat64:
    return scalar(8);
  case GoKind::kArray: {
    std::optional<CLayout> element = type.element ? of(*type.element, depth + 1) : std::nullopt;
    if (!element || (element->size && type.length > kMemoryLimit / element->size))
      return std::nullopt;
    return CLayout{element->size * type.length, element->alignment, {}};
  }
  case GoKind::kStruct: {
    CLayout layout;
    for (const GoField &field : type.fields) {
      CLayout member;
      if (!field.type)
        return std::nullopt;
      if (!is_host_layout(*field.type)) {
        const std::optional<CLayout> &found = of(*field.type, depth + 1);
        if (!found)
          return std::nullopt;
        member = {found->size, found->alignment, {}};
      }
      layout.size = align_up(layout.size, member.alignment);
      layout.offsets.push_back(layout.size);
      layout.size += member.size;
      layout.alignment = std::max(layout.alignment, member.alignment);
      if (layout.size > kMemoryLimit)
        return std::nullopt;
    }
    layout.size = align_up(layout.size, layout.alignment);
    return layout;
  }
  default:
    return std::nullopt;
  }
}

std::optional<LayoutDifference> Layouts::difference(const GoType &type, const std::string &path) {
  if (same_.contains(&type))
    return std::nullopt;
  const std::optional<CLayout> &layout = of(type);
  if (!layout)
    return std::nullopt;
  if (type.kind == GoKind::kArray && type.length > 0)
    if (auto inner = difference(*type.element, path + "[]"))
      return inner;
  for (size_t i = 0; i < layout->offsets.size(); i++) {
    const GoField &field = type.fields[i];
    if (is_host_layout(*field.type))
      continue;
    std::string field_path = path.empty() ? field.name : path + "." + field.name;
    const std::optional<CLayout> &member = of(*field.type);
    if (!member)
      return std::nullopt;
    if (field.offset != layout->offsets[i])
      return LayoutDifference{field_path, field.offset, layout->offsets[i], field.type->size,
                              member->size};
    if (auto inner = difference(*field.type, field_path))
      return inner;
  }
  if (type.size != layout->size)
    return LayoutDifference{path, 0, 0, type.size, layout->size};
  same_.insert(&type);
  return std::nullopt;
}

} // namespace

std::optional<CLayout> c_layout(const GoType &type) {
  return Layouts().of(type);
}

std::optional<LayoutDifference> first_layout_difference(const GoType &type) {
  return Layouts().difference(type, "");
}

} // namespace wald::directives
