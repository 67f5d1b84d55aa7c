// How C lays structs out, as clang has it: structs generated here become C source full of static
// assertions, which clang compiles for wasm32.
#include "directives/types/c_layout.h"
#include "directives/types/go_layout.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

#include <random>

namespace wald::directives {
namespace {

class Generator {
public:
  explicit Generator(unsigned seed) : random_(seed) {}

  // Declares the next struct.
  const GoType &declare_struct() {
    GoType type;
    type.kind = GoKind::kStruct;
    type.package = "main";
    type.name = "S" + std::to_string(structs_.size());
    size_t count = pick(8);
    for (size_t i = 0; i < count; i++)
      type.fields.push_back({"f" + std::to_string(i), &pick_type(0), 0, false});
    GoField marker = {"_", &marker_, 0, false};
    type.fields.insert(type.fields.begin() + pick(count + 1), marker);
    EXPECT_TRUE(lay_out(type));
    structs_.push_back(&store_.emplace_back(std::move(type)));
    write(*structs_.back());
    return *structs_.back();
  }

  std::string source;

private:
  size_t pick(size_t below) { return random_() % below; }

  const GoType &pick_type(unsigned depth) {
    constexpr GoKind kKinds[] = {GoKind::kBool,   GoKind::kInt8,    GoKind::kUint8,  GoKind::kInt16,
                                 GoKind::kUint16, GoKind::kInt32,   GoKind::kUint32, GoKind::kInt64,
                                 GoKind::kUint64, GoKind::kFloat32, GoKind::kFloat64};
    size_t choice = pick(10);
    if (choice < 2 && depth < 3) {
      GoType array;
      array.kind = GoKind::kArray;
      array.length = pick(5);
      array.element = &pick_type(depth + 1);
      EXPECT_TRUE(lay_out(array));
      return store_.emplace_back(std::move(array));
    }
    // Not only large ones: the sizes of nested structs grow.
    if (choice < 4 && !structs_.empty())
      return *structs_[std::max<size_t>(structs_.size(), 20) - 20 +
                       pick(std::min<size_t>(structs_.size(), 20))];
    return store_.emplace_back(scalar_type(kKinds[pick(std::size(kKinds))]));
  }

  static std::string declarator(const GoType &type, std::string name) {
    const GoType *at = &type;
    for (; at->kind == GoKind::kArray; at = at->element)
      name += "[" + std::to_string(at->length) + "]";
    if (at->kind == GoKind::kStruct)
      return "struct " + at->name + " " + name;
    std::string kind = go_kind_name(at->kind);
    if (kind == "bool")
      return "_Bool " + name;
    if (kind == "float32")
      return "float " + name;
    if (kind == "float64")
      return "double " + name;
    return "__" + llvm::StringRef(kind).upper() + "_TYPE__ " + name;
  }

  void write(const GoType &type) {
    std::optional<CLayout> layout = c_layout(type);
    ASSERT_TRUE(layout);
    source += "struct " + type.name + " {\n";
    std::string asserts;
    auto expect = [&](const std::string &what, uint64_t value) {
      asserts += "_Static_assert(" + what + " == " + std::to_string(value) + ", \"\");\n";
    };
    expect("sizeof(struct " + type.name + ")", layout->size);
    expect("_Alignof(struct " + type.name + ")", layout->alignment);
    for (size_t i = 0; i < type.fields.size(); i++) {
      if (type.fields[i].type == &marker_)
        continue;
      source += "  " + declarator(*type.fields[i].type, type.fields[i].name) + ";\n";
      expect("__builtin_offsetof(struct " + type.name + ", " + type.fields[i].name + ")",
             layout->offsets[i]);
    }
    source += "};\n" + asserts;
  }

  std::mt19937 random_;
  GoTypeStore store_;
  std::vector<const GoType *> structs_;
  GoType marker_ = [] {
    GoType type;
    type.kind = GoKind::kStruct;
    type.package = "structs";
    type.name = "HostLayout";
    return type;
  }();
};

// What clang says about a C source for wasm32; nothing if it is well.
std::string compile(const std::string &source) {
  llvm::ErrorOr<std::string> clang = llvm::sys::findProgramByName("clang-19");
  if (!clang)
    return "there is no clang-19";
  std::string base = testing::TempDir() + "wald-layouts-" + std::to_string(getpid());
  std::error_code error;
  llvm::raw_fd_ostream(base + ".c", error) << source;
  llvm::StringRef messages = "";
  std::string messages_file = base + ".txt";
  int status = llvm::sys::ExecuteAndWait(
      *clang, {*clang, "--target=wasm32", "-ffreestanding", "-fsyntax-only", base + ".c"},
      std::nullopt, {"", "", messages_file});
  auto text = llvm::MemoryBuffer::getFile(messages_file);
  if (text)
    messages = (*text)->getBuffer();
  std::string result = status == 0 ? "" : "status " + std::to_string(status) + messages.str();
  llvm::sys::fs::remove(base + ".c");
  llvm::sys::fs::remove(messages_file);
  return result;
}

TEST(CLayout, IsThatOfClangForWasm32) {
  Generator generator(1);
  unsigned num_different = 0;
  for (int i = 0; i < 500; i++) {
    const GoType &type = generator.declare_struct();
    num_different += first_layout_difference(type).has_value();
  }
  EXPECT_GT(num_different, 50u);
  EXPECT_LT(num_different, 450u);
  EXPECT_EQ(compile(generator.source), "");
  // That clang looks at all.
  EXPECT_NE(compile(generator.source + "_Static_assert(sizeof(struct S0) == 12345, \"\");\n"), "");
}

} // namespace
} // namespace wald::directives
