#include "wasm/equivalence/meetings.h"

#include <algorithm>

namespace wald::equivalence {

namespace {

constexpr uint32_t kNoClass = UINT32_MAX;
// In the number of a class: its values are the stack pointer, or it and a constant.
constexpr uint32_t kIsStackPointer = uint32_t(1) << 31;

} // namespace

void Meetings::clear() {
  meetings_.clear();
  classes_.clear();
  waiting_.clear();
  by_key_.clear();
  num_steps_ = 0;
}

int64_t Meetings::number_of(const Walk &walk) const {
  if (walk.locals.empty() || !walk.code().is_live(walk.at(), kNumberLocal))
    return kNotRead;
  TermId value = walk.locals[kNumberLocal];
  constexpr int64_t kMost = INT32_MAX;
  if (!terms_.is_i32_const(value) || uint32_t(terms_[value].value) > kMost)
    return kAnyNumber;
  return terms_[value].value;
}

// The values that may still be read.
template <typename Fn> void Meetings::for_each_value(Walk &walk, int64_t number, Fn fn) {
  const Code &code = walk.code();
  uint32_t at = walk.at();
  for (uint32_t local = number == kAnyNumber ? 0 : 1; local < walk.locals.size(); local++)
    if (code.is_live(at, local))
      fn(walk.locals[local]);
  for (TermId &value : walk.globals)
    fn(value);
  for (TermId &value : walk.stack)
    fn(value);
}

void Meetings::gather(const Key &key) {
  values_.clear();
  for_each_value(key, [&](TermId &value) { values_.push_back(terms_.plain(value)); });
  num_steps_ += values_.size();
}

void Meetings::wait(MeetingId id) {
  if (!meetings_[id].is_waiting)
    waiting_.push_back(id);
  meetings_[id].is_waiting = true;
}

// The first arrival: equal terms are a class.
bool Meetings::make_classes(Meeting &meeting) {
  class_of_.resize(std::max(class_of_.size(), terms_.size()), kNoClass);
  meeting.first = classes_.size();
  meeting.count = values_.size();
  uint32_t num_classes = 0;
  for (TermId value : values_) {
    if (class_of_[value] == kNoClass)
      class_of_[value] = num_classes++ | (terms_.is_stack_pointer(value) ? kIsStackPointer : 0);
    classes_.push_back(class_of_[value]);
  }
  for (TermId value : values_)
    class_of_[value] = kNoClass;
  return true;
}

// Whether values of one class differ now, so that it becomes several, or are no stack pointers any
// more.
bool Meetings::split_classes(Meeting &meeting) {
  uint32_t *classes = classes_.data() + meeting.first;
  auto &value_of = class_of_; // by class, the first value of it
  value_of.resize(std::max<size_t>(value_of.size(), meeting.count), kNoClass);
  bool is_same = true;
  for (uint32_t i = 0; i < meeting.count; i++) {
    TermId &value = value_of[classes[i] & ~kIsStackPointer];
    if (value == kNoClass)
      value = values_[i];
    is_same &=
        value == values_[i] && (!(classes[i] & kIsStackPointer) || terms_.is_stack_pointer(value));
  }
  for (uint32_t i = 0; i < meeting.count; i++)
    value_of[classes[i] & ~kIsStackPointer] = kNoClass;
  if (is_same)
    return false;
  class_of_pair_.clear();
  for (uint32_t i = 0; i < meeting.count; i++) {
    uint64_t pair = uint64_t(classes[i]) << 32 | values_[i];
    uint32_t flag = terms_.is_stack_pointer(values_[i]) ? classes[i] & kIsStackPointer : 0;
    classes[i] = class_of_pair_.try_emplace(pair, class_of_pair_.size()).first->second | flag;
  }
  return true;
}

bool Meetings::arrive(uint32_t entry) {
  Key key{old_.at(), new_.at(), number_of(old_), number_of(new_)};
  gather(key);
  auto [found, is_new] =
      by_key_.try_emplace({uint64_t(key.old_at) << 32 | key.new_at,
                           uint64_t(uint32_t(key.old_number)) << 32 | uint32_t(key.new_number)},
                          meetings_.size());
  MeetingId id = found->second;
  uint32_t old_height = old_.stack.size(), new_height = new_.stack.size();
  if (is_new) {
    meetings_.push_back({key, entry, old_height, new_height, 0, 0, false});
    make_classes(meetings_[id]);
    wait(id);
    return true;
  }
  Meeting &meeting = meetings_[id];
  if (meeting.old_height != old_height || meeting.new_height != new_height)
    return false;
  if (split_classes(meeting))
    wait(id);
  return true;
}

void Meetings::start(Walk &walk, uint32_t at, int64_t number, uint32_t height, uint32_t side) {
  walk.start(at);
  walk.stack.assign(height, kNoTerm);
  std::fill(walk.locals.begin(), walk.locals.end(), terms_.symbol(uint32_t(Origin::kDead), side));
  if (number >= 0)
    walk.locals[kNumberLocal] = terms_.i32(number);
}

bool Meetings::take() {
  if (waiting_.empty())
    return false;
  Meeting &meeting = meetings_[waiting_.back()];
  waiting_.pop_back();
  meeting.is_waiting = false;
  entry_ = meeting.entry;
  terms_.clear();
  const Key &key = meeting.key;
  start(old_, key.old_at, key.old_number, meeting.old_height, 0);
  start(new_, key.new_at, key.new_number, meeting.new_height, 1);
  const uint32_t *next = classes_.data() + meeting.first;
  for_each_value(key, [&](TermId &value) {
    uint32_t id = *next++;
    value = terms_.symbol(uint32_t(Origin::kState), id & ~kIsStackPointer, id & kIsStackPointer);
  });
  return true;
}

} // namespace wald::equivalence
