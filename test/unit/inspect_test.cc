#include "go_program.h"
#include "linker/inspect/distinguish.h"
#include "linker/inspect/go_module.h"
#include "linker/inspect/types.h"
#include "linker/inspect/verify.h"

#include "gmock/gmock.h"

namespace wald::inspect {
namespace {

using objfile::ModuleField;
using test::ByteVector;
using test::GoProgram;
using testing::ElementsAre;
using testing::HasSubstr;

// A module with the bytes that it is a view of.
struct Opened {
  explicit Opened(ByteVector module_bytes) : bytes(std::move(module_bytes)) {
    llvm::Expected<wasm::Module> read = wasm::read_module(bytes);
    if (!read) {
      error = llvm::toString(read.takeError());
      return;
    }
    wasm = std::make_unique<wasm::Module>(std::move(*read));
    llvm::Expected<GoModule> opened = GoModule::open(*wasm);
    if (opened)
      module.emplace(std::move(*opened));
    else
      error = llvm::toString(opened.takeError());
  }
  const GoModule *operator->() const { return &*module; }

  ByteVector bytes;
  std::unique_ptr<wasm::Module> wasm;
  std::optional<GoModule> module;
  std::string error;
};

class EachGoVersion : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Minor, EachGoVersion, testing::Values(24, 25, 26, 27));

TEST_P(EachGoVersion, IsKnownAndReadable) {
  GoProgram program = GoProgram::small(GetParam());
  Opened module(program.build());
  ASSERT_TRUE(module.module) << module.error;
  EXPECT_EQ(module->version().minor, GetParam());
  EXPECT_EQ(module->producer(), program.producer);
  EXPECT_EQ(module->module_data_address(), program.at[ModuleField::kHasMain]);
  EXPECT_THAT(verify(*module.module), ElementsAre());
  ASSERT_EQ(module->num_functions(), 3u);

  Function main = module->function(1);
  EXPECT_EQ(main.name(), "main.main");
  EXPECT_EQ(main.entry_pc(), 0x10010000u);
  EXPECT_EQ(main.slot(), 0x1001u);
  EXPECT_EQ(main.wasm_function(), 1u);
  EXPECT_EQ(main.num_resume_points(), 5u);
  EXPECT_EQ(main.line_at(0), 10);
  EXPECT_EQ(main.line_at(2), 7);
  EXPECT_EQ(main.line_at(4), 12);
  EXPECT_EQ(main.line_at(5), std::nullopt);
  EXPECT_EQ(main.file_at(2), "/src/a.go");
  EXPECT_EQ(main.file_at(3), "/src/b.go");
  EXPECT_EQ(main.file_at(5), "");
  EXPECT_EQ(value_at(main.pcsp(), 1), 16);
  EXPECT_EQ(value_at(main.pcdata(1), 0), -1);
  EXPECT_EQ(value_at(main.pcdata(7), 0), std::nullopt);
}

TEST_P(EachGoVersion, HasInlinedCallsAndFuncdata) {
  Opened module(GoProgram::small(GetParam()).build());
  ASSERT_TRUE(module.module) << module.error;
  Function main = module->function(1);
  ASSERT_EQ(main.num_inlined_calls(), 2u);
  EXPECT_EQ(main.inlined_call(1).name, "main.inner");
  EXPECT_EQ(main.inlined_call(1).start_line, 6);
  EXPECT_THAT(main.inlined_calls_at(0), ElementsAre());
  EXPECT_THAT(main.inlined_calls_at(1), ElementsAre(1, 0)); // inner, at 2 in outer
  EXPECT_THAT(main.inlined_calls_at(3), ElementsAre(0));
  ASSERT_TRUE(main.funcdata(0));
  EXPECT_THAT(*main.funcdata(0), ElementsAre(1, 0, 0, 0, 1, 0, 0, 0, 1));
  EXPECT_EQ(main.funcdata(1)->size(), 10u); // nine bits are two bytes
  EXPECT_EQ(main.funcdata(2), std::nullopt);
  EXPECT_EQ(main.funcdata(3)->size(), 32u);
  EXPECT_EQ(module->function(2).funcdata(0), std::nullopt);
}

// Without a producers section the shape of the tables tells.
TEST_P(EachGoVersion, IsKnownByTheTablesAlone) {
  GoProgram program = GoProgram::small(GetParam());
  program.producer = "";
  Opened module(program.build());
  ASSERT_TRUE(module.module) << module.error;
  EXPECT_EQ(module->version().minor, GetParam());
  EXPECT_EQ(module->producer(), "");
}

TEST_P(EachGoVersion, IsNotTakenForAnother) {
  for (int other = 24; other <= 27; other++) {
    GoProgram program = GoProgram::small(GetParam());
    program.producer = "go1." + std::to_string(other) + ".1";
    Opened module(program.build());
    EXPECT_EQ(module.error.empty(), other == GetParam()) << other << module.error;
  }
}

TEST_P(EachGoVersion, FindsFunctionsThroughTheIndexAsTheRuntimeDoes) {
  GoProgram program = GoProgram::small(GetParam());
  program.build();
  {
    Opened module(program.wrap());
    for (uint64_t pc_b = 0; pc_b < 5; pc_b++)
      EXPECT_EQ(module->find_function(0x10010000 + pc_b), 1u);
    EXPECT_EQ(module->find_function(0x0fffffff), std::nullopt);
    EXPECT_EQ(module->find_function(0x10020008), std::nullopt); // maxpc
  }
  // Too far: nothing leads back.
  uint64_t index = program.at[ModuleField::kFindIndex];
  EXPECT_EQ(misled_pc(*Opened(program.wrap()).module), std::nullopt);
  program.put(index + 17 * 20 + 4 + 3, 1, 1);
  EXPECT_EQ(misled_pc(*Opened(program.wrap()).module), 0x10011300u);
  program.put(index + 17 * 20 + 4 + 3, 0, 1);
  program.put(index + 16 * 20, 2, 4);
  {
    Opened module(program.wrap());
    EXPECT_EQ(misled_pc(*module.module), 0x10010000u);
    EXPECT_EQ(module->find_function(0x10010000), 2u);
    EXPECT_THAT(verify(*module.module),
                testing::Contains(HasSubstr("findfunctab leads from pc 0x10010000 to function 2")));
  }
  // Too near: the search goes on from there.
  program.put(index + 16 * 20, 0, 4);
  {
    Opened module(program.wrap());
    EXPECT_EQ(misled_pc(*module.module), std::nullopt);
    uint64_t steps = 0;
    EXPECT_EQ(module->find_function(0x10010000, &steps), 1u);
    EXPECT_EQ(steps, 1u);
  }
  // The finer index counts, too.
  program.put(index + 16 * 20 + 4, 9, 1);
  EXPECT_EQ(Opened(program.wrap())->find_function(0x10010000), std::nullopt);
}

// -- What is refused, and what is said

TEST(GoModule, SaysWhatIsNoGoProgram) {
  EXPECT_THAT(Opened(test::SmallModule().build()).error,
              HasSubstr("nothing refers to a header of pclntab"));
}

TEST(GoModule, SaysWhichVersionsItKnows) {
  GoProgram program = GoProgram::small(27);
  program.producer = "go1.99.1";
  EXPECT_EQ(Opened(program.build()).error, "built by go1.99.1; wald knows go1.24 to go1.27");
}

TEST(GoModule, SaysThatVersionAndTablesDisagree) {
  GoProgram program = GoProgram::small(26);
  program.producer = "go1.27.4";
  EXPECT_THAT(Opened(program.build()).error,
              testing::MatchesRegex("built by go1.27.4, but moduledata at 0x.* is go1.26's"));
}

class BrokenProgram : public testing::Test {
protected:
  BrokenProgram() { program.build(); }
  // Changes a word of the record of main.main.
  void change_record(uint64_t offset, uint32_t value) {
    uint64_t index = program.at[ModuleField::kFunctions];
    uint64_t at = index + 8 + 4 - GoProgram::kBase;
    uint32_t record = objfile::load<uint32_t>(program.memory.data() + at);
    program.put(index + record + offset, value, 4);
  }
  std::string error() const { return Opened(program.wrap()).error; }
  std::vector<std::string> problems() const { return verify(*Opened(program.wrap()).module); }

  GoProgram program = GoProgram::small(27);
};

TEST_F(BrokenProgram, NamesTheFunctionWhoseRecordIsBad) {
  change_record(objfile::pclntab_layout::kNumPcdata, 0x7fffffff);
  EXPECT_EQ(error(), "function 1 of pclntab (main.main): more pcdata and funcdata than the table "
                     "has room for");
}

TEST_F(BrokenProgram, MayNotHaveItsNameOutside) {
  change_record(objfile::pclntab_layout::kName, 0x10000000);
  EXPECT_EQ(error(), "function 1 of pclntab: the name is outside of funcnametab");
}

TEST_F(BrokenProgram, MayNotHaveATableThatDoesNotEnd) {
  // main.leaf's line table is the last; its end is the last byte.
  program.put(program.at[ModuleField::kFunctionRecords] - 8, ~uint64_t(0));
  EXPECT_THAT(error(), HasSubstr("a pc table runs past the end of pctab"));
}

TEST_F(BrokenProgram, MayNotHaveATableOutside) {
  change_record(objfile::pclntab_layout::kPcline, 0x1000);
  EXPECT_THAT(error(), HasSubstr("a pc table is outside of pctab"));
}

TEST_F(BrokenProgram, HasRecordsThatAgreeWithTheIndex) {
  change_record(objfile::pclntab_layout::kEntry, 0x1002);
  EXPECT_THAT(problems(), ElementsAre("function 1 (main.main): its entry is 0x1001, its record's "
                                      "0x1002"));
}

TEST_F(BrokenProgram, HasFilesForItsResumePoints) {
  change_record(objfile::pclntab_layout::kUnit, 1);
  EXPECT_THAT(problems(), ElementsAre("function 1 (main.main): no file name at resume point 3, "
                                      "which has number 1"));
}

TEST_F(BrokenProgram, HasTheStackMapsThatItsPcsName) {
  program.put(program.at[ModuleField::kFuncdata], 0, 4); // how many there are
  EXPECT_THAT(problems(), testing::Contains(HasSubstr("stack map 0 of 0 at resume point 1")));
}

// What the program could tell main.main of one module from that of another by.
class ToldApart : public BrokenProgram {
protected:
  ToldApart() : before_(program.wrap()) {}
  std::optional<std::string> distinction() const {
    Opened after(program.wrap());
    return first_distinction(before_->function(1), after->function(1));
  }
  Opened before_;
};

TEST_F(ToldApart, ByNothing) {
  EXPECT_EQ(distinction(), std::nullopt);
  EXPECT_NE(first_distinction(before_->function(0), before_->function(1)), std::nullopt);
}

TEST_F(ToldApart, ByRecords) {
  change_record(objfile::pclntab_layout::kArgs, 24);
  EXPECT_EQ(distinction(), "records");
}

TEST_F(ToldApart, ByTables) {
  change_record(objfile::pclntab_layout::kPcline, 0);
  EXPECT_EQ(distinction(), "lines");
  change_record(objfile::pclntab_layout::kPcsp, 0);
  EXPECT_EQ(distinction(), "frame sizes");
}

TEST_F(ToldApart, ByStackMaps) {
  uint64_t maps = *before_->function(1).funcdata_address(objfile::funcdata::kLocalsMaps);
  program.put(maps + 8, 0xff, 1);
  EXPECT_EQ(distinction(), "stack maps or other funcdata");
}

// Work is bounded: here 300 functions share one table of 20,000 runs.
TEST(GoModule, RefusesTablesThatOverlapBeyondMeasure) {
  GoProgram program = GoProgram::small(27);
  ByteVector runs;
  for (int i = 0; i < 20000; i++)
    runs.insert(runs.end(), {2, 1});
  runs.push_back(0);
  program.functions[1].pcsp = runs;
  for (int i = 0; i < 300; i++)
    program.functions.push_back(program.functions[2]);
  program.num_pages = 32;
  program.build();
  uint64_t index = program.at[ModuleField::kFunctions];
  auto record = [&](uint64_t i) {
    return index +
           objfile::load<uint32_t>(program.memory.data() + index + 8 * i + 4 - GoProgram::kBase);
  };
  uint32_t table =
      objfile::load<uint32_t>(program.memory.data() + record(1) + 16 - GoProgram::kBase);
  for (uint64_t i = 2; i < program.functions.size(); i++)
    for (uint64_t field : {16, 20, 24})
      program.put(record(i) + field, table, 4);
  EXPECT_THAT(Opened(program.wrap()).error, HasSubstr("the pc tables overlap"));
}

// Memory costs a file nothing.
TEST(GoModule, RefusesTablesLargerThanTheFileCouldFill) {
  GoProgram program = GoProgram::small(27);
  program.num_pages = 100;
  program.build();
  uint64_t files = program.at[ModuleField::kHasMain] +
                   objfile::ModuleDataLayout(program.version()).offset(ModuleField::kFiles);
  program.put(files + 8, 90 << 16);
  program.put(files + 16, 90 << 16);
  EXPECT_EQ(Opened(program.wrap()).error,
            "tables of more bytes than a module of this size can have");
}

TEST(GoModule, RefusesTypeLinksMoreThanTheFileCouldFill) {
  GoProgram program = GoProgram::small(26);
  program.num_pages = 100;
  program.build();
  uint64_t links = program.at[ModuleField::kHasMain] +
                   objfile::ModuleDataLayout(program.version()).offset(ModuleField::kTypeLinks);
  program.put(links + 8, 1 << 20);
  EXPECT_THAT(verify(*Opened(program.wrap()).module),
              ElementsAre(HasSubstr("more types than a module of this size can have")));
}

// -- Memory

TEST(MemoryImage, IsWhatAnEngineMakesOfSegments) {
  ByteVector bytes = test::module_of({
      test::section(5, {1, 0, 1}),
      test::section(
          11,
          test::concat(
              {{3}, test::segment(16, {1, 2, 3}), test::segment(17, {9}), test::segment(40, {7})})),
  });
  llvm::Expected<wasm::Module> module = wasm::read_module(bytes);
  ASSERT_TRUE(bool(module));
  llvm::Expected<MemoryImage> image = MemoryImage::build(*module);
  ASSERT_TRUE(bool(image));
  EXPECT_EQ(image->size(), 65536u);
  EXPECT_THAT(*image->at(15, 5), ElementsAre(0, 1, 9, 3, 0));
  EXPECT_EQ(image->extents().size(), 2u);
  EXPECT_EQ(image->load<uint32_t>(65533), 0u);
  EXPECT_FALSE(image->at(65533, 4));
  EXPECT_FALSE(image->at(UINT64_MAX, 2));
}

TEST(MemoryImage, RefusesASegmentOutside) {
  ByteVector bytes =
      test::module_of({test::section(5, {1, 0, 0}),
                       test::section(11, test::concat({{1}, test::segment(16, {1})}))});
  llvm::Expected<wasm::Module> module = wasm::read_module(bytes);
  ASSERT_TRUE(bool(module));
  llvm::Expected<MemoryImage> image = MemoryImage::build(*module);
  ASSERT_FALSE(bool(image));
  EXPECT_EQ(llvm::toString(image.takeError()), "data segment 0 lies outside of the memory");
}

// -- Build information

TEST(BuildInformation, IsFoundWithoutSymbols) {
  GoProgram program = GoProgram::small(25);
  program.build_version = "go1.25.3 X:noswissmap";
  program.mod_info =
      std::string("\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6", 16) +
      "path\texample.com/p\nbuild\tGOOS=js\n" +
      std::string("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);
  Opened module(program.build());
  ASSERT_TRUE(module.module) << module.error;
  EXPECT_EQ(module->build_info().go_version, "go1.25.3 X:noswissmap");
  EXPECT_EQ(module->build_info().text, "path\texample.com/p\nbuild\tGOOS=js\n");
  ASSERT_EQ(module->build_info().lines().size(), 2u);
  EXPECT_EQ(module->build_info().lines()[0].kind, "path");
  EXPECT_EQ(module->build_info().setting("GOOS"), "js");
  EXPECT_EQ(module->map_extra_bytes(), 40u);
}

// -- Types of Go 1.27: a struct with a field of its own pointer type, an interface, an itab.

class InspectedTypes : public testing::Test {
protected:
  static constexpr uint64_t kStruct = GoProgram::kTypesAt + 8, kPointer = kStruct + 48 + 32 + 24,
                            kInterface = kPointer + 56, kName = kInterface + 48 + 32 + 8,
                            kMethodName = kName + 8, kSize = kMethodName + 8 - kStruct;

  InspectedTypes() {
    types.resize(kSize);
    common(kStruct, 25, 8, 0x11);
    word(kStruct + 56, kStruct + 80);
    word(kStruct + 64, 1);
    word(kStruct + 80, kName);
    word(kStruct + 88, kPointer);
    common(kPointer, 22, 8, 0x22);
    word(kPointer + 48, kStruct);
    common(kInterface, 20, 16, 0x33);
    word(kInterface + 56, kInterface + 80);
    word(kInterface + 64, 1);
    word(kInterface + 80, kMethodName - GoProgram::kTypesAt);
    name(kName, "Next");
    name(kMethodName, "Close");
    program.types = types;
    program.types_length = kName - kStruct;
    program.itabs.resize(32);
    auto store = [&](unsigned at, uint64_t value) {
      objfile::store(program.itabs.data() + at, value);
    };
    store(0, kInterface);
    store(8, kPointer);
    store(16, 0x22);
    store(24, 0x10020000);
  }
  void word(uint64_t at, uint64_t value) { objfile::store(types.data() + at - kStruct, value); }
  void common(uint64_t at, uint8_t kind, uint64_t size, uint32_t hash) {
    word(at, size);
    objfile::store(types.data() + at - kStruct + 16, hash);
    types[at - kStruct + 23] = kind;
    objfile::store(types.data() + at - kStruct + 40, uint32_t(kName - GoProgram::kTypesAt));
  }
  void name(uint64_t at, const std::string &text) {
    types[at - kStruct + 1] = text.size();
    std::copy(text.begin(), text.end(), types.begin() + (at - kStruct + 2));
  }

  ByteVector types;
  GoProgram program = GoProgram::small(27);
};

TEST_F(InspectedTypes, AreWalkedAndRead) {
  Opened module(program.build());
  ASSERT_TRUE(module.module) << module.error;
  EXPECT_THAT(verify(*module.module), ElementsAre());
  TypeReader reader(*module.module);
  llvm::Expected<std::vector<uint64_t>> links = reader.type_links();
  ASSERT_TRUE(bool(links)) << llvm::toString(links.takeError());
  EXPECT_THAT(*links, ElementsAre(kStruct, kPointer, kInterface));
  llvm::Expected<Type> type = reader.read(kStruct);
  ASSERT_TRUE(bool(type));
  EXPECT_EQ(type->kind, objfile::TypeKind::kStruct);
  ASSERT_EQ(type->fields.size(), 1u);
  EXPECT_EQ(type->fields[0].name, "Next");
  EXPECT_EQ(type->fields[0].type, kPointer);
  llvm::Expected<std::vector<Itab>> itabs = reader.itabs();
  ASSERT_TRUE(bool(itabs)) << llvm::toString(itabs.takeError());
  ASSERT_EQ(itabs->size(), 1u);
  EXPECT_THAT(itabs->front().functions, ElementsAre(0x10020000u));
}

TEST_F(InspectedTypes, AreInvalidWithAnUnknownKind) {
  program.types[kPointer - kStruct + 23] = 77;
  Opened module(program.build());
  EXPECT_THAT(verify(*module.module), ElementsAre(HasSubstr("unknown kind")));
}

TEST_F(InspectedTypes, AreInvalidWithMoreFieldsThanRoom) {
  program.types[kStruct - kStruct + 64 + 4] = 1;
  Opened module(program.build());
  EXPECT_THAT(verify(*module.module), ElementsAre(HasSubstr("more fields than it has room for")));
}

TEST_F(InspectedTypes, HaveItabsOfTheirHash) {
  program.itabs[16] = 1;
  Opened module(program.build());
  EXPECT_THAT(verify(*module.module), ElementsAre(HasSubstr("has another hash than its type")));
}

TEST_F(InspectedTypes, HaveItabsThatCallFunctions) {
  program.itabs[24] = 1;
  Opened module(program.build());
  EXPECT_THAT(verify(*module.module), ElementsAre(HasSubstr("0x10020001 is no function")));
}

} // namespace
} // namespace wald::inspect
