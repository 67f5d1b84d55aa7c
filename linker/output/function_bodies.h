// The entries of the code section: size and body of each function. Two ways to come by them:
//
//     CompiledBodies       as compiled, with operands inserted. Measuring adds up the operands'
//                          sizes; the bodies are made where they are written, straight into the
//                          stream. Measuring costs a third of writing.
//     TransformedBodies    by a BodyTransform. Measuring makes the bodies and keeps them; a part
//                          that was not measured is made while it is written.
//
// The build id's function, where there is one, is number 0 and the same in both.
#pragma once

#include "linker/output/code_relocs.h"
#include "objfile/system/output_file.h"

#include <optional>

namespace wald {

// Functions from `begin` up to `end` of ctx.text.
struct CodePart {
  uint64_t begin = 0, end = 0;
  std::optional<uint64_t> size; // of their entries, if it was measured
  std::vector<uint8_t> entries; // if they were made to be measured
};

class FunctionBodies {
public:
  virtual ~FunctionBodies() = default;

  // Different parts may be measured by different threads. How large it is best to make them:
  virtual uint64_t functions_per_part() const = 0;
  virtual CodePart measure(uint64_t begin, uint64_t end) const = 0;
  virtual void write(const CodePart &part, wasm::OutputStream &out) const = 0;
};

// As the plan says.
std::unique_ptr<FunctionBodies> make_function_bodies(Context &ctx, const ModulePlan &plan);

} // namespace wald
