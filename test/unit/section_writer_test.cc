// Framing of sections and the list of types, read back as a module.
#include "wasm/section_writer.h"

#include "segment_bytes.h"
#include "wasm/function_types.h"
#include "wasm/module_reader.h"

#include "gtest/gtest.h"

namespace wald::wasm {
namespace {

using test::ByteVector;

ByteVector module_with(llvm::function_ref<void(SectionWriter &, OutputStream &)> write) {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("sections", "wasm", path));
  llvm::Expected<OutputFile> file = OutputFile::create(path);
  EXPECT_TRUE(bool(file));
  {
    OutputStream out(*file, 0);
    SectionWriter sections(*file);
    out.write(kModuleHeader);
    write(sections, out);
    EXPECT_FALSE(sections.too_long());
  }
  ByteVector bytes;
  EXPECT_FALSE(bool(file->read_back([&](llvm::ArrayRef<uint8_t> all) { bytes = all.vec(); })));
  llvm::sys::fs::remove(path);
  return bytes;
}

TEST(SectionWriter, FramesPayloadsOfAnySize) {
  const size_t sizes[] = {0, 1, 127, 128, 70'000, 300'000};
  ByteVector bytes = module_with([&](SectionWriter &sections, OutputStream &out) {
    for (size_t size : sizes)
      sections.write(out, SectionId::kCustom, [&] {
        out.write_name("n" + std::to_string(size));
        out.write(ByteVector(size, uint8_t(size)));
      });
  });
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module));
  ASSERT_EQ(module->sections.size(), std::size(sizes));
  for (size_t i = 0; i < std::size(sizes); i++) {
    const Section &section = module->sections[i];
    EXPECT_EQ(section.custom_name, "n" + std::to_string(sizes[i]));
    EXPECT_TRUE(llvm::all_of(llvm::ArrayRef(bytes).slice(section.payload_offset, sizes[i]),
                             [&](uint8_t byte) { return byte == uint8_t(sizes[i]); }));
  }
}

TEST(SectionWriter, SaysWhichSectionIsTooLong) {
  llvm::SmallString<128> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("sections", "wasm", path));
  llvm::Expected<OutputFile> file = OutputFile::create(path);
  ASSERT_TRUE(bool(file));
  SectionWriter sections(*file);
  const uint64_t header = kSectionHeaderSize, most = UINT32_MAX;
  sections.frame(SectionId::kCode, 100, 100 + header + most);
  EXPECT_FALSE(sections.too_long());
  sections.frame(SectionId::kData, 100, 100 + header + most + 1);
  EXPECT_EQ(sections.too_long(), SectionId::kData);
  llvm::sys::fs::remove(path);
}

TEST(FunctionTypes, AreListedOnceInOrderOfFirstUse) {
  using enum ValueType;
  FunctionTypes types;
  EXPECT_EQ(types.index_of({kI32}, {kI32}), 0u);
  EXPECT_EQ(types.index_of({}, {}), 1u);
  EXPECT_EQ(types.index_of({kI32, kI32}, {}), 2u);
  EXPECT_EQ(types.index_of({kI32}, {kI32}), 0u);
  EXPECT_EQ(types.index_of({}, {kI32, kI32}), 3u);
  EXPECT_EQ(types.index_of({}, {}), 1u);
  EXPECT_EQ(types.size(), 4u);
  EXPECT_EQ(types[3].results, (std::vector<ValueType>{kI32, kI32}));
  ByteVector bytes = module_with([&](SectionWriter &sections, OutputStream &out) {
    sections.write(out, SectionId::kType, [&] { types.write(out); });
  });
  llvm::Expected<Module> module = read_module(bytes);
  ASSERT_TRUE(bool(module));
  ASSERT_EQ(module->types.size(), 4u);
  EXPECT_EQ(module->types[2].params.size(), 2u);
  EXPECT_TRUE(module->types[2].results.empty());
}

} // namespace
} // namespace wald::wasm
