#include "linker/layout/gc_program.h"

#include "linker/core/type_data.h"

#include <algorithm>

namespace wald {

namespace {
constexpr unsigned kMaxPending = 127;
constexpr uint64_t kMinRepeatedZeros = 32;
constexpr unsigned kMaxTypeDepth = 1000; // far beyond any real type; a cycle in broken input
} // namespace

void GcProgram::add_symbol(SymId id, uint64_t offset) {
  SymbolView symbol(ctx_, id);
  SymId type = symbol.aux(objfile::AuxKind::kGoType);
  if (type == SymId::kNone) {
    ctx_.diag.error("missing Go type of variable " + symbol.name(), {describe(ctx_, id)});
    return;
  }
  if (TypeData(ctx_, type).pointer_bytes() == 0) {
    ctx_.diag.error("variable " + symbol.name() + " lies among those with pointers, but has none",
                    {describe(ctx_, id)});
    return;
  }
  symbol_name_ = symbol.name();
  end_ = (offset + symbol.size()) / 8;
  add_type(type, offset, 0);
}

void GcProgram::report_broken_type() {
  ctx_.diag.error("broken type descriptor of variable " + symbol_name_);
}

bool GcProgram::take_steps(uint64_t count) {
  if (count > steps_left_)
    return false;
  steps_left_ -= count;
  return true;
}

// Whether so many bytes fit into the variable there.
bool GcProgram::has_room(uint64_t offset, uint64_t size) const {
  return offset / 8 <= end_ && size / 8 <= end_ - offset / 8;
}

// Pointers must be met in order and within the variable, and each type must lie within it and have
// the pointer that it says it ends with: a few descriptors that refer to each other could ask for
// any number of steps.
void GcProgram::add_type(SymId type_id, uint64_t offset, unsigned depth) {
  if (type_id == SymId::kNone || depth > kMaxTypeDepth)
    return report_broken_type();
  uint64_t before = position_;
  TypeData type(ctx_, type_id);
  if (!has_room(offset, type.pointer_bytes()) || !take_steps(1))
    return report_broken_type();
  switch (type.kind()) {
  case TypeKind::kArray: {
    SymId element = type.target_at(objfile::type_layout::kElement);
    uint64_t length = type.word(objfile::type_layout::kArrayLength);
    if (length == 0)
      break;
    add_type(element, offset, depth + 1);
    if (length > 1 && ctx_.ok()) {
      uint64_t element_words = TypeData(ctx_, element).word(0) / 8;
      if (element_words == 0 || length > (end_ - offset / 8) / element_words ||
          position_ > offset / 8 + element_words)
        return report_broken_type();
      zeros_until(offset / 8 + element_words);
      repeat(element_words, length - 1);
    }
    break;
  }
  case TypeKind::kStruct:
    add_fields(type, offset, depth);
    break;
  default:
    add_mask(type, offset);
  }
  if (position_ == before && ctx_.ok())
    report_broken_type();
}

void GcProgram::add_fields(const TypeData &type, uint64_t offset, unsigned depth) {
  using namespace objfile::type_layout;
  uint64_t num_fields = type.word(kFields + 8);
  // The fields follow the descriptor.
  uint64_t field = kFields + 24 + (type.has_uncommon() ? kUncommonSize : 0);
  for (uint64_t i = 0; i < num_fields && ctx_.ok(); i++, field += kFieldSize) {
    SymId field_type = type.target_at(field + 8);
    uint64_t field_offset = type.word(field + 16);
    if (field_type == SymId::kNone || !has_room(offset, field_offset) || !take_steps(1))
      return report_broken_type();
    if (TypeData(ctx_, field_type).pointer_bytes())
      add_type(field_type, offset + field_offset, depth + 1);
  }
}

void GcProgram::add_mask(const TypeData &type, uint64_t offset) {
  uint64_t num_words = type.pointer_bytes() / 8;
  SymId mask = type.target_at(objfile::type_layout::kGcData);
  Bytes bits = mask == SymId::kNone ? Bytes() : SymbolView(ctx_, mask).data();
  if (type.has_mask_on_demand() || bits.size() * 8 < num_words) {
    ctx_.diag.error("no pointer mask for the type of variable " + symbol_name_);
    return;
  }
  if (!take_steps(num_words))
    return report_broken_type();
  for (uint64_t i = 0; i < num_words && ctx_.ok(); i++)
    if (bits[i / 8] >> (i % 8) & 1)
      pointer_at(offset / 8 + i);
}

void GcProgram::pointer_at(uint64_t word) {
  if (word < position_ || word >= end_) [[unlikely]]
    return report_broken_type();
  zeros_until(word);
  literal(true);
}

void GcProgram::zeros_until(uint64_t word) {
  uint64_t count = word - position_;
  if (word <= position_)
    return;
  if (count < kMinRepeatedZeros) {
    while (count--)
      literal(false);
    return;
  }
  literal(false);
  flush();
  repeat(1, count - 1);
}

void GcProgram::literal(bool bit) {
  if (num_pending_ == kMaxPending)
    flush();
  pending_[num_pending_ / 8] |= bit << (num_pending_ % 8);
  num_pending_++;
  position_++;
}

void GcProgram::repeat(uint64_t num_bits, uint64_t times) {
  if (num_bits == 0 || times == 0)
    return;
  flush();
  if (num_bits < 128) {
    code_.push_back(0x80 | num_bits);
  } else {
    code_.push_back(0x80);
    append_uleb(num_bits);
  }
  append_uleb(times);
  position_ += num_bits * times;
}

void GcProgram::flush() {
  if (num_pending_ == 0)
    return;
  code_.push_back(num_pending_);
  unsigned num_bytes = (num_pending_ + 7) / 8;
  code_.insert(code_.end(), pending_, pending_ + num_bytes);
  std::fill_n(pending_, num_bytes, 0);
  num_pending_ = 0;
}

void GcProgram::append_uleb(uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    code_.push_back(uint8_t(value) | 0x80);
  code_.push_back(value);
}

std::vector<uint8_t> GcProgram::finish(uint64_t section_length) {
  zeros_until(section_length / 8);
  flush();
  code_.push_back(0);
  return std::move(code_);
}

} // namespace wald
