#include "wasm/equivalence/code.h"

#include <algorithm>

namespace wald::equivalence {

namespace {

namespace op = code::op;

constexpr uint64_t kHighLocals = uint64_t(1) << 63;

uint64_t bit_of(uint32_t local) {
  return local < 63 ? uint64_t(1) << local : 0;
}

bool opens_block(code::Op opcode) {
  return opcode == op::kBlock || opcode == op::kLoop || opcode == op::kIf;
}

} // namespace

void Code::match_labels() {
  match_.assign(size(), 0);
  otherwise_.assign(size(), 0);
  table_match_.assign(body_.targets.size(), 0);
  open_.clear();
  auto opener_of = [&](uint32_t label) {
    return label < open_.size() ? open_[open_.size() - 1 - label] : kWholeBody;
  };
  for (uint32_t at = 0; at < size(); at++) {
    const code::Instruction &instruction = body_.code[at];
    if (opens_block(instruction.op)) {
      open_.push_back(at);
    } else if (instruction.op == op::kElse) {
      otherwise_[open_.back()] = at + 1;
      match_[open_.back()] = at; // until the end is seen
    } else if (instruction.op == op::kEnd && !open_.empty()) {
      uint32_t opener = open_.back();
      open_.pop_back();
      if (otherwise_[opener])
        match_[match_[opener]] = at;
      else
        otherwise_[opener] = at + 1;
      match_[opener] = at;
    } else if (instruction.op == op::kBr || instruction.op == op::kBrIf) {
      match_[at] = opener_of(instruction.index);
    } else if (instruction.op == op::kBrTable) {
      for (uint32_t i = 0; i < instruction.value; i++)
        table_match_[instruction.index + i] = opener_of(body_.targets[instruction.index + i]);
    }
  }
}

uint64_t Code::live_at_label(uint32_t opener) const {
  if (opener == kWholeBody)
    return kHighLocals;
  return body_.code[opener].op == op::kLoop ? live_[opener] : live_[match_[opener] + 1];
}

// Whether it is more than was known.
bool Code::update_live(uint32_t at) {
  const code::Instruction &instruction = body_.code[at];
  uint64_t live = at + 1 < size() ? live_[at + 1] : kHighLocals;
  switch (instruction.op) {
  case op::kReturn:
  case op::kUnreachable:
    live = kHighLocals;
    break;
  case op::kBr:
    live = live_at_label(match_[at]);
    break;
  case op::kBrIf:
    live |= live_at_label(match_[at]);
    break;
  case op::kBrTable:
    live = kHighLocals;
    for (uint32_t i = 0; i < instruction.value; i++)
      live |= live_at_label(table_match_[instruction.index + i]);
    break;
  case op::kIf:
    live |= live_[otherwise_[at]];
    break;
  case op::kElse:
    live = live_[match_[at] + 1];
    break;
  case op::kLocalGet:
    live |= bit_of(instruction.index);
    break;
  case op::kLocalSet:
  case op::kLocalTee:
    live &= ~bit_of(instruction.index);
    break;
  }
  bool is_more = live != live_[at];
  live_[at] = live;
  return is_more;
}

// From the end to the beginning, again while a loop's header has more than its jumps back knew.
void Code::find_live_locals() {
  constexpr unsigned kMostPasses = 50;
  live_.assign(size() + 1, kHighLocals);
  unsigned num_passes = 0;
  for (bool again = true; again;) {
    again = false;
    if (num_passes++ == kMostPasses)
      return live_.assign(size() + 1, UINT64_MAX); // all are, for all that is known
    for (uint32_t at = size(); at-- > 0;)
      again |= update_live(at) && body_.code[at].op == op::kLoop;
  }
}

std::optional<code::DecodeFault> Code::read(code::Bytes bytes, llvm::ArrayRef<uint8_t> params) {
  if (std::optional<code::DecodeFault> fault = code::decode(bytes, {}, body_))
    return fault;
  local_types_.assign(params.begin(), params.end());
  for (const code::LocalGroup &group : body_.locals)
    local_types_.insert(local_types_.end(), group.count, group.type);
  match_labels();
  find_live_locals();
  return std::nullopt;
}

Code::Renamed Code::rename(llvm::ArrayRef<uint32_t> stand_ins, uint32_t pc_f, uint32_t new_pc_f) {
  Renamed renamed;
  for (uint32_t at = 0; at < size(); at++) {
    code::Instruction &instruction = body_.code[at];
    if (instruction.op == op::kCall && instruction.index < stand_ins.size()) {
      renamed.calls |= stand_ins[instruction.index] != instruction.index;
      instruction.index = stand_ins[instruction.index];
    } else if (instruction.op == op::kI64Const && pc_f != new_pc_f &&
               uint64_t(instruction.value) >> 16 == pc_f && at + 1 < size() &&
               body_.code[at + 1].op == op::kI64Store) {
      instruction.value = int64_t(uint64_t(new_pc_f) << 16 | (instruction.value & 0xffff));
      renamed.return_addresses = true;
    }
  }
  return renamed;
}

} // namespace wald::equivalence
