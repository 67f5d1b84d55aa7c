// Validation of modules: what is accepted, and where an error is said to be.
#include "wasm/validate.h"

#include "wasm/module_reader.h"
#include "wat.h"

#include "gmock/gmock.h"

namespace wald::wasm {
namespace {

using test::assemble;
using testing::HasSubstr;
using testing::Not;

std::string error_of(llvm::ArrayRef<uint8_t> bytes) {
  std::optional<Problem> problem = validate_module(bytes);
  return problem ? message_of(*problem) : "";
}

std::string error_of_text(std::string_view text) {
  return error_of(assemble(text));
}

TEST(Validate, AcceptsAModuleThatUsesEverySection) {
  EXPECT_EQ(error_of_text(R"((module
    (type $t (func (param i32) (result i32)))
    (import "env" "f" (func $f (type $t)))
    (import "env" "g" (global i32))
    (table 4 funcref) (memory 1 2)
    (global $sp (mut i32) (i32.const 8))
    (export "run" (func $run)) (start $start)
    (elem (i32.const 1) $f $run) (data (i32.const 16) "abc") (data $passive "xyz")
    (func $start)
    (func $run (type $t) (local i64 f64)
      (block (result i32)
        (loop (br_if 1 (i32.const 0) (local.get 0)) drop)
        (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2))))
      (call_indirect (type $t) (i32.const 1))
      (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))
      (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 1))
      (i64.store offset=4 (i32.const 0) (i64.trunc_sat_f64_s (f64.const 1.5)))
      (global.set $sp (i32.extend8_s (global.get $sp)))
      (block (block (br_table 0 1 (local.get 0)))))))"),
            "");
}

TEST(Validate, AcceptsTheEmptyModule) {
  EXPECT_EQ(error_of_text("(module)"), "");
}

TEST(Validate, NamesTheFunctionAndTheOffsetOfATypeError) {
  std::vector<uint8_t> bytes = assemble(R"((module
    (func $main.good) (func $main.bad (result i32) i64.const 5)))");
  std::string error = error_of(bytes);
  EXPECT_THAT(error, HasSubstr("type mismatch"));
  EXPECT_THAT(error, HasSubstr("\n>>> in function 1 (main.bad)"));
  // The offset is that of the end of the body, after the constant 0x42 5.
  std::vector<uint8_t> constant = {0x42, 5, 0x0b};
  auto found = std::search(bytes.begin(), bytes.end(), constant.begin(), constant.end());
  EXPECT_THAT(error, HasSubstr("at offset " + std::to_string(found - bytes.begin() + 3)));
}

TEST(Validate, CountsImportedFunctionsInTheIndex) {
  EXPECT_THAT(error_of_text(R"((module (import "a" "b" (func)) (func $f drop)))"),
              HasSubstr("in function 1 (f)"));
}

TEST(Validate, NamesNoFunctionForAnErrorOutsideOfBodies) {
  std::string error = error_of_text(R"((module (func $f) (export "a" (func 7))))");
  EXPECT_THAT(error, HasSubstr("function variable out of range"));
  EXPECT_THAT(error, Not(HasSubstr(">>>")));
}

TEST(Validate, RefusesABranchOutOfEveryBlock) {
  EXPECT_THAT(error_of_text("(module (func $f (br 3)))"), HasSubstr("in function 0 (f)"));
}

TEST(Validate, RefusesAnAlignmentThatDoesNotFitItsAccess) {
  EXPECT_THAT(error_of_text("(module (memory 1) (func (drop (i32.load align=8 (i32.const 0)))))"),
              HasSubstr("alignment"));
}

TEST(Validate, RefusesAMemoryAccessWithoutAMemory) {
  EXPECT_THAT(error_of_text("(module (func (drop (i32.load (i32.const 0)))))"),
              HasSubstr("memory"));
}

TEST(Validate, RefusesAnInitialiserOfTheWrongType) {
  EXPECT_THAT(error_of_text("(module (global i32 (i64.const 1)))"), HasSubstr("type mismatch"));
  EXPECT_THAT(error_of_text("(module (memory 1) (data (i64.const 1) \"a\"))"),
              HasSubstr("type mismatch"));
}

TEST(Validate, RefusesTwoExportsOfOneName) {
  EXPECT_THAT(error_of_text(R"((module (func (export "a")) (func (export "a"))))"),
              HasSubstr("duplicate export"));
}

TEST(Validate, RefusesBytesThatAreNoModule) {
  EXPECT_THAT(error_of({}), HasSubstr("invalid WebAssembly module"));
  std::vector<uint8_t> elf = {0x7f, 'E', 'L', 'F', 1, 0, 0, 0};
  EXPECT_THAT(error_of(elf), HasSubstr("magic"));
}

TEST(Validate, RefusesEveryTruncationButThoseBetweenSections) {
  std::vector<uint8_t> bytes = assemble("(module (func $f (result i32) i32.const 1))");
  size_t valid = 0;
  for (size_t size = 0; size < bytes.size(); ++size)
    valid += error_of(llvm::ArrayRef<uint8_t>(bytes).take_front(size)).empty();
  // After the magic number, the types, the function's body (as the name section comes last).
  EXPECT_EQ(valid, 3u);
}

TEST(Validate, IgnoresABrokenCustomSection) {
  std::vector<uint8_t> bytes = assemble("(module)");
  const uint8_t broken[] = {0, 8, 4, 'n', 'a', 'm', 'e', 1, 9, 9};
  bytes.insert(bytes.end(), std::begin(broken), std::end(broken));
  EXPECT_EQ(error_of(bytes), "");
}

TEST(Validate, NamesAFunctionByItsNumberWhereNamesCannotBeRead) {
  std::vector<uint8_t> bytes = assemble("(module (func $f (result i32)))");
  EXPECT_THAT(error_of(bytes), HasSubstr("in function 0 (f)"));
  const uint8_t second_names[] = {0, 8, 4, 'n', 'a', 'm', 'e', 1, 9, 9};
  bytes.insert(bytes.end(), std::begin(second_names), std::end(second_names));
  EXPECT_THAT(error_of(bytes), testing::EndsWith("in function 0"));
}

// -- In halves

constexpr char kFourFunctions[] = R"((module
  (type $t (func (param i32) (result i32)))
  (memory 1) (data (i32.const 16) "abc") (table 1 funcref) (elem (i32.const 0) $a)
  (func $a (type $t) (i32.add (local.get 0) (i32.const 1)))
  (func $b (result i64) (i64.const 5))
  (func $c (type $t) (call $a (local.get 0)))
  (func $d (call $c (i32.const 7)) drop)))";

TEST(Validate, MayLookAtMemoryAndDataAlone) {
  std::vector<uint8_t> bytes = assemble(kFourFunctions);
  Module whole = llvm::cantFail(read_module(bytes));
  EXPECT_FALSE(find_memory_invalidity(bytes));
  std::vector<uint8_t> broken = bytes;
  broken[whole.bodies[1].offset + 1] = 0x1a; // drop
  EXPECT_TRUE(find_invalidity(broken));
  EXPECT_FALSE(find_memory_invalidity(broken));
  ASSERT_EQ(whole.data.size(), 1u);
  uint64_t address_at = whole.data[0].offset - 4; // opcode, address, end, size
  broken = bytes;
  ASSERT_EQ(broken[address_at], 0x41);
  broken[address_at] = 0x42; // i64.const
  std::optional<Invalidity> found = find_memory_invalidity(broken);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->problem, find_invalidity(broken)->problem);
  EXPECT_TRUE(find_memory_invalidity(llvm::ArrayRef(bytes).drop_back(1)));
}

bool accepts(llvm::ArrayRef<uint8_t> bytes) {
  SharedValidation validation(bytes);
  return validation.accepts_bodies() && validation.accepts_all_but_bodies();
}

TEST(SharedValidation, LooksAtEachBodyOnce) {
  std::vector<uint8_t> bytes = assemble(kFourFunctions);
  SharedValidation validation(bytes);
  EXPECT_TRUE(validation.accepts_bodies());
  EXPECT_TRUE(validation.accepts_bodies()); // there is nothing left
  EXPECT_TRUE(validation.accepts_all_but_bodies());
  Module whole = llvm::cantFail(read_module(bytes));
  for (const FunctionBody &body : whole.bodies) {
    std::vector<uint8_t> broken = bytes;
    broken[body.offset + 1] = 0x1a; // drop
    SharedValidation of_broken(broken);
    EXPECT_FALSE(of_broken.accepts_bodies());
    EXPECT_TRUE(of_broken.accepts_all_but_bodies());
    EXPECT_EQ(find_invalidity(broken)->problem, find_invalidity_by_wabt(broken)->problem);
  }
}

TEST(SharedValidation, AcceptsNothingThatIsCutOff) {
  std::vector<uint8_t> bytes = assemble(kFourFunctions);
  for (size_t size = 0; size < bytes.size(); size++) {
    llvm::ArrayRef<uint8_t> part = llvm::ArrayRef(bytes).take_front(size);
    EXPECT_EQ(accepts(part), !find_invalidity_by_wabt(part)) << size;
    EXPECT_EQ(!find_invalidity(part), !find_invalidity_by_wabt(part)) << size;
  }
  // Each byte another one, in all sections.
  for (size_t at = 0; at < bytes.size(); at++)
    for (uint8_t change : {1, 2, 4, 8, 16, 32, 64, 128, 0x7f, 0xff}) {
      std::vector<uint8_t> other = bytes;
      other[at] ^= change;
      EXPECT_EQ(!find_invalidity(other), !find_invalidity_by_wabt(other)) << at << " " << +change;
      EXPECT_TRUE(!find_invalidity_by_wabt(other) || !accepts(other)) << at << " " << +change;
    }
  // One body more or less than functions, and sizes that are longer than they may be.
  const Module whole = llvm::cantFail(read_module(bytes));
  const Section &code = *whole.find_section(SectionId::kCode);
  for (uint8_t count : {3, 5}) {
    std::vector<uint8_t> other = bytes;
    other[code.payload_offset] = count;
    EXPECT_TRUE(find_invalidity(other));
  }
  for (SectionId id : {SectionId::kCode, SectionId::kData}) {
    const Section &section = *whole.find_section(id);
    for (unsigned more : {3, 4, 5}) { // with that of one byte: 4, 5 or 6
      std::vector<uint8_t> other(bytes.begin(), bytes.begin() + section.offset + 1);
      other.push_back(section.payload.size() | 0x80);
      other.insert(other.end(), more - 1, 0x80);
      other.push_back(0);
      other.insert(other.end(), bytes.begin() + section.payload_offset, bytes.end());
      EXPECT_EQ(accepts(other), more < 5) << more;
      EXPECT_EQ(!find_invalidity_by_wabt(other), more < 5) << more;
    }
  }
}

} // namespace
} // namespace wald::wasm
