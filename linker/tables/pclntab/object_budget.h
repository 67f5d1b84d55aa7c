// A bound on what the functions of an object can ask for.
#pragma once

#include "linker/core/context.h"

namespace wald {

inline void report_fault(const InputObject &object, const char *what) {
  object.obj.report_fault(what, object.obj.payload().data());
}

// Lists and names in an object may overlap, so that a small file could make tables of any size. No
// object of the compiler's asks for more bytes than it has.
class ObjectBudget {
public:
  static constexpr uint32_t kNobody = UINT32_MAX; // the linker itself

  explicit ObjectBudget(const Context &ctx) : ctx_(ctx), charged_(ctx.objects.size()) {}

  // False, and a fault of the object, if it is more than the object can have.
  bool charge(uint32_t object_index, uint64_t num_bytes) {
    if (object_index == kNobody)
      return true;
    const InputObject &object = *ctx_.objects[object_index];
    charged_[object_index] += num_bytes;
    if (object.obj.can_have(charged_[object_index]))
      return true;
    report_fault(object, "names or records overlap");
    return false;
  }

private:
  const Context &ctx_;
  std::vector<uint64_t> charged_; // bytes, by object
};

} // namespace wald
