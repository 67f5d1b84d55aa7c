#include "linker/liveness/method_calls.h"

#include "llvm/ADT/STLExtras.h"

namespace wald {

uint32_t MethodCalls::intern(StringRef name) {
  auto [place, is_new] = places_.try_emplace({name.data(), name.size()});
  if (is_new) {
    place->second = interned_.try_emplace(name, uint32_t(interned_.size())).first->second;
    names_.resize(interned_.size());
    if (texts_.size() < interned_.size())
      texts_.push_back(name);
  }
  return place->second;
}

void MethodCalls::name(size_t index, StringRef name, SymId type, bool is_exported,
                       bool is_left_out) {
  Candidate &candidate = candidates_[index];
  candidate.name = intern(name);
  candidate.is_exported = is_exported && !is_left_out;
  candidate.is_left_out = is_exported && is_left_out;
  candidate.targets[0] = type;
  Calls &of_name = names_[candidate.name];
  Calls &of_method = methods_[{candidate.name, number(type)}];
  candidate.same_name = std::exchange(of_name.last_waiting, index);
  candidate.same_method = std::exchange(of_method.last_waiting, index);
  if (of_method.is_called)
    call(index, CallKind::kThroughInterface);
  else if (of_name.is_called)
    call(index, CallKind::kByName);
  else if (all_exported_called_ && candidate.is_exported)
    call(index, CallKind::kByReflection);
}

bool MethodCalls::call(uint32_t name, SymId type) {
  return call(methods_[{name, number(type)}], &Candidate::same_method, CallKind::kThroughInterface);
}

bool MethodCalls::call_by_name(uint32_t name) {
  return call(names_[name], &Candidate::same_name, CallKind::kByName);
}

bool MethodCalls::call_all_exported() {
  if (std::exchange(all_exported_called_, true))
    return false;
  for (uint32_t i = 0; i < candidates_.size(); i++)
    if (candidates_[i].is_exported)
      call(i, CallKind::kByReflection);
  return true;
}

bool MethodCalls::call(Calls &calls, uint32_t Candidate::*next, CallKind kind) {
  if (std::exchange(calls.is_called, true))
    return false;
  for (uint32_t i = calls.last_waiting; i != Candidate::kNone; i = candidates_[i].*next)
    call(i, kind);
  return true;
}

void MethodCalls::call(uint32_t index, CallKind kind) {
  if (candidates_[index].call != CallKind::kNotCalled)
    return;
  candidates_[index].call = kind;
  called_.push_back(index);
}

std::vector<uint32_t> MethodCalls::take_called() {
  std::vector<uint32_t> called = std::exchange(called_, {});
  llvm::sort(called);
  return called;
}

} // namespace wald
