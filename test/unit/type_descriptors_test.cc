// Types as the compiler describes them in objects, sound and broken.
#include "directives/reports/print_interface.h"
#include "directives/types/go_types.h"
#include "directives/types/type_descriptors.h"
#include "directives/types/type_rules.h"

#include "type_object.h"

#include "gmock/gmock.h"

namespace wald::directives {
namespace {

using test::TypeObject;
using testing::HasSubstr;

constexpr uint8_t kStruct = 25, kPointer = 22, kArray = 17, kInt32 = 5;

// The type that the object describes under the name, as text with its fields; or the error.
struct Found {
  explicit Found(const TypeObject &from, llvm::StringRef name = "T") : object(from.yaml()) {
    if (!object.object) {
      text = object.error;
      return;
    }
    ProgramObject program = {"x/p", &*object.object};
    TypeDescriptors descriptors(program, store);
    llvm::Expected<const GoType *> found = descriptors.find("x/p", name);
    if (!found) {
      text = llvm::toString(found.takeError());
      return;
    }
    type = *found;
    if (!type)
      return;
    text =
        type_text(*type) + " " + std::to_string(type->size) + "/" + std::to_string(type->alignment);
    for (const GoField &field : type->fields)
      text += " | " + field.name + " " + type_text(*field.type) + " " +
              std::to_string(field.offset) + (field.is_embedded ? " embedded" : "");
  }

  test::ParsedObject object;
  GoTypeStore store;
  const GoType *type = nullptr;
  std::string text;
};

TEST(TypeDescriptors, AreReadThroughRelocations) {
  TypeObject object;
  object.add({"x/p.T",
              kStruct,
              24,
              8,
              true,
              "",
              0,
              {{"A", "builtin uint8", 0},
               {"K", "x/p.K", 4, true},
               {"L", "[2]x/p.K", 8},
               {"Next", "*x/p.T", 16}}});
  object.add({"x/p.K", kInt32, 4, 4});
  object.add({"[2]x/p.K", kArray, 8, 4, false, "x/p.K", 2});
  object.add({"*x/p.T", kPointer, 8, 8, false, "x/p.T"});
  Found found(object);
  EXPECT_EQ(found.text, "x/p.T 24/8 | A uint8 0 | K x/p.K 4 embedded | L [2]x/p.K 8 | "
                        "Next *x/p.T 16");
  ASSERT_TRUE(found.type);
  EXPECT_EQ(found.type->fields[3].type->element, found.type);
  EXPECT_EQ(Found(object, "U").text, "");
  EXPECT_EQ(Found(object, "K").text, "x/p.K 4/4");
}

TEST(TypeDescriptors, ThatAreBrokenAreErrors) {
  auto problem = [](const TypeObject::Descriptor &type) {
    TypeObject object;
    object.add(type);
    return Found(object).text;
  };
  EXPECT_THAT(problem({"x/p.T", 31, 8, 8}), HasSubstr("unknown kind"));
  EXPECT_THAT(problem({"x/p.T", 0, 8, 8}), HasSubstr("unknown kind"));
  EXPECT_THAT(problem({"x/p.T", kPointer, 8, 8}), HasSubstr("its element type is not there"));
  EXPECT_THAT(problem({"x/p.T", kInt32, 4, 0}), HasSubstr("not laid out as Go does it"));
  EXPECT_THAT(problem({"x/p.T", kInt32, 1ull << 60, 4}), HasSubstr("not laid out"));
  EXPECT_THAT(problem({"x/p.T", kArray, 8, 4, true, "builtin int32", 1ull << 62}),
              HasSubstr("not laid out"));
  EXPECT_THAT(problem({"x/p.T", kStruct, 8, 4, true, "", 0, {{"A", "builtin int32", 2}}}),
              HasSubstr("not laid out"));
  EXPECT_THAT(problem({"x/p.T", kStruct, 4, 4, true, "", 0, {{"A", "", 0}}}),
              HasSubstr("a field has no name or no type"));
  for (uint64_t count : {3ull, 1ull << 20, 1ull << 32, ~0ull})
    EXPECT_THAT(problem({"x/p.T", kStruct, 4, 4, true, "", count, {{"A", "builtin int32", 0}}}),
                HasSubstr("room for"))
        << count;
}

TEST(TypeDescriptors, OfTypesThatContainThemselvesEnd) {
  TypeObject object;
  object.add({"x/p.T", kStruct, 0, 1, true, "", 0, {{"A", "[0]x/p.T", 0}, {"B", "x/p.T", 0}}});
  object.add({"[0]x/p.T", kArray, 0, 1, false, "x/p.T", 0});
  Found found(object);
  ASSERT_TRUE(found.type) << found.text;
  GoType pointer;
  pointer.kind = GoKind::kPointer;
  pointer.element = found.type;
  EXPECT_TRUE(type_violation(pointer, TypeUse::kParameter));
  Interface interface;
  Directive directive;
  directive.has_go_types = true;
  directive.params.push_back({"p", &pointer, {}});
  interface.directives.push_back(directive);
  std::string text;
  llvm::raw_string_ostream out(text);
  print_interface(out, interface, "p", "", /*with_std=*/true);
  EXPECT_THAT(out.str(), HasSubstr("type x/p.T: struct, 0 bytes, aligned to 1"));
}

TEST(TypeDescriptors, MayBeAChainOfAnyLength) {
  TypeObject object;
  constexpr int kLength = 3000;
  object.add({"x/p.T", kPointer, 8, 8, true, "0"});
  for (int i = 0; i < kLength; i++)
    object.add({std::to_string(i), kPointer, 8, 8, false,
                i + 1 < kLength ? std::to_string(i + 1) : "builtin int32"});
  Found found(object);
  ASSERT_TRUE(found.type) << found.text;
  int length = 0;
  for (const GoType *at = found.type; at->kind == GoKind::kPointer; at = at->element)
    length++;
  EXPECT_EQ(length, kLength + 1);
}

} // namespace
} // namespace wald::directives
