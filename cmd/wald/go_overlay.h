// Which overlay a build has, so that wald reads the sources that the compiler read. The go command
// takes it as -overlay, on its command line or in GOFLAGS, and tells its tools nothing of it.
#pragma once

#include "directives/source/overlay.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <string>

namespace wald {

// Of a go command that is started here with these words after its subcommand.
directives::OverlayPlace overlay_of_command(llvm::ArrayRef<std::string> go_words);

// Says it to the linkers that programs started from here on start: WALD_OVERLAY is the file, or
// `off` for none, WALD_OVERLAY_DIR the directory of its relative names.
void pass_on_overlay(const directives::OverlayPlace &place);

// What the environment says; nothing if it says nothing.
std::optional<directives::OverlayPlace> overlay_of_environment();

// That of the go command which started this process, itself or through other tools: its command
// line and directory stand in /proc. Nothing if there is none to be seen.
std::optional<directives::OverlayPlace> overlay_of_caller();

} // namespace wald
