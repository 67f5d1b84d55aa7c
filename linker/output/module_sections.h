// The parts of a module that write_module puts together. Each writes one section or several, at a
// place in the file that is known when it begins.
#pragma once

#include "linker/output/module_plan.h"
#include "wasm/section_writer.h"

namespace wald {

class Relocator;

// The sections before the code: build id, types, imports, functions, table, memory, globals,
// exports, elements.
void write_declarations(Context &ctx, const ModulePlan &plan, wasm::SectionWriter &sections,
                        wasm::OutputStream &out);

// The data section, which begins at `start`. Returns where it ends.
uint64_t write_data_section(Context &ctx, wasm::SectionWriter &sections, uint64_t start);

// The custom section "name" with the names of functions, whole; empty if there is to be none.
std::vector<uint8_t> encode_name_section(const Context &ctx, const ModulePlan &plan);

} // namespace wald
