// Damage to the body of a function, one instruction at a time: what bugs of a transformation leave
// behind.
#pragma once

#include "wasm/code/body.h"

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace wald::test {

namespace op = code::op;

struct Damage {
  const char *name;
  // Changes the instruction at `at`, if it is one for this; says whether it was.
  bool (*apply)(code::Body &body, size_t at, std::mt19937 &random);
};

inline bool replace(code::Instruction &instruction, code::Op from, code::Op to) {
  if (instruction.op != from)
    return false;
  instruction.op = to;
  return true;
}
inline void insert(code::Body &body, size_t at, code::Instruction instruction) {
  body.code.insert(body.code.begin() + at, instruction);
}

using DamagedBody = code::Body &;
using Place = size_t;
using Random = std::mt19937 &;

inline constexpr std::array kDamages = {
    Damage{"a target of a table",
           [](DamagedBody body, Place at, Random random) {
             const code::Instruction &table = body.code[at];
             if (table.op != op::kBrTable)
               return false;
             uint32_t a = random() % table.value, b = random() % table.value;
             std::swap(body.targets[table.index + a], body.targets[table.index + b]);
             return true;
           }},
    Damage{"the default of a table",
           [](DamagedBody body, Place at, Random) {
             const code::Instruction &table = body.code[at];
             if (table.op != op::kBrTable)
               return false;
             std::swap(body.targets[table.index], body.targets[table.index + table.value - 1]);
             return true;
           }},
    Damage{"a label further out",
           [](DamagedBody body, Place at, Random) {
             if (body.code[at].op != op::kBr && body.code[at].op != op::kBrIf)
               return false;
             body.code[at].index++;
             return true;
           }},
    Damage{"a label further in",
           [](DamagedBody body, Place at, Random) {
             if ((body.code[at].op != op::kBr && body.code[at].op != op::kBrIf) ||
                 body.code[at].index == 0)
               return false;
             body.code[at].index--;
             return true;
           }},
    Damage{"a jump that is lost", [](DamagedBody body, Place at,
                                     Random) { return replace(body.code[at], op::kBr, op::kNop); }},
    Damage{"a branch that is lost",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kBrIf, op::kDrop);
           }},
    Damage{"the opposite condition",
           [](DamagedBody body, Place at, Random) {
             if (body.code[at].op != op::kBrIf && body.code[at].op != op::kIf)
               return false;
             insert(body, at, {.op = op::kI32Eqz});
             return true;
           }},
    Damage{"a loop that is a block",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kLoop, op::kBlock);
           }},
    Damage{"a block that is a loop",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kBlock, op::kLoop);
           }},
    Damage{"local 0 not set",
           [](DamagedBody body, Place at, Random) {
             if (!body.code[at].is(op::kLocalSet, 0))
               return false;
             body.code[at] = {.op = op::kDrop};
             return true;
           }},
    Damage{"a local not set",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kLocalSet, op::kDrop);
           }},
    Damage{"a local not kept",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kLocalTee, op::kNop);
           }},
    Damage{"a global not set",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kGlobalSet, op::kDrop);
           }},
    Damage{"a store that is lost",
           [](DamagedBody body, Place at, Random) {
             if (!code::is_store(body.code[at].op))
               return false;
             body.code[at] = {.op = op::kDrop};
             insert(body, at, {.op = op::kDrop});
             return true;
           }},
    Damage{"the offset of an access",
           [](DamagedBody body, Place at, Random random) {
             if (!code::is_store(body.code[at].op) && !code::is_load(body.code[at].op))
               return false;
             body.code[at].value += 1 << random() % 4;
             return true;
           }},
    Damage{"two stores that change places",
           [](DamagedBody body, Place at, Random) {
             if (!code::is_store(body.code[at].op))
               return false;
             for (size_t other = at + 1; other < body.code.size() && other < at + 12; other++)
               if (body.code[other].op == body.code[at].op) {
                 std::swap(body.code[at].value, body.code[other].value);
                 return body.code[at].value != body.code[other].value;
               }
             return false;
           }},
    Damage{"half a load",
           [](DamagedBody body, Place at, Random) {
             body.code[at].extra = std::min<uint16_t>(body.code[at].extra, 2);
             return replace(body.code[at], op::kI64Load, op::kI64Load32U);
           }},
    Damage{"a sign",
           [](DamagedBody body, Place at, Random) {
             code::Instruction &instruction = body.code[at];
             return replace(instruction, op::kI64Load8S, op::kI64Load8U) ||
                    replace(instruction, op::kI64Load32U, op::kI64Load32S) ||
                    replace(instruction, op::kI64ExtendI32U, op::kI64ExtendI32S) ||
                    replace(instruction, op::kI32Load8S, op::kI32Load8U);
           }},
    Damage{"another comparison",
           [](DamagedBody body, Place at, Random random) {
             code::Instruction &instruction = body.code[at];
             for (code::Op first : {op::kI32Eq, op::kI64Eq})
               if (instruction.op >= first && instruction.op < first + 10) {
                 instruction.op = first + random() % 10;
                 return true;
               }
             return false;
           }},
    Damage{"a difference for a sum",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kI32Add, op::kI32Sub);
           }},
    Damage{"another constant",
           [](DamagedBody body, Place at, Random random) {
             if (body.code[at].op != op::kI32Const && body.code[at].op != op::kI64Const)
               return false;
             body.code[at].value ^= 1 << random() % 5;
             return true;
           }},
    Damage{"another local",
           [](DamagedBody body, Place at, Random random) {
             if (body.code[at].op != op::kLocalGet)
               return false;
             body.code[at].index = random() % 4;
             return true;
           }},
    Damage{"another function",
           [](DamagedBody body, Place at, Random random) {
             if (body.code[at].op != op::kCall)
               return false;
             body.code[at].index += random() % 2 ? 1 : -1;
             return true;
           }},
    Damage{"two arguments that change places",
           [](DamagedBody body, Place at, Random) {
             if (body.code[at].op != op::kCall || at < 3)
               return false;
             std::swap(body.code[at - 2], body.code[at - 3]);
             return true;
           }},
    Damage{"a return that is lost",
           [](DamagedBody body, Place at, Random) {
             return replace(body.code[at], op::kReturn, op::kDrop);
           }},
    Damage{"an instruction twice",
           [](DamagedBody body, Place at, Random) {
             if (body.code[at].op != op::kI32Eqz)
               return false;
             insert(body, at, body.code[at]);
             return true;
           }},
};

// At a random place that it is for. False if there is none.
inline bool damage(code::Body &body, const Damage &kind, std::mt19937 &random) {
  size_t begin = random() % body.code.size();
  for (size_t i = 0; i < body.code.size(); i++)
    if (kind.apply(body, (begin + i) % body.code.size(), random))
      return true;
  return false;
}

} // namespace wald::test
