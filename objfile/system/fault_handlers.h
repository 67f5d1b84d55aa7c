// What the process does when it cannot go on: it says why and leaves no temporary file.
#pragma once

namespace wald {

// Status 2 and a message
//   - without memory, or address space that ulimit -v allows,
//   - where a mapped file has become shorter while it was read.
// Signals that end a process still do, after the removal of temporary files; so do the program's
// own faults, after a message. Programs that the process becomes or starts see nothing of it.
void install_fault_handlers();

} // namespace wald
