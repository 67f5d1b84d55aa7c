// What packages define under a name, live or not, for reports.
#pragma once

#include "linker/core/symbols.h"

namespace wald {

// fn(object, local, id) for each definition with a name. Of equal ones only for the one that stands
// for all; not for debug information. Pc tables and function information have no names.
template <typename Fn> void for_each_named_definition(const Context &ctx, Fn fn) {
  for (const auto &object : ctx.objects)
    for (uint32_t local = 0; local < object->obj.num_defs(); local++) {
      if (object->obj.symbol(local).name_size() == 0 || is_debug(object->obj.kind(local)))
        continue;
      SymId id = object->local_symbol(local);
      Definition def = definition(ctx, id);
      if (!def.is_owned() && def.object == object->index && def.local == local)
        fn(*object, local, id);
    }
}

} // namespace wald
