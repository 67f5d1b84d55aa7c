// The passes of a link, in the order in which link.cc runs them. Each is true to its name
// afterwards; what it needs from earlier ones stands in its file.
#pragma once

namespace wald {

struct Context;

// -- Input
void load_packages(Context &ctx);
void plan_output(Context &ctx);
void make_export_wrappers(Context &ctx);
void write_reproducer(Context &ctx); // for --reproduce, also of what could not be loaded
void resolve_symbols(Context &ctx);
void check_linknames(Context &ctx);

// -- Which symbols
void order_init_tasks(Context &ctx);
void mark_live_symbols(Context &ctx);
void explain_live_symbols(Context &ctx);  // for options that ask
void check_allowed_imports(Context &ctx); // for --allow-imports
void list_references(Context &ctx);       // likewise
void prune_map_inits(Context &ctx);
void make_method_stubs(Context &ctx);    // for --reflect-methods
void list_dropped_symbols(Context &ctx); // likewise

// -- What the linker itself contributes
void set_linker_variables(Context &ctx);
void set_string_values(Context &ctx);
void collect_data_symbols(Context &ctx); // begins it
void order_functions(Context &ctx);
void assign_func_indices(Context &ctx);
void build_type_links(Context &ctx);
void build_build_info(Context &ctx);
void collect_functions(Context &ctx);
void list_imports(Context &ctx);
void build_pclntab(Context &ctx);
void check_directives(Context &ctx);
void build_module_data(Context &ctx);

// -- Where
void lay_out_data(Context &ctx);

// -- The module
void plan_module(Context &ctx);
void write_module(Context &ctx);
void write_full_names(Context &ctx); // for --names=full
void check_inputs(Context &ctx);
void validate_module(Context &ctx);
void run_wasm_opt(Context &ctx);     // for --wasm-opt
void write_map(Context &ctx);        // for --map
void write_js_support(Context &ctx); // for --emit-js
void report_sizes(Context &ctx);     // for --size-report and its like
void commit_module(Context &ctx);

} // namespace wald
