// The compiler's rules about types of directives, and layouts in C.
#include "directives/types/c_layout.h"
#include "directives/types/type_rules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald::directives {
namespace {

// Makes types, laid out as Go does it.
struct Types {
  GoTypeStore store;

  GoType &make(GoKind kind, uint64_t size, uint64_t alignment) {
    GoType &type = store.emplace_back();
    type.kind = kind;
    type.size = size;
    type.alignment = alignment;
    return type;
  }
  const GoType *scalar(GoKind kind, uint64_t size) { return &make(kind, size, size); }
  const GoType *i8() { return scalar(GoKind::kInt8, 1); }
  const GoType *i32() { return scalar(GoKind::kInt32, 4); }
  const GoType *i64() { return scalar(GoKind::kInt64, 8); }
  const GoType *pointer(const GoType *to) {
    GoType &type = make(GoKind::kPointer, 8, 8);
    type.element = to;
    return &type;
  }
  const GoType *array(uint64_t length, const GoType *of) {
    GoType &type = make(GoKind::kArray, length * of->size, of->alignment);
    type.length = length;
    type.element = of;
    return &type;
  }
  const GoType *structure(std::vector<std::pair<std::string, const GoType *>> fields) {
    GoType &type = make(GoKind::kStruct, 0, 1);
    for (auto &[name, field] : fields) {
      type.alignment = std::max(type.alignment, field->alignment);
      type.size = (type.size + field->alignment - 1) / field->alignment * field->alignment;
      type.fields.push_back({name, field, type.size, false});
      type.size += field->size;
    }
    if (!fields.empty() && fields.back().second->size == 0 && type.size > 0)
      type.size++;
    type.size = (type.size + type.alignment - 1) / type.alignment * type.alignment;
    return &type;
  }
  const GoType *marker() {
    GoType &type = const_cast<GoType &>(*structure({{"_", structure({})}}));
    type.package = "structs";
    type.name = "HostLayout";
    return &type;
  }
};

std::string broken(const GoType *type, TypeUse use = TypeUse::kParameter) {
  std::optional<TypeViolation> violation = type_violation(*type, use);
  return violation ? violation->rule + (" " + violation->path) : "";
}

TEST(TypeRules, PassesScalarsOfTheWasmSizesByValue) {
  Types t;
  for (GoKind kind :
       {GoKind::kBool, GoKind::kInt32, GoKind::kUint32, GoKind::kInt64, GoKind::kUint64,
        GoKind::kFloat32, GoKind::kFloat64, GoKind::kUintptr, GoKind::kUnsafePointer})
    for (TypeUse use : {TypeUse::kParameter, TypeUse::kResult})
      EXPECT_EQ(broken(t.scalar(kind, 8), use), "") << int(kind);
  for (GoKind kind :
       {GoKind::kInt, GoKind::kUint, GoKind::kInt8, GoKind::kUint8, GoKind::kInt16, GoKind::kUint16,
        GoKind::kComplex64, GoKind::kComplex128, GoKind::kSlice, GoKind::kInterface, GoKind::kFunc,
        GoKind::kChan, GoKind::kMap, GoKind::kStruct, GoKind::kArray, GoKind::kInvalid})
    for (TypeUse use : {TypeUse::kParameter, TypeUse::kResult})
      EXPECT_EQ(broken(t.scalar(kind, 8), use), "type-by-value ") << int(kind);
  EXPECT_EQ(broken(t.scalar(GoKind::kString, 16)), "");
  EXPECT_EQ(broken(t.scalar(GoKind::kString, 16), TypeUse::kResult), "string-result ");
}

TEST(TypeRules, LimitsWhatPointersPointTo) {
  Types t;
  auto pointee = [&](const GoType *type) { return broken(t.pointer(type)); };
  EXPECT_EQ(pointee(t.i8()), "");
  for (GoKind kind : {GoKind::kInt, GoKind::kUint, GoKind::kUintptr, GoKind::kString,
                      GoKind::kUnsafePointer, GoKind::kComplex64, GoKind::kSlice})
    EXPECT_EQ(pointee(t.scalar(kind, 8)), "type-in-memory *") << int(kind);
  EXPECT_EQ(pointee(t.pointer(t.i32())), "type-in-memory *");
  EXPECT_EQ(pointee(t.array(4, t.i32())), "");
  EXPECT_EQ(pointee(t.array(0, t.scalar(GoKind::kInt, 8))), "type-in-memory *[]");
  EXPECT_EQ(pointee(t.structure({})), "");
  EXPECT_EQ(pointee(t.structure({{"A", t.i32()}})), "host-layout *");
  EXPECT_EQ(pointee(t.structure({{"A", t.i32()}, {"_", t.marker()}})), "");
  EXPECT_EQ(pointee(t.marker()), "host-layout *");
  const GoType *plain = t.structure({{"X", t.i32()}});
  EXPECT_EQ(pointee(t.structure({{"_", t.marker()}, {"B", t.array(2, plain)}})),
            "host-layout *.B[]");
  const GoType *has_string = t.structure({{"_", t.marker()}, {"S", t.scalar(GoKind::kString, 16)}});
  EXPECT_EQ(pointee(t.structure({{"_", t.marker()}, {"In", has_string}})), "type-in-memory *.In.S");
}

TEST(TypeRules, EndsOnTypesThatContainThemselves) {
  Types t;
  GoType &type = const_cast<GoType &>(*t.structure({{"_", t.marker()}, {"A", t.i32()}}));
  type.fields[1].type = &type;
  EXPECT_TRUE(llvm::StringRef(broken(t.pointer(&type))).starts_with("type-nesting"));
  EXPECT_FALSE(c_layout(type));
  EXPECT_FALSE(type_text(type).empty());
  // A type that is named in 2^60 places.
  const GoType *wide = t.structure({{"_", t.marker()}, {"A", t.array(0, t.i32())}});
  for (int i = 0; i < 60; i++)
    wide = t.structure({{"_", t.marker()}, {"A", t.array(0, wide)}, {"B", t.array(0, wide)}});
  EXPECT_EQ(broken(t.pointer(wide)), "");
  EXPECT_FALSE(first_layout_difference(*wide));
}

std::string signature_broken(DirectiveKind kind, Signature signature, const char *module = "env") {
  Directive directive;
  directive.kind = kind;
  directive.module = module;
  directive.signature = std::move(signature);
  std::optional<TypeViolation> violation =
      signature_violation(directive, *objfile::find_go_version(27));
  return violation ? violation->rule : "";
}

TEST(TypeRules, LimitsSignatures) {
  constexpr auto kExport = DirectiveKind::kExport;
  constexpr auto kImport = DirectiveKind::kImport;
  auto i64 = [](uint64_t at) { return Field{1, wasm::ValueType::kI64, at}; };
  EXPECT_EQ(signature_broken(kExport, {{i64(0), i64(8)}, {i64(16)}}), "");
  EXPECT_EQ(signature_broken(kExport, {{}, {i64(0), i64(8)}}), "several-results");
  EXPECT_EQ(signature_broken(kImport, {{i64(0), i64(4)}, {}}), "frame-offsets");
  EXPECT_EQ(signature_broken(kImport, {{i64(8), i64(0)}, {}}), "frame-offsets");
  EXPECT_EQ(signature_broken(kImport, {{{99, wasm::ValueType::kI64, 0}}, {}}), "frame-offsets");
  EXPECT_EQ(signature_broken(kImport, {{{99, wasm::ValueType::kI64, 0}}, {}}, "gojs"), "");
  EXPECT_EQ(signature_broken(kImport, {{i64(UINT64_MAX - 7)}, {}}), "frame-offsets");
  Signature many;
  for (int i = 0; i < 17; i++)
    many.params.push_back(i64(i * 8));
  EXPECT_EQ(signature_broken(kExport, many), "many-export-parameters");
  EXPECT_EQ(signature_broken(kImport, many), "");
  many.params.pop_back();
  EXPECT_EQ(signature_broken(kExport, many), "");
  many.results.push_back(i64(128));
  EXPECT_EQ(signature_broken(kExport, many), "frame-size");
}

std::string layout_difference(const GoType *type) {
  std::optional<LayoutDifference> found = first_layout_difference(*type);
  if (!found)
    return "";
  return found->path + " go " + std::to_string(found->go_offset) + "/" +
         std::to_string(found->go_size) + " c " + std::to_string(found->c_offset) + "/" +
         std::to_string(found->c_size);
}

TEST(CLayout, DiffersWhereALastFieldHasNoSize) {
  Types t;
  EXPECT_EQ(layout_difference(t.structure({{"_", t.marker()}, {"A", t.i8()}, {"B", t.i64()}})), "");
  EXPECT_EQ(layout_difference(t.structure({{"A", t.i32()}, {"_", t.marker()}})), " go 0/8 c 0/4");
  const GoType *padded = t.structure({{"A", t.i32()}, {"_", t.marker()}});
  EXPECT_EQ(layout_difference(
                t.structure({{"_", t.marker()}, {"P", t.array(2, padded)}, {"B", t.i32()}})),
            "P[] go 0/8 c 0/4");
  EXPECT_EQ(layout_difference(t.structure({{"A", t.i8()}, {"E", t.array(0, t.i64())}})),
            " go 0/16 c 0/8");
}

TEST(CLayout, RefusesWhatCDoesNotHave) {
  Types t;
  EXPECT_FALSE(c_layout(*t.pointer(t.i32())));
  EXPECT_FALSE(c_layout(*t.structure({{"S", t.scalar(GoKind::kString, 16)}})));
  EXPECT_FALSE(c_layout(*t.array(1ull << 30, t.i64())));
}

TEST(GoType, SpellsTypes) {
  Types t;
  EXPECT_EQ(type_text(*t.pointer(t.array(4, t.marker()))), "*[4]structs.HostLayout");
  EXPECT_EQ(type_text(*t.structure({{"A", t.i8()}, {"B", t.i64()}})), "struct { A int8; B int64 }");
}

} // namespace
} // namespace wald::directives
