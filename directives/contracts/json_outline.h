// A look over JSON text before llvm::json parses it, which calls itself for each level of nesting,
// gives each object some 4 KiB, lets the last of two equal keys win and forgets where values stood.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace wald::directives {

// Lines of the objects in the lists "imports" and "exports", from 1.
struct InterfaceLines {
  std::vector<uint32_t> imports, exports;
};

// One entry for each outermost object, or object in the outermost list. Fails beyond these many
// levels or objects; errors begin with "LINE:COLUMN: ". Text that is not JSON may pass.
llvm::Expected<std::vector<InterfaceLines>> outline_json(llvm::StringRef text, unsigned max_depth,
                                                         unsigned max_objects);

// "LINE:COLUMN: WHAT" about an offset in a text, both from 1.
llvm::Error error_in_text(llvm::StringRef text, size_t offset, const llvm::Twine &what);

} // namespace wald::directives
