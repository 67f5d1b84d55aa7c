// The tables of pclntab, each by its bytes.
#include "pass_runner.h"

#include "linker/layout/relocate.h"
#include "linker/tables/pclntab/pclntab.h"
#include "wasm/data_image.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace wald {
namespace {

using namespace objfile::pclntab_layout;
using test::FakeProgram;
using test::PassRunner;
using testing::ElementsAre;

using ByteVector = std::vector<uint8_t>;

std::string words(std::initializer_list<uint32_t> list) {
  std::string hex;
  for (uint32_t word : list)
    for (unsigned i = 0; i < 4; i++)
      hex += llvm::toHex(uint8_t(word >> 8 * i), /*LowerCase=*/true);
  return hex;
}

// main.main, at line 7 of a.go, has main.twice inlined, from b.go and of no other use; main.last
// follows it in the text.
std::string program_text() {
  std::string main_info = words({16, 0, 0x0203, 7, 2, 0, 1}) + // args, id 3, flags 2; two files
                          words({1, UINT32_MAX, 1, 40, 0x7fffffff, 0, 5}); // one inlined call
  std::string other_info = words({0, 0, 4, 30, 0, 0});
  return R"(
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' } ]
files: [ $GOROOT/src/a.go, b.go ]
symbols:
  - name: main.main
    kind: text
    data: 00100b
    relocs: [ { type: R_CALL, offset: 2, to: main.last } ]
    aux:
      - { kind: funcinfo, to: main.info }
      - { kind: pcsp, to: frame }
      - { kind: pcfile, to: files }
      - { kind: pcline, to: lines }
      - { kind: pcinline, to: calls }
      - { kind: pcdata, to: frame }
      - { kind: funcdata, to: gclocals.small }
      - { kind: funcdata, to: gclocals.large }
  - { name: main.info, kind: rodata, data: ')" +
         main_info + R"(' }
  - { name: frame, kind: rodata, data: '020100' }
  - { name: files, kind: rodata, data: '0402040100' }
  - { name: lines, kind: rodata, data: '100100' }
  - { name: calls, kind: rodata, data: '0201020100' }
  - { name: gclocals.small, kind: rodata, data: '0102' }
  - { name: gclocals.large, kind: rodata, align: 8, data: '0102030405060708' }
  - { name: main.twice, group: nonpkg, kind: text, data: 000b, aux: [ { kind: funcinfo, to: twice.info } ] }
  - { name: twice.info, kind: rodata, data: ')" +
         other_info + R"(' }
  - name: main.last
    kind: text
    size: 300
    data: 000b
    aux: [ { kind: funcinfo, to: last.info }, { kind: pcsp, to: frame }, { kind: funcdata, to: gclocals.large } ]
  - { name: last.info, kind: rodata, data: ')" +
         words({0, 0, 0, 9, 0, 0}) + "' }\n";
}

class PclntabTest : public testing::TestWithParam<int> {
protected:
  PclntabTest() : program_(GetParam()) {
    program_.options.goroot = "/go";
    program_.set_package("main", program_text());
    runner_ = std::make_unique<PassRunner>(program_);
  }

  Context &ctx() { return runner_->ctx; }
  const Pclntab &pclntab() { return *ctx().pclntab; }
  bool has_funcdata_table() { return ctx().version->funcdata_in_pclntab; }

  const RuntimeTable &table(StringRef name) {
    for (const Pclntab::Table &table : pclntab().tables())
      if (table.name == name)
        return *table.table;
    ADD_FAILURE() << "no table " << name.str();
    return *pclntab().tables().front().table;
  }

  // What a source writes, after layout.
  ByteVector bytes_of(const TableSource &source, uint32_t part, uint64_t size) {
    Relocator relocator(ctx());
    wasm::DataImage image(0x1000, 0x1000 + size);
    image.begin_section(0x1000);
    source.write(part, relocator, image);
    EXPECT_EQ(image.next_address(), 0x1000 + size) << "size() is what write() writes";
    image.end_section();
    return ByteVector(image.bytes().begin(), image.bytes().end());
  }
  ByteVector bytes_of(StringRef name) { return bytes_of(table(name), 0, table(name).size()); }

  uint32_t word(const ByteVector &bytes, uint64_t offset) {
    return offset + 4 <= bytes.size() ? objfile::load<uint32_t>(bytes.data() + offset) : 0xdead;
  }
  std::string text_at(const ByteVector &bytes, uint64_t offset) {
    return offset < bytes.size() ? reinterpret_cast<const char *>(&bytes[offset]) : "outside";
  }
  std::vector<std::string> texts(StringRef name) {
    ByteVector bytes = bytes_of(name);
    std::vector<std::string> list;
    for (uint64_t at = 0; at < bytes.size(); at += list.back().size() + 1)
      list.push_back(text_at(bytes, at));
    return list;
  }

  // The number of a function in the text, and its record.
  uint32_t index_of(StringRef name) {
    for (uint32_t i = 0; i < ctx().text.size(); i++)
      if (ctx().text_names[i] == name)
        return i;
    ADD_FAILURE() << "no function " << name.str();
    return 0;
  }
  ByteVector record_of(StringRef name) {
    ByteVector bytes = bytes_of("runtime.functab");
    uint32_t offset = word(bytes, kIndexEntrySize * index_of(name) + 4);
    return offset < bytes.size() ? ByteVector(bytes.begin() + offset, bytes.end()) : ByteVector();
  }
  // The offset of a slot, from go:func.*.
  uint32_t funcdata_of(StringRef name, uint32_t slot) {
    ByteVector record = record_of(name);
    return word(record, kRecordSize + 4 * (word(record, kNumPcdata) + slot));
  }

  FakeProgram program_;
  std::unique_ptr<PassRunner> runner_;
};
INSTANTIATE_TEST_SUITE_P(Go1, PclntabTest,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

TEST_P(PclntabTest, NamesEachFunctionOnceInOrderOfMention) {
  runner_->run_through(lay_out_data);
  EXPECT_THAT(texts("runtime.funcnametab"),
              ElementsAre("go:buildid", "_rt0_wasm_wasip1", "runtime.unreachableMethod",
                          "main.main", "main.twice", "main.last"));
}

TEST_P(PclntabTest, FindsFilesByUnitAndNumber) {
  runner_->run_through(lay_out_data);
  ByteVector units = bytes_of("runtime.cutab"), names = bytes_of("runtime.filetab");
  uint32_t unit = word(record_of("main.main"), kUnit);
  EXPECT_EQ(text_at(names, word(units, 4 * unit)), "/go/src/a.go");
  EXPECT_EQ(text_at(names, word(units, 4 * (unit + 1))), "b.go");
  EXPECT_EQ(word(record_of("go:buildid"), kUnit), kNoOffset);
}

TEST_P(PclntabTest, HasEachPcTableOnce) {
  runner_->run_through(lay_out_data);
  EXPECT_THAT(bytes_of("runtime.pctab"),
              ElementsAre(0,               // none
                          2, 1, 0,         // frame
                          4, 2, 4, 1, 0,   // files
                          0x10, 1, 0,      // lines
                          2, 1, 2, 1, 0)); // calls
}

TEST_P(PclntabTest, RecordsWhatIsKnownOfAFunction) {
  runner_->run_through(lay_out_data);
  ByteVector record = record_of("main.main");
  EXPECT_EQ(text_at(bytes_of("runtime.funcnametab"), word(record, kName)), "main.main");
  EXPECT_EQ(word(record, kArgs), 16u);
  EXPECT_EQ(word(record, kDeferReturn), 0u);
  EXPECT_EQ(word(record, kPcsp), 1u);
  EXPECT_EQ(word(record, kPcfile), 4u);
  EXPECT_EQ(word(record, kPcline), 9u);
  EXPECT_EQ(word(record, kNumPcdata), 3u);
  EXPECT_EQ(word(record, kRecordSize), 1u);      // the frame's table again
  EXPECT_EQ(word(record, kRecordSize + 4), 0u);  // none
  EXPECT_EQ(word(record, kRecordSize + 8), 12u); // inlined calls
  EXPECT_EQ(word(record, kStartLine), 7u);
  EXPECT_EQ(record[kFuncId], 3);
  EXPECT_EQ(record[kFuncFlags], 2);
  EXPECT_EQ(record[kNumFuncdata], 4);
  EXPECT_EQ(record_of("main.last")[kNumFuncdata], 1);
}

TEST_P(PclntabTest, ListsFunctionsInOrderOfPcsAndTheEnd) {
  runner_->run_through(lay_out_data);
  ByteVector bytes = bytes_of("runtime.functab");
  bool has_indices = ctx().version->func_pcs_are_indices;
  uint32_t first = has_indices ? 0x1000 : 0x10000000;
  for (uint32_t i = 0; i < 5; i++)
    EXPECT_EQ(word(bytes, kIndexEntrySize * i), first + (has_indices ? i : i << 16)) << i;
  EXPECT_EQ(word(bytes, kIndexEntrySize * 5), first + (has_indices ? 5 : (4 << 16) + 300));
  for (const char *name : {"_rt0_wasm_wasip1", "main.main", "main.last"})
    EXPECT_EQ(word(record_of(name), kEntry), word(bytes, kIndexEntrySize * index_of(name))) << name;
}

TEST_P(PclntabTest, PlacesFuncdataOnce) {
  runner_->run_through(lay_out_data);
  EXPECT_EQ(funcdata_of("main.main", 1), funcdata_of("main.last", 0));
  EXPECT_EQ(funcdata_of("main.main", 2), kNoOffset);
  if (!has_funcdata_table())
    return;
  // By alignment, then by first use: the large one, the inline tree, the small one.
  EXPECT_EQ(funcdata_of("main.main", 1), 0u);
  EXPECT_EQ(funcdata_of("main.main", 3), 8u);
  EXPECT_EQ(funcdata_of("main.main", 0), 24u);
  ByteVector bytes = bytes_of("go:func.*");
  EXPECT_THAT(ByteVector(bytes.begin(), bytes.begin() + 8), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(ByteVector(bytes.begin() + 24, bytes.end()), ElementsAre(1, 2));
}

// Before Go 1.26 they lie where layout puts symbols.
TEST_P(PclntabTest, CountsFuncdataFromTheHeadOfItsGroup) {
  runner_->run_through(lay_out_data);
  if (has_funcdata_table())
    return;
  SymId small = find_symbol(ctx(), "gclocals.small"), head = find_symbol(ctx(), "go:func.*");
  EXPECT_EQ(funcdata_of("main.main", 0),
            number(ctx().values.address(small)) - number(ctx().values.address(head)));
}

TEST_P(PclntabTest, SaysWhatIsInlinedWhere) {
  runner_->run_through(lay_out_data);
  ByteVector tree;
  if (has_funcdata_table()) {
    ByteVector bytes = bytes_of("go:func.*");
    ASSERT_GE(bytes.size(), 24u);
    tree.assign(bytes.begin() + funcdata_of("main.main", 3), bytes.begin() + 24);
  } else {
    for (const Member &member : ctx().members[unsigned(Group::kGoFunc)])
      if (SymbolView symbol(ctx(), member.id); symbol.is_owned() && symbol.owned().source)
        tree = bytes_of(*symbol.owned().source, symbol.owned().source_part, member.size);
  }
  ASSERT_EQ(tree.size(), kInlineNodeSize);
  EXPECT_EQ(word(tree, kInlineFuncId), 4u);
  EXPECT_EQ(text_at(bytes_of("runtime.funcnametab"), word(tree, kInlineName)), "main.twice");
  EXPECT_EQ(word(tree, kInlineParentPc), 5u);
  EXPECT_EQ(word(tree, kInlineStartLine), 30u);
}

TEST_P(PclntabTest, PointsFromTheHeaderToTheTables) {
  runner_->run_through(lay_out_data);
  ByteVector bytes = bytes_of("runtime.pcheader");
  EXPECT_EQ(word(bytes, 0), 0xfffffff1u);
  EXPECT_EQ(word(bytes, kNumFunctions), 5u);
  EXPECT_EQ(word(bytes, kNumFiles), 2u);
  uint64_t start = number(ctx().values.address(find_symbol(ctx(), "runtime.pcheader")));
  for (auto [at, name] : {std::pair(kNames, "runtime.funcnametab"),
                          {kUnitFiles, "runtime.cutab"},
                          {kFiles, "runtime.filetab"},
                          {kPcTables, "runtime.pctab"},
                          {kFunctionTable, "runtime.functab"}})
    EXPECT_EQ(start + word(bytes, at), number(ctx().values.address(find_symbol(ctx(), name))))
        << name;
}

// -- Without lines

// The list of calls is the same bytes as that of files, and stays.
TEST_P(PclntabTest, MayHaveNoFilesAndLines) {
  std::string text = program_text();
  const std::string kFiles = "files, kind: rodata, data: '0402040100'";
  size_t at = text.find(kFiles);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, kFiles.size(), "files, kind: rodata, data: '0201020100'");
  program_.set_package("main", text);
  program_.options.stripped.lines = true;
  runner_ = std::make_unique<PassRunner>(program_);
  runner_->run_through(lay_out_data);
  EXPECT_EQ(bytes_of("runtime.cutab").size(), 0u);
  EXPECT_EQ(bytes_of("runtime.filetab").size(), 0u);
  EXPECT_EQ(word(bytes_of("runtime.pcheader"), kNumFiles), 0u);
  ByteVector tables = bytes_of("runtime.pctab"), main = record_of("main.main");
  EXPECT_EQ(llvm::toHex(tables, /*LowerCase=*/true), "000201000201020100");
  EXPECT_EQ(word(main, kPcsp), 1u);
  EXPECT_EQ(word(main, kPcfile), 0u);
  EXPECT_EQ(word(main, kPcline), 0u);
  EXPECT_EQ(word(main, kStartLine), 0u);
  EXPECT_EQ(word(main, kNumPcdata), 3u);
  EXPECT_EQ(word(main, kRecordSize), 1u);
  EXPECT_EQ(word(main, kRecordSize + 4 * objfile::pcdata::kInlineTree), 4u);
  EXPECT_EQ(main[kFuncId], 3u);
}

// -- findfunctab

// The example of linker/tables/README.md, with two more functions.
TEST_P(PclntabTest, FindsAFunctionByItsPc) {
  runner_->run_through(lay_out_data);
  ByteVector bytes = bytes_of("runtime.findfunctab");
  EXPECT_EQ(bytes.size(), 4 * 65 + (0x40000 + 300) / 256 + 1u);
  for (uint32_t bucket = 0; bucket <= 64; bucket++)
    EXPECT_EQ(word(bytes, kBucketSize * bucket), bucket / 16) << bucket;
}

// With 5000 resume points, main.main's second bucket is asked for, too, but only up to Go 1.24:
// from then on the runtime asks with PC_F alone. In the table above each function has 16 buckets.
TEST_P(PclntabTest, FindsAFunctionByWhatTheRuntimeReads) {
  std::string text = program_text();
  auto replace = [&](StringRef from, StringRef to) {
    size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, from.size(), to.str());
  };
  replace("    data: 00100b\n", "    data: 00100b\n    size: 6000\n");
  replace("{ name: frame, kind: rodata, data: '020100' }",
          "{ name: frame, kind: rodata, data: '02882700' }");
  program_.set_package("main", text);
  program_.options.optimized.tables = true;
  runner_ = std::make_unique<PassRunner>(program_);
  runner_->run_through(lay_out_data);
  ByteVector bytes = bytes_of("runtime.findfunctab");
  EXPECT_EQ(bytes.size(), 4 * 65 + (0x40000 + 300) / 256 + 1u);
  std::map<uint64_t, uint32_t> expected;
  for (uint32_t function = 1; function < 5; function++)
    expected[function * 16 * kBucketSize] = function;
  uint32_t main = index_of("main.main");
  if (!ctx().version->func_pcs_are_indices)
    expected[(main * 16 + 1) * kBucketSize] = main;
  std::map<uint64_t, uint32_t> found;
  for (uint64_t at = 0; at < bytes.size(); at++)
    if (bytes[at])
      found[at] = bytes[at];
  EXPECT_EQ(found, expected);
}

// What the format means, whatever owns the pcs: the functions at the beginning of each bucket and
// of each of its 16 parts.
class SearchingFindTable final : public FindFuncTable {
public:
  SearchingFindTable(const Context &ctx, const FunctionFacts &facts) : ctx_(ctx), facts_(facts) {}

  void arrange() override {
    for (uint32_t i = 0; i < facts_.functions().size(); i++)
      begins_.push_back(number(entry_pc(ctx_, FuncIndex(i))));
    length_ =
        begins_.back() - begins_.front() + SymbolView(ctx_, facts_.functions().back().id).size();
    for (uint64_t bucket = 0; bucket < length_; bucket += kBucketPcs) {
      uint32_t function = function_at(bucket);
      bytes_.resize(bytes_.size() + 4);
      objfile::store(bytes_.data() + bytes_.size() - 4, function);
      for (uint64_t pc = bucket; pc < std::min(length_, bucket + kBucketPcs); pc += kSubbucketPcs)
        bytes_.push_back(function_at(pc) - function);
    }
  }
  uint64_t size() const override { return bytes_.size(); }
  void write(uint32_t, const Relocator &, wasm::DataSink &out) const override { out.feed(bytes_); }
  void for_each_piece(llvm::function_ref<void(const TablePiece &)> fn) const override {
    fn({0, size(), SymId::kNone});
  }

private:
  uint32_t function_at(uint64_t offset) const {
    return llvm::upper_bound(begins_, begins_.front() + offset) - begins_.begin() - 1;
  }

  const Context &ctx_;
  const FunctionFacts &facts_;
  std::vector<uint64_t> begins_;
  uint64_t length_ = 0;
  ByteVector bytes_;
};

// An index that has no place for anything: the runtime would walk from the first function.
class EmptyFindTable final : public FindFuncTable {
public:
  void arrange() override {}
  uint64_t size() const override { return 0; }
  void write(uint32_t, const Relocator &, wasm::DataSink &) const override {}
  void for_each_piece(llvm::function_ref<void(const TablePiece &)>) const override {}
};

class OtherFindTable : public PclntabTest {
protected:
  // Links with another index; returns the module.
  std::string
  link_with(std::function<std::unique_ptr<FindFuncTable>(Context &, const FunctionFacts &)> make) {
    runner_ = std::make_unique<PassRunner>(program_);
    runner_->run_to(collect_functions);
    PclntabVariants variants = PclntabVariants::reference(*ctx().version);
    variants.find_functions = std::move(make);
    ctx().pclntab = std::make_shared<Pclntab>(ctx(), variants);
    ctx().pclntab->collect();
    runner_->skip();
    runner_->run_through(commit_module);
    EXPECT_TRUE(ctx().ok());
    return program_.output();
  }
};
INSTANTIATE_TEST_SUITE_P(Go1, OtherFindTable,
                         testing::Range(objfile::kOldestGoMinor, objfile::kNewestGoMinor + 1),
                         testing::PrintToStringParamName());

TEST_P(OtherFindTable, WritesTheSameModuleIfItHasTheSameBytes) {
  ASSERT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
  std::string module = program_.output();
  EXPECT_TRUE(module == link_with([](Context &ctx, const FunctionFacts &facts) {
                return std::make_unique<SearchingFindTable>(ctx, facts);
              }));
}

TEST_P(OtherFindTable, MayHaveAnotherSize) {
  ASSERT_EQ(program_.link(), LinkStatus::kOk) << program_.messages;
  size_t size = program_.output().size();
  std::string module = link_with(
      [](Context &, const FunctionFacts &) { return std::make_unique<EmptyFindTable>(); });
  // Nearly each word of the index is a segment of its own.
  EXPECT_LT(module.size() + 4 * 40, size);
  EXPECT_EQ(SymbolView(ctx(), pclntab().find_functions).size(), 0u);
}

// -- Pieces

TEST_P(PclntabTest, IsCutIntoPiecesWithoutOverlap) {
  runner_->run_through(lay_out_data);
  for (const Pclntab::Table &table : pclntab().tables()) {
    uint64_t end = 0;
    table.table->for_each_piece([&](const TablePiece &piece) {
      EXPECT_GE(piece.offset, end) << table.name.str();
      EXPECT_LT(piece.offset, end + 8) << table.name.str(); // only padding lies between
      EXPECT_GT(piece.size, 0u) << table.name.str();
      end = piece.offset + piece.size;
    });
    EXPECT_EQ(end, table.table->size()) << table.name.str();
  }
}

TEST_P(PclntabTest, GivesPiecesToFunctions) {
  runner_->run_through(lay_out_data);
  std::map<std::string, std::map<std::string, uint64_t>> owned;
  for (const Pclntab::Table &table : pclntab().tables())
    table.table->for_each_piece([&](const TablePiece &piece) {
      owned[table.name.str()][name_of(ctx(), piece.owner).str()] += piece.size;
    });
  EXPECT_EQ(owned["runtime.funcnametab"]["main.twice"], 11u);
  EXPECT_EQ(owned["runtime.cutab"]["main.main"], 8u);
  EXPECT_EQ(owned["runtime.pctab"]["main.main"], 16u); // all, for it brought them in
  EXPECT_EQ(owned["runtime.pctab"]["main.last"], 0u);
  EXPECT_EQ(owned["runtime.functab"]["main.last"], kIndexEntrySize + kRecordSize + 4);
  EXPECT_EQ(owned["runtime.findfunctab"]["main.main"], 16 * kBucketSize);
  if (has_funcdata_table()) {
    EXPECT_EQ(owned["go:func.*"]["main.main"], 8 + kInlineNodeSize + 2);
  }
}

} // namespace
} // namespace wald
