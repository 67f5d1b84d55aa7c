// Reading of modules: what it finds, and that broken bytes are errors.
#include "steps.h"
#include "wasm/module_reader.h"

#include "module_bytes.h"

#include "gtest/gtest.h"

namespace wald::wasm {
namespace {

using test::ByteVector;
using test::module_of;
using test::section;

std::string error_of(const ByteVector &bytes) {
  llvm::Expected<Module> module = read_module(bytes);
  return module ? "" : llvm::toString(module.takeError());
}

TEST(ModuleReader, FindsEverythingInASmallModule) {
  ByteVector bytes = test::SmallModule().build();
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  EXPECT_EQ(module->build_id, "abc");
  ASSERT_EQ(module->types.size(), 2u);
  EXPECT_EQ(signature_text(module->types[0].params, module->types[0].results), "(i32) -> (i32)");
  ASSERT_EQ(module->imports.size(), 1u);
  EXPECT_EQ(module->imports[0].module, "env");
  EXPECT_EQ(module->imports[0].name, "f");
  EXPECT_EQ(module->num_imported_functions(), 1u);
  EXPECT_EQ(module->num_functions(), 3u);
  EXPECT_EQ(module->memories.at(0).minimum, 3u);
  EXPECT_EQ(module->tables.at(0).limits.minimum, 2u);
  ASSERT_EQ(module->exports.size(), 2u);
  EXPECT_EQ(module->exports[1].name, "memory");
  EXPECT_EQ(module->exports[1].kind, ExternKind::kMemory);
  EXPECT_EQ(module->table_functions, (std::vector<uint32_t>{1, 2}));
  ASSERT_EQ(module->bodies.size(), 2u);
  EXPECT_EQ(bytes.at(module->bodies[1].offset + 1), 0x41);
  EXPECT_EQ(module->bodies[1].contents.size(), 4u);
  ASSERT_EQ(module->data.size(), 2u);
  EXPECT_EQ(module->data[1].address, 32u);
  EXPECT_EQ(module->data[1].contents, Bytes({5, 6, 7}));
  EXPECT_EQ(module->function_name(0), "");
  EXPECT_EQ(module->function_name(2), "main.main");
  EXPECT_EQ(module->function_name(3), "");
  EXPECT_EQ(module->producers.at(0).version, "go1.27.4");
}

TEST(ModuleReader, GivesTypesOfImportedAndDefinedFunctions) {
  ByteVector bytes = test::SmallModule().build();
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module));
  EXPECT_EQ(module->function_type(0), &module->types[1]);
  EXPECT_EQ(module->function_type(1), &module->types[0]);
  EXPECT_EQ(module->function_type(3), nullptr);
}

// The time would grow with the square of their number.
TEST(ModuleReader, GivesTypesOfManyImports) {
  auto steps = [](uint32_t count) {
    ByteVector imports = test::uleb(count + 1);
    test::append(imports, {0, 0, 3, 0x7f, 0}); // a global, which is no function
    for (uint32_t i = 0; i < count; i++)
      test::append(imports, {0, 0, 0, uint8_t(i + 1 == count)});
    ByteVector bytes =
        module_of({section(1, {2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 0}), section(2, imports)});
    llvm::Expected<Module> module = read_module(bytes);
    EXPECT_TRUE(bool(module));
    uint32_t num_right = 0;
    uint64_t taken = test::steps_of([&] {
      for (uint32_t i = 0; i < count; i++)
        num_right += module->function_type(i) == &module->types[i + 1 == count];
    });
    EXPECT_EQ(num_right, count);
    EXPECT_EQ(module->function_type(count), nullptr);
    return taken;
  };
  EXPECT_IN_PROPORTION(steps(100000 / 8), steps(100000));
}

TEST(ModuleReader, ReadsAddressesAbove2GigabytesAsUnsigned) {
  ByteVector data = {1, 0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x0b, 1, 9};
  ByteVector bytes = module_of({section(11, data)});
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  EXPECT_EQ(module->data.at(0).address, 0x80000000u);
}

TEST(ModuleReader, RejectsWhatIsNoModule) {
  EXPECT_NE(error_of({}), "");
  EXPECT_NE(error_of({0, 'a', 's', 'm', 13, 0, 1, 0}), ""); // a component
}

TEST(ModuleReader, NamesOffsetAndSectionOfAFault) {
  EXPECT_EQ(error_of(module_of({section(1, {1, 0x50})})),
            "broken wasm module: unknown form of type at offset 11 (section type)");
}

TEST(ModuleReader, RejectsSecondSectionOfAKind) {
  EXPECT_NE(error_of(module_of({section(5, {0}), section(5, {0})})), "");
  EXPECT_EQ(error_of(module_of({test::custom_section("a", {}), test::custom_section("a", {})})),
            "");
}

TEST(ModuleReader, RejectsExtraBytesInASection) {
  EXPECT_NE(error_of(module_of({section(5, {1, 0, 3, 0})})), "");
}

TEST(ModuleReader, RejectsCountsLargerThanTheSection) {
  EXPECT_NE(error_of(module_of({section(3, {0xff, 0xff, 0xff, 0xff, 0x0f})})), "");
}

TEST(ModuleReader, RejectsIntegersOver32Bits) {
  EXPECT_NE(error_of(module_of({section(3, {1, 0xff, 0xff, 0xff, 0xff, 0x1f})})), "");
  EXPECT_NE(error_of(module_of({section(3, {1, 0x80, 0x80, 0x80, 0x80, 0x80, 0})})), "");
}

TEST(ModuleReader, RejectsFunctionsWithoutBodies) {
  EXPECT_NE(error_of(module_of({section(1, {1, 0x60, 0, 0}), section(3, {1, 0})})), "");
}

TEST(ModuleReader, RejectsNamesOfMissingFunctions) {
  EXPECT_NE(error_of(module_of({test::custom_section("name", {1, 3, 1, 9, 0})})), "");
}

// A module may end between sections, but its declared functions then lack their bodies.
TEST(ModuleReader, SurvivesEveryTruncation) {
  ByteVector whole = test::SmallModule().build();
  unsigned readable = 0;
  for (size_t size = 0; size < whole.size(); size++)
    readable += error_of(ByteVector(whole.begin(), whole.begin() + size)).empty();
  // Readable: ends after the header, build id, types, imports, code, data and producers.
  EXPECT_EQ(readable, 7u);
}

TEST(ModuleReader, SurvivesEveryChangedByte) {
  ByteVector bytes = test::SmallModule().build();
  for (size_t at = 8; at < bytes.size(); at++) {
    uint8_t original = bytes[at];
    for (uint8_t value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      bytes[at] = value;
      if (llvm::Expected<Module> module = read_module(bytes)) {
        for (uint32_t i = 0; i < module->num_functions(); i++)
          module->function_type(i);
      } else {
        EXPECT_NE(llvm::toString(module.takeError()), "");
      }
    }
    bytes[at] = original;
  }
}

} // namespace
} // namespace wald::wasm
