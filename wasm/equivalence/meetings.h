// The places where both walks are at once, and what is known there: which values are equal.
//
//     old at 17, new at 9         old local 2 = new local 2     one class of values each
//                                 old local 5 = new local 6
//                                 old local 1 = new local 1 = global 0 of both, a stack pointer
//
// A meeting that is reached again, by another way, keeps the equalities that hold on both: classes
// only get smaller, so that the walk ends.
#pragma once

#include "wasm/equivalence/walk.h"

#include "llvm/ADT/DenseMap.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace wald::equivalence {

using MeetingId = uint32_t;

class Meetings {
public:
  Meetings(Terms &terms, Walk &old_walk, Walk &new_walk)
      : terms_(terms), old_(old_walk), new_(new_walk) {}

  void clear();
  // Where both walks are now, with what they know. Adds it to what is still to be walked if it is
  // new or less is known than before. False if the values on the stacks do not fit.
  bool arrive(uint32_t entry);
  // Puts both walks at a meeting that is still to be walked from.
  bool take();

  uint32_t entry() const { return entry_; } // the number by which the one taken was reached first
  uint64_t num_steps() const { return num_steps_; }

private:
  // Local 0 by value: part of what a meeting is.
  static constexpr int64_t kNotRead = -1, kAnyNumber = -2;
  struct Key {
    uint32_t old_at, new_at;
    int64_t old_number, new_number;
  };
  struct Meeting {
    Key key;
    uint32_t entry, old_height, new_height;
    uint32_t first, count; // in classes_
    bool is_waiting;
  };
  int64_t number_of(const Walk &walk) const;
  template <typename Fn> void for_each_value(Walk &walk, int64_t number, Fn fn);
  template <typename Fn> void for_each_value(const Key &key, Fn fn) {
    for_each_value(old_, key.old_number, fn);
    for_each_value(new_, key.new_number, fn);
  }
  void gather(const Key &key);
  void start(Walk &walk, uint32_t at, int64_t number, uint32_t height, uint32_t side);
  bool make_classes(Meeting &meeting);
  bool split_classes(Meeting &meeting);
  void wait(MeetingId id);

  Terms &terms_;
  Walk &old_, &new_;
  std::vector<Meeting> meetings_;
  std::vector<uint32_t> classes_; // of each value of each meeting
  std::vector<MeetingId> waiting_;
  // By the places, then the numbers.
  llvm::DenseMap<std::pair<uint64_t, uint64_t>, MeetingId> by_key_;
  std::vector<TermId> values_;
  std::vector<uint32_t> class_of_; // by term; of one that is none: kNoClass
  llvm::DenseMap<uint64_t, uint32_t> class_of_pair_;
  uint32_t entry_ = 0;
  uint64_t num_steps_ = 0;
};

} // namespace wald::equivalence
