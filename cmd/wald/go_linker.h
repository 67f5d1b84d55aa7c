// The Go toolchain whose links wald does, and that toolchain's own linker.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace wald {

// The toolchain beside which wald stands: $GOROOT, or the one that the `go` in PATH would use,
// which GOTOOLCHAIN or a go.mod file may have chosen. Empty if there is none.
std::string toolchain_root();

// ROOT/pkg/tool/HOST for each HOST that has a linker.
std::vector<std::string> tool_folders(llvm::StringRef root);

// Go's own linker, where the file `link` of a toolchain is wald: what WALD_GO_LINK names, else
// link.go beside it. `link` itself if there is neither.
std::string go_linker_for(llvm::StringRef link);

// Whether the file is this program, which then cannot hand a link over to it.
bool is_wald(llvm::StringRef linker);

inline constexpr char kGoLinkName[] = "link.go";

} // namespace wald
