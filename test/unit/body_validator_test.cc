// The quick validator accepts nothing that wabt does not, and of what Go's compiler and wald write
// it accepts all.
#include "wasm/body_validator.h"

#include "go_shape.h"
#include "wasm/code/optimize_module.h"
#include "wasm/validate.h"

#include "llvm/ADT/StringExtras.h"
#include "gmock/gmock.h"

namespace wald::wasm {
namespace {

using test::ByteVector;
using test::concat;
using test::section;
using test::sized;

constexpr uint8_t kI32 = 0x7f, kI64 = 0x7e, kF32 = 0x7d, kF64 = 0x7c;

// A module with one function of each of these types, all with this body; functions 0 to 2 are
// imports. What the body can refer to: locals 0 to 3 of all number types, globals likewise, of
// which the second cannot be changed, a memory, a table, types 0 to 5.
ByteVector module_with(const ByteVector &body, uint8_t type = 0, bool has_memory = true,
                       bool has_table = true) {
  auto import = [](uint8_t of_type) {
    return concat({sized(std::string("m")), sized(std::string("f")), {0, of_type}});
  };
  auto when = [](bool is_there, ByteVector bytes) { return is_there ? bytes : ByteVector(); };
  return test::module_of({
      section(1, {6,    0x60, 0, 0,    0x60, 2,    kI32, kI64, 1, kF64, 0x60, 0, 2,    kI32,
                  kF32, 0x60, 1, kI32, 1,    kI32, 0x60, 0,    1, kI32, 0x60, 1, 0x70, 0}),
      section(2,
              concat({{4},
                      import(1),
                      import(2),
                      import(5),
                      concat({sized(std::string("m")), sized(std::string("g")), {3, kI32, 0}})})),
      section(3, {1, type}),
      when(has_table, section(4, {1, 0x70, 0, 2})),
      when(has_memory, section(5, {1, 0, 3})),
      section(6, {3,    kI64, 0, 0x42, 0, 0x0b, kF32, 1, 0x43, 0, 0, 0, 0,
                  0x0b, kF64, 1, 0x44, 0, 0,    0,    0, 0,    0, 0, 0, 0x0b}),
      section(10, concat({{1}, sized(body)})),
  });
}

constexpr uint8_t kLocals[] = {4, 1, kI32, 1, kI64, 1, kF32, 1, kF64};
ByteVector with_locals(const ByteVector &code) {
  return concat({ByteVector(std::begin(kLocals), std::end(kLocals)), code, {0x0b}});
}

bool accepts(const ByteVector &bytes) {
  llvm::Expected<Module> module = read_module(bytes);
  if (!module) {
    llvm::consumeError(module.takeError());
    return false;
  }
  BodyValidator validator(*module);
  for (uint32_t i = 0; i < module->bodies.size(); i++)
    if (!validator.accepts(i, module->bodies[i].contents))
      return false;
  return true;
}
bool wabt_accepts(const ByteVector &bytes) {
  return !find_invalidity_by_wabt(bytes);
}

// Both say the same of the code, in a function without parameters or results.
testing::AssertionResult agree(const ByteVector &code) {
  ByteVector bytes = module_with(with_locals(code));
  bool quick = accepts(bytes), wabt = wabt_accepts(bytes);
  if (quick == wabt)
    return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << (quick ? "only the quick one accepts " : "only wabt accepts ")
         << llvm::toHex(code, /*LowerCase=*/true);
}

const ByteVector kConstants[] = {
    {0x41, 0}, {0x42, 0}, {0x43, 0, 0, 0, 0}, {0x44, 0, 0, 0, 0, 0, 0, 0, 0}};

// fn(code) for up to two or three operands of all types.
template <typename Fn> void for_each_operands(bool with_three, Fn fn) {
  fn(ByteVector{});
  for (const ByteVector &a : kConstants) {
    fn(a);
    for (const ByteVector &b : kConstants) {
      fn(concat({a, b}));
      if (with_three)
        for (const ByteVector &c : kConstants)
          fn(concat({a, b, c}));
    }
  }
}

// With all results dropped, so that what it leaves on the stack decides, too: nothing, one, two, …
void expect_agreement(const ByteVector &instruction, bool takes_three = false) {
  for (ByteVector before : {ByteVector{}, ByteVector{0x00}}) // can be reached, and cannot
    for_each_operands(takes_three, [&](const ByteVector &operands) {
      for (ByteVector after :
           {ByteVector{}, ByteVector{0x1a}, ByteVector{0xa7, 0x1a}, ByteVector{0x45, 0x1a},
            ByteVector{0x8b, 0x1a}, ByteVector{0x99, 0x1a}, ByteVector{0x1a, 0x1a, 0x1a}})
        EXPECT_TRUE(agree(concat({before, operands, instruction, after})));
    });
}

TEST(BodyValidator, KnowsAllOperations) {
  for (unsigned opcode = 0x45; opcode <= 0xc4; opcode++)
    expect_agreement({uint8_t(opcode)});
  for (uint8_t opcode = 0; opcode <= 7; opcode++)
    expect_agreement({0xfc, opcode});
}

TEST(BodyValidator, KnowsWhatHasNumbersBehindIt) {
  for (unsigned opcode = 0x28; opcode <= 0x3e; opcode++)
    for (uint8_t alignment = 0; alignment < 5; alignment++)
      expect_agreement({uint8_t(opcode), alignment, 8});
  for (uint8_t opcode : {0x3f, 0x40})
    expect_agreement({opcode, 0});
  for (unsigned opcode = 0x20; opcode <= 0x24; opcode++)
    for (uint8_t index = 0; index < 5; index++)
      expect_agreement({uint8_t(opcode), index});
  expect_agreement({0xfc, 10, 0, 0}, /*takes_three=*/true);
  expect_agreement({0xfc, 11, 0}, /*takes_three=*/true);
  expect_agreement({0x1b}, /*takes_three=*/true); // select
  for (uint8_t index = 0; index < 5; index++)
    if (index != 2) // a parameter that is a reference: left to wabt
      expect_agreement({0x10, index});
  for (uint8_t type = 0; type < 8; type++)
    if (type != 5)
      expect_agreement({0x11, type, 0});
}

TEST(BodyValidator, KnowsBlocksAndBranches) {
  const ByteVector inner[] = {{},
                              {0x41, 0},
                              {0x42, 0},
                              {0x0c, 0},
                              {0x0c, 1},
                              {0x0c, 2},
                              {0x0f},
                              {0x00},
                              {0x41, 0, 0x0d, 0},
                              {0x41, 0, 0x0d, 1},
                              {0x41, 0, 0x41, 0, 0x0d, 0},
                              {0x41, 0, 0x41, 0, 0x0d, 0, 0x1a},
                              {0x41, 0, 0x0c, 0},
                              {0x41, 0, 0x0e, 1, 0, 1},
                              {0x41, 0, 0x0e, 2, 0, 0, 0},
                              {0x41, 0, 0x41, 0, 0x0e, 1, 0, 0},
                              {0x00, 0x0e, 0, 0},
                              {0x00, 0x0d, 0},
                              {0x00, 0x45},
                              {0x00, 0x41, 0},
                              {0x00, 0x42, 0}};
  const ByteVector after[] = {{}, {0x1a}, {0x45, 0x1a}, {0x00}};
  for (uint8_t opcode : {0x02, 0x03, 0x04})
    for (uint8_t type : {0x40, 0x7f, 0x7e, 0x00, 0x03, 0x04, 0x70})
      for (const ByteVector &first : inner)
        for (const ByteVector &then : after) {
          ByteVector condition = opcode == 4 ? ByteVector{0x41, 0} : ByteVector{};
          ByteVector head = concat({condition, {opcode, type}, first});
          ByteVector whole = concat({head, {0x0b}, then});
          // Types of blocks by number, and references, are left to wabt.
          if (type < 0x40 || type == 0x70) {
            EXPECT_FALSE(accepts(module_with(with_locals(whole))));
            continue;
          }
          EXPECT_TRUE(agree(whole));
          for (const ByteVector &second : inner)
            EXPECT_TRUE(agree(concat({head, {0x05}, second, {0x0b}, then})));
        }
  // Around nothing.
  for (ByteVector code : {ByteVector{0x05}, ByteVector{0x02}, ByteVector{0x0c, 1},
                          ByteVector{0x0c, 0}, ByteVector{0x0f}})
    EXPECT_TRUE(agree(code));
  // A body that ends before its last byte, and one whose block does not end. wabt 1.0.32 takes
  // them.
  for (ByteVector code : {ByteVector{0x0b}, ByteVector{0x02, 0x40}})
    EXPECT_FALSE(accepts(module_with(with_locals(code))));
}

TEST(BodyValidator, ReadsNumbersAsTheyMustBe) {
  const ByteVector numbers[] = {{0x80, 0x80, 0x80, 0x80, 0x00},
                                {0x80, 0x80, 0x80, 0x80, 0x08},
                                {0x80, 0x80, 0x80, 0x80, 0x78},
                                {0x80, 0x80, 0x80, 0x80, 0x70},
                                {0x80, 0x80, 0x80, 0x80, 0x7f},
                                {0x80, 0x80, 0x80, 0x80, 0x0f},
                                {0x80, 0x80, 0x80, 0x80, 0x10},
                                {0x80, 0x80, 0x80, 0x80, 0x80, 0x00},
                                {0xff, 0xff, 0xff, 0xff, 0x07},
                                {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00},
                                {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
                                {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
                                {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7e},
                                {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00},
                                {0x80}};
  for (const ByteVector &number : numbers) {
    for (uint8_t opcode : {0x41, 0x42})
      EXPECT_TRUE(agree(concat({{opcode}, number, {0x1a}})));
    EXPECT_TRUE(agree(concat({{0x20}, number, {0x1a}})));
    EXPECT_TRUE(agree(concat({{0x41, 0, 0x28, 2}, number, {0x1a}})));
  }
  for (ByteVector code : {ByteVector{0x43, 0, 0, 0}, ByteVector{0x44, 0, 0, 0}, ByteVector{0x20},
                          ByteVector{0xfc}, ByteVector{0x28, 0}})
    EXPECT_TRUE(agree(code));
}

TEST(BodyValidator, WantsWhatTheModuleHas) {
  for (bool has_memory : {false, true})
    for (bool has_table : {false, true})
      for (ByteVector code :
           {ByteVector{0x41, 0, 0x28, 0, 0, 0x1a}, ByteVector{0x3f, 0, 0x1a},
            ByteVector{0x41, 0, 0x11, 0, 0}, ByteVector{0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0}}) {
        ByteVector bytes = module_with(with_locals(code), 0, has_memory, has_table);
        EXPECT_EQ(accepts(bytes), wabt_accepts(bytes)) << llvm::toHex(code);
      }
  // Parameters and several results; a reference among them is left to wabt.
  for (uint8_t type = 0; type < 5; type++)
    for (const ByteVector &code :
         {ByteVector{}, ByteVector{0x41, 0}, ByteVector{0x41, 0, 0x43, 0, 0, 0, 0},
          ByteVector{0x20, 0}, ByteVector{0x20, 1, 0x1a, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0f}}) {
      ByteVector bytes = module_with(with_locals(code), type);
      EXPECT_EQ(accepts(bytes), wabt_accepts(bytes)) << int(type) << " " << llvm::toHex(code);
    }
  EXPECT_FALSE(accepts(module_with(with_locals({}), 5)));
  // More locals than engines take.
  EXPECT_TRUE(accepts(module_with({1, 0xd0, 0x86, 0x03, kI32, 0x0b})));
  EXPECT_FALSE(accepts(module_with({1, 0xd1, 0x86, 0x03, kI32, 0x0b})));
  EXPECT_FALSE(accepts(module_with({2, 1, kI32, 0xff, 0xff, 0xff, 0xff, 0x0f, kI32, 0x0b})));
  EXPECT_FALSE(accepts(module_with({1, 1, 0x70, 0x0b})));
}

// Random functions of Go's shape and what they are optimized to, and these with other bytes.
TEST(BodyValidator, AcceptsNothingThatWabtDoesNot) {
  std::mt19937 random(7);
  unsigned num_accepted = 0, num_left = 0;
  auto damage = [&](const ByteVector &bytes) {
    Module module = llvm::cantFail(read_module(bytes));
    const FunctionBody &last = module.bodies.back();
    for (unsigned i = 0; i < 60; i++) {
      ByteVector damaged = bytes;
      for (unsigned n = 1 + random() % 2; n > 0; n--) {
        uint8_t &byte = damaged[last.offset + random() % last.contents.size()];
        byte = random() % 2 ? byte ^ (1 << random() % 8) : uint8_t(random() % 0x46);
      }
      bool quick = accepts(damaged), wabt = wabt_accepts(damaged);
      num_accepted += quick;
      num_left += wabt && !quick;
      EXPECT_TRUE(wabt || !quick);
    }
  };
  for (unsigned seed = 0; seed < 60; seed++) {
    ByteVector before = test::ShapeGenerator(seed).module();
    Module module = llvm::cantFail(read_module(before));
    ByteVector after = llvm::cantFail(code::optimize_module(module, 1)).bytes;
    EXPECT_TRUE(accepts(before));
    EXPECT_TRUE(accepts(after));
    damage(before);
    damage(after);
  }
  EXPECT_GT(num_accepted, 500u);     // so damage is often of no harm,
  EXPECT_LT(num_left, num_accepted); // and hardly ever left to wabt
}

} // namespace
} // namespace wald::wasm
