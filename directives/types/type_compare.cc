// Both comparisons take each pair of types once and suppose that a pair seen before is equal: a
// difference in it has been found, or will be.
#include "directives/types/type_compare.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <tuple>
#include <vector>

namespace wald::directives {

namespace {

constexpr unsigned kMaxDepth = 100; // what lies deeper is not looked at
constexpr size_t kMaxValues = 1000; // in one type, compared one by one

using TypePair = std::pair<const GoType *, const GoType *>;

bool same_head(const GoType &a, const GoType &b) {
  auto key = [](const GoType &type) {
    return std::tie(type.kind, type.package, type.name, type.size, type.alignment, type.length);
  };
  return key(a) == key(b) && a.fields.size() == b.fields.size();
}

bool same_field(const GoField &a, const GoField &b) {
  return std::tie(a.name, a.offset, a.is_embedded) == std::tie(b.name, b.offset, b.is_embedded);
}

// How the bits of a value are read. Other kinds are only like themselves.
enum class Reading : uint8_t { kBool, kInteger, kFloat, kAddress, kArray, kStruct, kOther };

Reading reading_of(GoKind kind) {
  switch (kind) {
  case GoKind::kBool:
    return Reading::kBool;
  case GoKind::kInt:
  case GoKind::kInt8:
  case GoKind::kInt16:
  case GoKind::kInt32:
  case GoKind::kInt64:
  case GoKind::kUint:
  case GoKind::kUint8:
  case GoKind::kUint16:
  case GoKind::kUint32:
  case GoKind::kUint64:
    return Reading::kInteger;
  case GoKind::kFloat32:
  case GoKind::kFloat64:
    return Reading::kFloat;
  case GoKind::kPointer:
  case GoKind::kUintptr:
  case GoKind::kUnsafePointer:
    return Reading::kAddress;
  case GoKind::kArray:
    return Reading::kArray;
  case GoKind::kStruct:
    return Reading::kStruct;
  default:
    return Reading::kOther;
  }
}

using Fields = llvm::SmallVector<const GoField *, 8>;

// Without what holds no value: padding and markers.
Fields value_fields(const GoType &type) {
  Fields fields;
  for (const GoField &field : type.fields)
    if (field.type && field.type->size && field.name != "_")
      fields.push_back(&field);
  return fields;
}

std::string is_not(const char *verb, uint64_t is, uint64_t wanted, const char *unit = "") {
  return verb + std::to_string(is) + unit + ", not " + std::to_string(wanted);
}

class MemoryComparison {
public:
  std::optional<MemoryDifference> compare(const GoType *is, const GoType *wanted, unsigned depth) {
    if (!is || !wanted || is == wanted || depth > kMaxDepth || !seen_.insert({is, wanted}).second)
      return std::nullopt;
    Reading reading = reading_of(is->kind);
    bool is_like = reading == reading_of(wanted->kind) &&
                   (reading != Reading::kOther || is->kind == wanted->kind);
    bool has_parts = reading == Reading::kStruct || reading == Reading::kArray;
    if (!is_like || (!has_parts && is->size != wanted->size))
      return MemoryDifference{"", "is " + type_text(*is) + ", not " + type_text(*wanted)};
    if (reading == Reading::kArray)
      return compare_arrays(*is, *wanted, depth);
    if (reading == Reading::kStruct)
      return compare_structs(*is, *wanted, depth);
    return std::nullopt;
  }

private:
  // A field that has moved says more than the size of all.
  std::optional<MemoryDifference> compare_structs(const GoType &is, const GoType &wanted,
                                                  unsigned depth) {
    Fields fields = value_fields(is), others = value_fields(wanted);
    for (size_t i = 0; i < fields.size() && i < others.size(); i++) {
      const GoField &field = *fields[i], &other = *others[i];
      if (field.offset != other.offset)
        return MemoryDifference{field.name, is_not("is at offset ", field.offset, other.offset)};
      if (auto difference = compare(field.type, other.type, depth + 1)) {
        bool has_more = !difference->path.empty() && difference->path[0] != '[';
        difference->path = field.name + (has_more ? "." : "") + difference->path;
        return difference;
      }
    }
    if (fields.size() > others.size())
      return MemoryDifference{fields[others.size()]->name, "is not wanted"};
    if (fields.size() < others.size())
      return MemoryDifference{others[fields.size()]->name, "is missing"};
    if (is.size != wanted.size)
      return MemoryDifference{"", is_not("has ", is.size, wanted.size, " bytes")};
    return std::nullopt;
  }

  std::optional<MemoryDifference> compare_arrays(const GoType &is, const GoType &wanted,
                                                 unsigned depth) {
    if (is.length != wanted.length)
      return MemoryDifference{"", is_not("has ", is.length, wanted.length, " elements")};
    auto difference = compare(is.element, wanted.element, depth + 1);
    if (difference) {
      bool has_more = !difference->path.empty() && difference->path[0] != '[';
      difference->path = "[]" + std::string(has_more ? "." : "") + difference->path;
    }
    return difference;
  }

  llvm::DenseSet<TypePair> seen_;
};

// A number, truth value or address in memory.
struct Value {
  uint64_t offset;
  uint64_t size;
  Reading reading;

  bool operator==(const Value &) const = default;
};

// The values in a type, in order of their offsets as far as fields are.
class Values {
public:
  // False if there are too many, or others than numbers, truth values and addresses.
  bool append(const GoType *type, uint64_t offset = 0, unsigned depth = 0) {
    // Steps are counted, too: much may lie in a type that has no value.
    if (!type || depth > kMaxDepth || ++num_steps_ > 10 * kMaxValues)
      return false;
    switch (Reading reading = reading_of(type->kind)) {
    case Reading::kOther:
      return false;
    case Reading::kStruct:
      return llvm::all_of(value_fields(*type), [&](const GoField *field) {
        return append(field->type, offset + field->offset, depth + 1);
      });
    case Reading::kArray:
      for (uint64_t i = 0; type->element && type->element->size && i < type->length; i++)
        if (!append(type->element, offset + i * type->element->size, depth + 1))
          return false;
      return true;
    default:
      values_.push_back({offset, type->size, reading});
      return values_.size() <= kMaxValues;
    }
  }

  bool operator==(const Values &other) const { return values_ == other.values_; }

private:
  std::vector<Value> values_;
  size_t num_steps_ = 0;
};

// Whether the same values lie in the same places, however they are put together: in an array, or in
// a struct within.
bool has_same_values(const GoType &is, const GoType &wanted) {
  Values values, others;
  return is.size == wanted.size && values.append(&is) && others.append(&wanted) && values == others;
}

} // namespace

bool same_type(const GoType &first, const GoType &second) {
  llvm::SmallVector<TypePair, 8> waiting = {{&first, &second}};
  llvm::DenseSet<TypePair> seen;
  while (!waiting.empty()) {
    auto [a, b] = waiting.pop_back_val();
    if (a == b || (a && b && !seen.insert({a, b}).second))
      continue;
    if (!a || !b || !same_head(*a, *b))
      return false;
    waiting.push_back({a->element, b->element});
    for (size_t i = 0; i < a->fields.size(); i++) {
      if (!same_field(a->fields[i], b->fields[i]))
        return false;
      waiting.push_back({a->fields[i].type, b->fields[i].type});
    }
  }
  return true;
}

std::optional<MemoryDifference> memory_difference(const GoType &is, const GoType &wanted) {
  std::optional<MemoryDifference> difference = MemoryComparison().compare(&is, &wanted, 0);
  if (difference && has_same_values(is, wanted))
    return std::nullopt;
  return difference;
}

} // namespace wald::directives
