// Random functions in the shape that Go's compiler writes, in a module that runs them: goroutines
// that are switched away at calls and come back, panics that are recovered, stacks that move.
//
// run(seed) calls the function under test until it returns and gives a number made of all that
// happened in order. The same after any change of the function's code that keeps its behaviour.
#pragma once

#include "module_bytes.h"
#include "wat.h"

#include <random>
#include <string>
#include <vector>

namespace wald::test {

// What the function under test calls. `decide` gives the next random number; `log` adds to the
// result and ends the run after 400 entries.
inline constexpr char kShapeRuntime[] = R"(
  (type $go (func (param i32) (result i32)))
  (memory 4)
  (global $sp (mut i32) (i32.const 0))
  (global $ctxt (mut i64) (i64.const 0))
  (global $state (mut i32) (i32.const 0))
  (global $hash (mut i32) (i32.const 0))
  (global $fuel (mut i32) (i32.const 0))
  (global $stop (mut i32) (i32.const 0))
  (table 4200 funcref)
  (export "run" (func $run))
  (export "hash" (func $hash))
  (func $runtime.decide (result i32)
    (call $runtime.log (i32.const 3))
    (global.set $state (i32.add (i32.mul (global.get $state) (i32.const 1103515245)) (i32.const 12345)))
    (i32.and (i32.shr_u (global.get $state) (i32.const 16)) (i32.const 3)))
  (func $runtime.log (param i32)
    (if (i32.eqz (global.get $fuel)) (then unreachable))
    (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
    (global.set $hash (i32.add (i32.mul (global.get $hash) (i32.const 31)) (local.get 0))))
  (func $runtime.pop
    (global.set $sp (i32.add (global.get $sp) (i32.const 8))))
  (func $main.callee (param i32) (result i32)
    (call $runtime.log (i32.const 1000003))
    (call $runtime.log (i32.load (i32.add (global.get $sp) (i32.const 8))))
    (call $runtime.pop)
    (i32.eqz (call $runtime.decide)))
  (func $runtime.deferreturn (param i32) (result i32)
    (call $runtime.log (i32.const 1000033))
    (call $runtime.pop)
    (i32.eqz (call $runtime.decide)))
  (func $runtime.morestack (param i32) (result i32)
    (call $runtime.log (i32.const 1000037))
    (call $runtime.pop)
    (i32.const 1))
  (func $runtime.gopanic (param i32) (result i32)
    (call $runtime.log (i32.load (i32.add (global.get $sp) (i32.const 8))))
    (call $runtime.log (i32.load (i32.add (global.get $sp) (i32.const 16))))
    (call $runtime.log (i32.load (global.get $sp)))
    (call $runtime.pop)
    (if (i32.eqz (call $defer_number)) (then (global.set $stop (i32.const 1))))
    (i32.store16 (i32.sub (global.get $sp) (i32.const 8)) (call $defer_number))
    (i32.const 1))
  (func $hash (result i32) (global.get $hash))
  (func $run (param $seed i32) (result i32) (local $pc i32)
    (global.set $state (local.get $seed))
    (global.set $fuel (i32.const 400))
    (global.set $hash (i32.const 0))
    (global.set $stop (i32.const 0))
    (global.set $sp (i32.const 131072))
    (block $done
      (loop $again
        (br_if $done (i32.eqz (call $main.f (local.get $pc))))
        (br_if $done (global.get $stop))
        (local.set $pc (i32.load16_u (i32.sub (global.get $sp) (i32.const 8))))
        ;; the goroutine's stack has moved
        (global.set $sp (i32.xor (global.get $sp) (i32.const 65536)))
        (br $again)))
    (call $runtime.log (i32.and (global.get $sp) (i32.const 0xffff)))
    (global.get $hash))
)";

class ShapeGenerator {
public:
  explicit ShapeGenerator(unsigned seed) : random_(seed) {}

  // A whole module, with names.
  ByteVector module() {
    std::string function = function_under_test();
    // Functions count from the first one in the text: $main.f is the last.
    ByteVector bytes = assemble("(module (func $defer_number (result i32) (i32.const " +
                                std::to_string(defer_number_) + "))" + kShapeRuntime + elements() +
                                function + ")");
    append(bytes, custom_section("producers", concat({{1},
                                                      sized(std::string("language")),
                                                      {1},
                                                      sized(std::string("Go")),
                                                      sized(std::string("go1.27.4"))})));
    return bytes;
  }
  std::string text() const { return text_; }

private:
  static constexpr unsigned kNumFunctions = 11, kPcF = 0x1000 + kNumFunctions - 1;
  static std::string elements() {
    std::string text = "(elem (i32.const 4096)";
    for (unsigned i = 0; i < kNumFunctions; i++)
      text += " " + std::to_string(i);
    return text + ")";
  }

  unsigned pick(unsigned below) { return random_() % below; }
  bool chance(unsigned one_in) { return pick(one_in) == 0; }
  void line(const std::string &text) { text_ += "  " + text + "\n"; }
  void lines(std::initializer_list<const char *> texts) {
    for (const char *text : texts)
      line(text);
  }

  std::string function_under_test() {
    num_blocks_ = 1 + pick(chance(3) ? 40 : 9);
    has_calls_ = !chance(6);
    has_jumps_ = !chance(8);
    shapes_loops_ = chance(2);
    choose_numbers();
    write_blocks();
    std::string head = "(func $main.f (param i32) (result i32) (local i32 i64)\n"
                       "global.get $sp local.set 1\n";
    head += has_calls_ ? "block\n" : "";
    head += has_jumps_ ? "loop\n" : "";
    for (unsigned block = 0; block < num_blocks_; block++)
      head += "block ";
    head += "local.get 0 br_table ";
    for (unsigned block : table_)
      head += std::to_string(block) + " ";
    text_ = head + std::to_string(num_blocks_ - 1) + "\nend\n" + text_;
    text_ += has_jumps_ ? "end\n" : "";
    text_ += "unreachable\n";
    text_ += has_calls_ ? "end\ni32.const 1\n" : "";
    text_ += ")";
    return text_;
  }

  // Several numbers can mean one block.
  void choose_numbers() {
    for (unsigned block = 0; block < num_blocks_; block++) {
      number_of_.push_back(table_.size());
      table_.insert(table_.end(), 1 + (chance(3) ? pick(3) : 0), block);
    }
    table_.pop_back(); // the default
    if (table_.size() < number_of_.back())
      table_.push_back(num_blocks_ - 1);
  }

  void write_blocks() {
    for (block_ = 0; block_ < num_blocks_; block_++) {
      if (block_ > 0)
        text_ += "end ;; " + std::to_string(block_) + "\n";
      if (block_ == 0 && has_calls_ && chance(2))
        write_morestack();
      for (unsigned i = pick(3); i > 0; i--)
        chance(2) ? write_statement() : write_log();
      write_way_out();
    }
  }

  void write_log() {
    line("i32.const " + std::to_string(random_() % 100000));
    line("call $runtime.log");
    if (chance(3))
      lines({"local.get 1", "i32.const 65535", "i32.and", "call $runtime.log"});
    if (chance(5))
      lines({"call $runtime.decide", "if", "i32.const 7", "call $runtime.log", "else",
             "i32.const 8", "call $runtime.log", "end"});
  }

  // Values as Go's compiler computes them: addresses in 64 bits, slots above SP.
  void write_slot_address() {
    line("local.get 1");
    if (chance(3))
      return lines({"i32.const 24", "i32.add"});
    lines({"i64.extend_i32_u", "i64.const 24", "i64.add", "i32.wrap_i64"});
  }
  void write_wide(unsigned depth) {
    static constexpr const char *kOperations[] = {"add", "sub", "mul", "and",
                                                  "or",  "xor", "shl", "shr_u"};
    static constexpr const char *kLoads[] = {"i64.load",     "i64.load8_u",  "i64.load8_s",
                                             "i64.load16_u", "i64.load32_s", "i64.load32_u"};
    switch (pick(depth == 0 ? 3 : 7)) {
    case 0:
      return line("i64.const " + std::to_string(chance(3) ? int64_t(random_()) << 20 : pick(40)));
    case 1:
      return line("local.get 2");
    case 2:
      write_slot_address();
      return line(std::string(kLoads[pick(6)]) + " offset=" + std::to_string(pick(64)));
    case 3:
      write_narrow(depth - 1);
      return line(chance(4) ? "i64.extend_i32_s" : "i64.extend_i32_u");
    default:
      write_wide(depth - 1);
      if (chance(2))
        line("i64.const " + std::to_string(pick(70)));
      else
        write_wide(depth - 1);
      return line(std::string("i64.") + kOperations[pick(8)]);
    }
  }
  void write_narrow(unsigned depth) {
    static constexpr const char *kComparisons[] = {"eq",   "ne",   "lt_s", "lt_u", "gt_s",
                                                   "gt_u", "le_s", "le_u", "ge_s", "ge_u"};
    switch (pick(5)) {
    case 0:
      write_wide(depth);
      return line("i64.eqz");
    case 1:
      write_wide(depth);
      if (chance(2))
        line("i64.const " + std::to_string(pick(3)));
      else
        write_wide(depth);
      line(std::string("i64.") + kComparisons[pick(10)]);
      return chance(2) ? line("i32.eqz") : void();
    default:
      write_wide(depth);
      return line("i32.wrap_i64");
    }
  }
  void write_statement() {
    switch (pick(3)) {
    case 0:
      write_narrow(3);
      return line("call $runtime.log");
    case 1:
      write_wide(3);
      return line("local.set 2");
    default:
      write_slot_address();
      write_wide(3);
      return line(std::string(chance(2) ? "i64.store" : "i64.store16") +
                  " offset=" + std::to_string(8 * pick(8)));
    }
  }

  // Mostly near, so that loops nest as in programs; or anywhere, which makes irreducible graphs.
  unsigned target() {
    if (!shapes_loops_)
      return pick(num_blocks_);
    int at = int(block_) + int(pick(9)) - 3;
    return at < 0 ? 0 : at >= int(num_blocks_) ? num_blocks_ - 1 : at;
  }
  void write_jump(unsigned nesting) {
    unsigned to = target();
    if (nesting == 0 && to <= block_)
      write_log(); // nothing may run forever
    line("i32.const " + std::to_string(number_of_[to]));
    line("local.set 0");
    line("br " + std::to_string(nesting + num_blocks_ - 1 - block_));
  }
  void write_conditional_jump() {
    if (chance(2)) {
      line("call $runtime.decide");
      if (chance(2))
        line("i32.eqz");
    } else {
      lines({"i32.const 5", "call $runtime.log"});
      write_narrow(2);
    }
    line("if");
    if (chance(4))
      write_log();
    write_jump(1);
    if (chance(6)) {
      line("else");
      if (chance(2))
        write_log();
      else
        write_jump(1);
    }
    line("end");
  }
  void write_return() {
    lines({"local.get 1", "i32.const 8", "i32.add", "local.tee 1", "global.set $sp", "i32.const 0",
           "return"});
  }

  void push_return_address(unsigned number) {
    lines(
        {"local.get 1", "i32.const 8", "i32.sub", "local.tee 1", "global.set $sp", "local.get 1"});
    line("i64.const " + std::to_string(uint64_t(kPcF) << 16 | number));
    line("i64.store");
  }
  void write_unwinding(unsigned nesting) {
    lines({"global.get $sp", "local.set 1"});
    line("br_if " + std::to_string(nesting + num_blocks_ - 1 - block_ + has_jumps_));
  }
  void write_call(const std::string &callee, unsigned number, unsigned nesting = 0) {
    push_return_address(number);
    line("i32.const 0");
    line("call $" + callee);
    write_unwinding(nesting);
  }
  void write_panic(unsigned number) {
    if (chance(2)) {
      line("local.get 1");
      write_wide(2);
      lines({"i64.store", "local.get 1"});
      if (chance(2))
        line("local.get 2");
      else
        write_wide(1);
      line("i64.store offset=8");
    }
    write_call("runtime.gopanic", number);
  }
  void write_indirect_call(unsigned number) {
    line("i64.const " + std::to_string(uint64_t(0x1000 + 4) << 16)); // main.callee
    push_return_address(number);
    lines({"i64.const 16", "i64.shr_u", "i32.wrap_i64", "local.set 0", "i32.const 0", "local.get 0",
           "call_indirect (type $go)"});
    write_unwinding(0);
  }
  void write_morestack() {
    lines({"call $runtime.decide", "i32.eqz", "if"});
    write_call("runtime.morestack", 0, 1);
    line("end");
  }

  void write_way_out() {
    bool is_last = block_ + 1 == num_blocks_;
    if (is_last)
      return write_return();
    unsigned next = number_of_[block_ + 1];
    switch (pick(10)) {
    case 0:
    case 1:
    case 2:
      if (!has_calls_)
        break;
      if (chance(3))
        return write_indirect_call(next);
      return write_call("main.callee", next);
    case 3:
      // The number before is the call's own block: it must not do anything else.
      if (has_calls_ && defer_number_ == 0 && block_ > 0 && next == number_of_[block_] + 1) {
        defer_number_ = next - 1;
        return write_call("runtime.deferreturn", next);
      }
      break;
    case 4:
      if (has_calls_)
        return write_panic(next);
      break;
    case 5:
      return chance(2) ? write_return() : void();
    default:
      break;
    }
    if (!has_jumps_)
      return;
    if (!chance(4))
      write_conditional_jump();
    if (chance(3))
      write_jump(0);
  }

  std::mt19937 random_;
  unsigned num_blocks_ = 0, block_ = 0;
  bool has_calls_ = false, has_jumps_ = false, shapes_loops_ = false;
  unsigned defer_number_ = 0;
  std::vector<unsigned> number_of_; // by block
  std::vector<unsigned> table_;     // block by number
  std::string text_;
};

} // namespace wald::test
