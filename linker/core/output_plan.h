// What the output is to be. Made once, when the objects have said for which Go version and system
// they are; passes read it and not the options, so that another output is a field here and not a
// condition in every pass.
//
// What of the output depends on the Go version alone, such as which tables there are and in which
// order, is in objfile/go_version.h. What decides how inputs are read and checked stays an option.
//
// A new output begins with a field of its own in the part that it changes, whose first value is the
// reference's, and with its line in is_reference(). Who reads the field is the pass that makes that
// part.
#pragma once

#include "linker/command_line/import_list.h"
#include "linker/command_line/interface_options.h"
#include "linker/command_line/wasm_opt_options.h"
#include "objfile/entry_points.h"
#include "wasm/segment_policy.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wald {

struct Context;
struct LinkOptions;
struct ModulePlan;
class BodyTransform;
class NamePatterns;

// Begins a transformation of the functions' bodies, which may add functions of its own to the plan
// (linker/output/body_transform.h).
using StartBodyTransform = std::function<std::shared_ptr<BodyTransform>(Context &, ModulePlan &)>;

struct CustomSection {
  std::string name, file;
  std::string contents; // of the file; plan_output reads it
};

struct OutputPlan {
  // -- Which symbols
  objfile::ModuleKind kind = objfile::ModuleKind::kCommand;
  std::string entry; // the function from which all others are reached; empty: the kind's own
  bool prunes_map_inits = true;
  std::shared_ptr<const NamePatterns> reflected_methods; // none: reflection may call all

  // -- Code
  std::string build_id;      // also the first function; empty: neither
  uint64_t text_start = 0;   // of the virtual text section that program counters are in
  StartBodyTransform bodies; // none: bodies as they were compiled

  // -- Data
  uint64_t data_rounding = 4096;
  std::optional<uint64_t> data_start; // else right after read-only data, rounded
  wasm::SegmentPolicy segments;

  // -- Tables
  bool fills_find_table = true; // findfunctab, also where the runtime never looks
  bool has_lines = true;        // files and lines in pclntab

  // -- Names
  bool has_names = true;       // of functions, in the section "name"
  bool has_full_names = false; // instead of these, of more than functions

  // -- Other custom sections
  bool has_producers = true;
  bool has_build_info = false; // go:buildinfo
  std::vector<CustomSection> sections;

  // -- Memory
  uint64_t initial_heap = 1 << 20; // beyond the data, where `memory` says nothing
  MemoryOptions memory;

  // -- Imports
  std::vector<ImportStub> stubs;             // functions of the module instead of imports
  std::optional<ImportList> allowed_imports; // others are errors

  // -- What another program does to the finished module
  WasmOptOptions wasm_opt;

  // -- The file
  std::string file;
  bool validate_always = false; // else only what the reference would not write

  // --strip is not handed over, even where the reference has a flag that gives the same module.
  bool is_stripped = false;

  // Exports that only the command line asks for: the reference writes no such module for these
  // objects, but one of the same kind for a source with the directives.
  bool has_requested_exports = false;

  bool has_build_id() const { return !build_id.empty(); }

  // Whether what is made of the objects is what the reference makes of them, byte for byte.
  bool is_reference() const {
    return !has_requested_exports && !is_stripped && !wasm_opt.is_on() && has_reference_form();
  }
  // What of a module that is not must be proven valid before it gets its name. All other sections
  // are as the reference would write them if bodies are.
  enum class Validation : uint8_t { kNone, kMemoryAndData, kAll };
  Validation validation() const {
    return validate_always || bodies || reflected_methods || changes_imports() ? Validation::kAll
           : has_reference_form()                                              ? Validation::kNone
                                  : Validation::kMemoryAndData;
  }

private:
  bool changes_imports() const { return memory.is_imported || !stubs.empty(); }
  bool has_reference_form() const {
    return !bodies && !reflected_methods && segments == wasm::SegmentPolicy{} && fills_find_table &&
           has_lines && has_producers && !has_full_names && !has_build_info && sections.empty() &&
           initial_heap == 1 << 20 && !memory.any() && stubs.empty();
  }
};

// The transformation of --optimize=code (linker/output/structured_code.cc).
std::shared_ptr<BodyTransform> start_structured_code(Context &ctx, ModulePlan &plan);

// That of --optimize=fold, with another one for the bodies that stay, or none
// (linker/output/folded_code.cc).
StartBodyTransform start_folded_code(StartBodyTransform others);

OutputPlan make_output_plan(const LinkOptions &options, bool is_js);

// Whether the options ask for a module that the reference could write as well, so that a link may
// be handed over to it.
bool asks_for_reference(const LinkOptions &options);

} // namespace wald
