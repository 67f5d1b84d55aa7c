// The types of functions that have no directive, for which the compiler left no signature in the
// objects: they are read from the function's declaration in its source file.
#pragma once

#include "directives/signature.h"
#include "directives/types/go_types.h"
#include "linker/core/context.h"

namespace wald {

// Access to the sources that were compiled. One that cannot be had is an error of the link.
directives::FileAccess source_access(Context &ctx);

// All objects and their packages, as directives/ wants them.
std::vector<directives::ProgramObject> program_objects(const Context &ctx);

class ExportTypes {
public:
  // The context's objects may not change until the last call.
  ExportTypes(const Context &ctx, directives::FileAccess access);

  // The signature of an export wrapper for the function `local` of the library's first object. The
  // error is a fact, then lines of notes.
  llvm::Expected<directives::Signature> read_signature(uint32_t library, uint32_t local);

private:
  const Context &ctx_;
  directives::SourceFiles sources_;
  directives::GoTypeStore types_;
  directives::TypeResolver resolver_;
};

} // namespace wald
