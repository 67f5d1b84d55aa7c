// Interfaces survive being written as JSON and read again; text that is none is an error with a
// place.
#include "directive_rules.h"

#include "directives/contracts/interface_json.h"
#include "directives/types/type_compare.h"

#include "llvm/ADT/STLExtras.h"

namespace wald::directives::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

GoType scalar(GoKind kind, const char *name, uint64_t size) {
  GoType type;
  type.kind = kind;
  type.name = name;
  type.size = type.alignment = size;
  return type;
}

GoType pointer_to(const GoType &element) {
  GoType type;
  type.kind = GoKind::kPointer;
  type.size = type.alignment = 8;
  type.element = &element;
  return type;
}

// A struct with a nested one, an array, a marker, and a pointer to itself.
const GoType &add_point(GoTypeStore &types) {
  const GoType &number = types.emplace_back(scalar(GoKind::kInt32, "int32", 4));
  GoType &marker = types.emplace_back();
  marker.kind = GoKind::kStruct;
  marker.package = "structs";
  marker.name = "HostLayout";
  GoType &rows = types.emplace_back();
  rows.kind = GoKind::kArray;
  rows.element = &number;
  rows.length = 3;
  rows.size = 12;
  rows.alignment = 4;
  GoType &point = types.emplace_back();
  const GoType &next = types.emplace_back(pointer_to(point));
  point.kind = GoKind::kStruct;
  point.package = "example.com/geo";
  point.name = "Point";
  point.size = 24;
  point.alignment = 8;
  point.fields = {{"_", &marker, 0, false}, {"Rows", &rows, 0, true}, {"Next", &next, 16, false}};
  return point;
}

Interface sample() {
  Directive import = imported("env", "log\n", "ii.I");
  Directive item = exported("add", "x/lib", "ifFI");
  item.has_go_types = true;
  Interface interface = program({}, "wasip1", true);
  GoTypeStore &types = *interface.types;
  const GoType &pointer = types.emplace_back(pointer_to(add_point(types)));
  const GoType &again = types.emplace_back(pointer_to(add_point(types)));
  const GoType &text = types.emplace_back(scalar(GoKind::kString, "string", 16));
  types.back().alignment = 8;
  item.signature = signature("iiii");
  item.params = {{"p", &pointer, {wasm::ValueType::kI32}},
                 {"", &text, {wasm::ValueType::kI32, wasm::ValueType::kI32}},
                 {"q", &again, {wasm::ValueType::kI32}}};
  import.why_no_go_types = "cannot read x.go: \"gone\"";
  interface.directives = {item, import};
  return interface;
}

std::string written(const Interface &interface) {
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out, 2);
  write_interface(json, interface, "x/program", "/src");
  return text;
}

ReadInterface read_one(llvm::StringRef text) {
  llvm::Expected<std::vector<ReadInterface>> read = read_interfaces(text);
  if (!read || read->size() != 1) {
    ADD_FAILURE() << (read ? "not one" : llvm::toString(read.takeError()));
    return {};
  }
  return std::move(read->front());
}

std::string error_of(llvm::StringRef text) {
  llvm::Expected<std::vector<ReadInterface>> read = read_interfaces(text);
  return read ? "" : llvm::toString(read.takeError());
}

TEST(InterfaceJson, IsReadAsItWasWritten) {
  Interface from = sample();
  ReadInterface read = read_one(written(from));
  EXPECT_EQ(read.program, "x/program");
  const Interface &to = read.interface;
  EXPECT_EQ(to.goos, "wasip1");
  EXPECT_TRUE(to.is_reactor);
  ASSERT_THAT(to.directives, SizeIs(2));
  const Directive &import = to.directives[0], &item = to.directives[1]; // imports come first
  EXPECT_EQ(import.kind, DirectiveKind::kImport);
  EXPECT_EQ(import.module + "|" + import.name, "env|log\n");
  EXPECT_EQ(signature_text(import.signature), "(i32, i32) -> (i64)");
  EXPECT_EQ(import.why_no_go_types, from.directives[1].why_no_go_types);
  EXPECT_FALSE(import.has_go_types);
  EXPECT_EQ(item.kind, DirectiveKind::kExport);
  EXPECT_EQ(describe(item), "x/lib.f (src/x/lib.go:7)");
  ASSERT_TRUE(item.has_go_types);
  ASSERT_THAT(item.params, SizeIs(3));
  for (size_t i = 0; i < 3; i++) {
    EXPECT_EQ(item.params[i].name, from.directives[0].params[i].name);
    EXPECT_EQ(item.params[i].wasm_types, from.directives[0].params[i].wasm_types);
    EXPECT_TRUE(same_type(*item.params[i].type, *from.directives[0].params[i].type));
  }
  EXPECT_THAT(item.results, IsEmpty());
  EXPECT_EQ(written(to), written(from));
}

TEST(InterfaceJson, HasLinesOfWhatIsRead) {
  std::string text = written(sample());
  ReadInterface read = read_one(text);
  llvm::SmallVector<llvm::StringRef, 0> lines;
  llvm::StringRef(text).split(lines, '\n');
  ASSERT_THAT(read.lines, SizeIs(2));
  EXPECT_THAT(lines[read.lines[0]].str(), HasSubstr("\"module\": \"env\""));
  EXPECT_THAT(lines[read.lines[1]].str(), HasSubstr("\"name\": \"add\""));
  ReadInterface in_list = read_one("[\n" + text + "]");
  EXPECT_EQ(in_list.lines[1], read.lines[1] + 1);
}

TEST(InterfaceJson, WritesEqualTypesOnceAndOthersOfTheNameApart) {
  Interface interface = sample();
  GoType &other = interface.types->emplace_back();
  other.kind = GoKind::kStruct;
  other.package = "example.com/geo";
  other.name = "Point";
  GoType number = scalar(GoKind::kInt64, "int32", 8); // not the predeclared one
  interface.directives[0].params[1].type = &other;
  interface.directives[0].params[2].type = &number;
  interface.directives[0].params[2].wasm_types = {wasm::ValueType::kI32};
  ReadInterface read = read_one(written(interface));
  const std::vector<Parameter> &params = read.interface.directives[1].params;
  EXPECT_TRUE(same_type(*params[1].type, other));
  EXPECT_TRUE(same_type(*params[2].type, number));
  EXPECT_FALSE(same_type(*params[0].type->element, other));
  std::string text = written(sample());
  EXPECT_EQ(text.find("Point #2"), std::string::npos) << text;
}

constexpr const char kExport[] = R"({"name": "f", "params": [], "results": [])";

std::string with_export(const std::string &more) {
  return std::string("{\n\"exports\": [\n") + kExport + more + "}]}";
}

TEST(InterfaceJson, NeedsLittle) {
  ReadInterface read = read_one(with_export(""));
  EXPECT_EQ(read.interface.directives[0].name, "f");
  EXPECT_EQ(read.interface.goos, "");
  EXPECT_THAT(read_one("{}").interface.directives, IsEmpty());
}

TEST(InterfaceJson, RefusesWhatIsNotJsonWithAPlace) {
  EXPECT_THAT(error_of("{\n\"exports\": [}"), StartsWith("2:"));
  EXPECT_THAT(error_of(""), HasSubstr("not JSON"));
  EXPECT_THAT(error_of("{} {}"), HasSubstr("not JSON"));
  EXPECT_THAT(error_of("{\"program\": \"\xff\"}"), HasSubstr("UTF-8"));
}

TEST(InterfaceJson, RefusesWhatItDoesNotKnowWithALine) {
  EXPECT_EQ(error_of(with_export(", \"result\": []")), "3: exports[0]: unknown key result");
  EXPECT_EQ(error_of(with_export(", \"module\": \"env\"")), "3: exports[0]: unknown key module");
  EXPECT_EQ(error_of(R"({"imports": [{"name": "f"}]})"), "1: imports[0]: key module is missing");
  EXPECT_EQ(error_of(R"({"exports": [{"name": 1, "params": [], "results": []}]})"),
            "1: exports[0]: want a string for key name");
  EXPECT_THAT(error_of(R"({"exports": [{"name": "f", "params": ["i31"], "results": []}]})"),
              HasSubstr("want types of WebAssembly"));
  EXPECT_EQ(error_of(with_export(", \"line\": -1")),
            "3: exports[0]: want a whole number of at most 4294967295 for key line");
  EXPECT_THAT(error_of(R"({"exports": {}})"), HasSubstr("want a list for key exports"));
  EXPECT_THAT(error_of(R"({"exports": [1]})"), HasSubstr("want an object"));
  EXPECT_THAT(error_of("[[]]"), HasSubstr("want an object"));
  EXPECT_THAT(error_of("7"), HasSubstr("want an object"));
  EXPECT_THAT(error_of(R"({"reactor": 1})"), HasSubstr("want true or false"));
  EXPECT_THAT(error_of(R"({"goos": "linux"})"), HasSubstr("neither wasip1 nor js"));
  EXPECT_THAT(error_of(R"({"exports": [], "exports": [{"name": "f", "params": [], "results": []}],
                          "exports": []})"),
              HasSubstr("stands there twice"));
}

TEST(InterfaceJson, RefusesTypesThatDoNotFit) {
  EXPECT_THAT(error_of(with_export(", \"go_params\": [], \"go_results\": "
                                   "[{\"type\": \"int32\", \"wasm\": [\"i32\"]}]")),
              HasSubstr("the wasm types in go_results are not results"));
  EXPECT_THAT(error_of(with_export(", \"go_params\": []")), HasSubstr("go_results is missing"));
  EXPECT_THAT(error_of(with_export(", \"go_params\": [{\"type\": \"T\", \"wasm\": []}]")),
              HasSubstr("types has no T"));
  EXPECT_EQ(error_of(R"({"types": {"T": {"kind": "thing", "size": 1, "alignment": 1}}})"),
            "types.T: unknown kind of type");
}

TEST(InterfaceJson, RefusesWhatWouldNeedTooMuch) {
  EXPECT_THAT(error_of(std::string(100000, '[')), HasSubstr("nest deeper"));
  std::string objects = "[";
  for (unsigned i = 0; i <= kMaxInterfaceObjects; i++)
    objects += "{},";
  EXPECT_THAT(error_of(objects + "{}]"), HasSubstr("more than 50000 objects"));
  EXPECT_THAT(error_of(std::string(kMaxInterfaceText + 1, ' ')), HasSubstr("larger than"));
  EXPECT_EQ(error_of("{\"program\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[{\\\"[[[[\"}"), "");
}

TEST(MemoryDifference, IsNoneBetweenNamesSignsAndPadding) {
  GoTypeStore types;
  GoType i32 = scalar(GoKind::kInt32, "int32", 4), u32 = scalar(GoKind::kUint32, "Kind", 4);
  GoType a, b;
  a.kind = b.kind = GoKind::kStruct;
  a.size = b.size = 8;
  a.fields = {{"X", &i32, 0, false}, {"_", &i32, 4, false}};
  b.fields = {{"Y", &u32, 0, false}};
  EXPECT_FALSE(memory_difference(a, b));
  const GoType &point = add_point(types), &other = add_point(types);
  EXPECT_FALSE(memory_difference(point, other)); // though it points to itself
}

std::string difference(const GoType &is, const GoType &wanted) {
  std::optional<MemoryDifference> found = memory_difference(is, wanted);
  return found ? found->path + " " + found->fact : "none";
}

TEST(MemoryDifference, NamesThePartThatDiffers) {
  GoType i32 = scalar(GoKind::kInt32, "int32", 4), i64 = scalar(GoKind::kInt64, "int64", 8);
  GoType i8 = scalar(GoKind::kInt8, "int8", 1), flag = scalar(GoKind::kBool, "bool", 1);
  EXPECT_EQ(difference(i32, i64), " is int32, not int64");
  EXPECT_EQ(difference(i8, flag), " is int8, not bool");
  GoType rows, more;
  rows.kind = more.kind = GoKind::kArray;
  rows.element = more.element = &i32;
  rows.length = 3;
  more.length = 4;
  EXPECT_EQ(difference(rows, more), " has 3 elements, not 4");
  GoType inner, inner_other, outer, outer_other;
  for (GoType *type : {&inner, &inner_other, &outer, &outer_other}) {
    type->kind = GoKind::kStruct;
    type->size = 16;
  }
  inner.fields = {{"A", &i32, 0, false}, {"B", &flag, 4, false}};
  inner_other.fields = {{"A", &i32, 0, false}, {"B", &i8, 4, false}};
  rows.element = &inner;
  more = rows;
  more.element = &inner_other;
  rows.size = more.size = 48;
  outer.fields = {{"Rows", &rows, 0, false}};
  outer_other.fields = {{"Rows", &more, 0, false}};
  EXPECT_EQ(difference(outer, outer_other), "Rows[].B is bool, not int8");
  outer_other = outer;
  outer_other.fields[0].offset = 8;
  EXPECT_EQ(difference(outer, outer_other), "Rows is at offset 0, not 8");
  outer_other = outer;
  outer_other.fields.push_back({"More", &i32, 12, false});
  EXPECT_EQ(difference(outer, outer_other), "More is missing");
  EXPECT_EQ(difference(outer_other, outer), "More is not wanted");
  outer_other = outer;
  outer_other.size = 24;
  EXPECT_EQ(difference(outer, outer_other), " has 16 bytes, not 24");
}

TEST(TypeComparison, EndsForTypesThatAreLargeOnlyWrittenOut) {
  // Each level has the one below it twice: 2^60 parts.
  GoTypeStore types;
  auto tower = [&]() -> const GoType & {
    const GoType *below = &types.emplace_back(scalar(GoKind::kInt32, "int32", 4));
    for (int i = 0; i < 60; i++) {
      GoType &level = types.emplace_back();
      level.kind = GoKind::kStruct;
      level.size = 4;
      level.fields = {{"A", below, 0, false}, {"B", below, 0, false}};
      below = &level;
    }
    return *below;
  };
  const GoType &a = tower(), &b = tower();
  EXPECT_TRUE(same_type(a, b));
  EXPECT_FALSE(memory_difference(a, b));
}

} // namespace
} // namespace wald::directives::test
