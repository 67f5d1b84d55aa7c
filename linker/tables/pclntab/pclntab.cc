#include "linker/tables/pclntab/pclntab.h"

#include "linker/core/passes.h"

namespace wald {

PclntabVariants PclntabVariants::reference(const objfile::GoVersion &version) {
  PclntabVariants variants;
  if (version.funcdata_in_pclntab)
    variants.funcdata = [](Context &ctx, const FunctionFacts &facts, const InlineTrees &trees) {
      return std::make_unique<FuncdataTable>(ctx, facts, trees);
    };
  else
    variants.funcdata = [](Context &ctx, const FunctionFacts &facts, const InlineTrees &trees) {
      return std::make_unique<FuncdataSymbols>(ctx, facts, trees);
    };
  variants.find_functions = [](Context &ctx, const FunctionFacts &facts) {
    return std::make_unique<BucketFindTable>(ctx, facts);
  };
  return variants;
}

PclntabVariants PclntabVariants::planned(const Context &ctx) {
  PclntabVariants variants = reference(*ctx.version);
  if (!ctx.plan.fills_find_table)
    variants.find_functions = [](Context &context, const FunctionFacts &facts) {
      return std::make_unique<ReachableFindTable>(context, facts);
    };
  return variants;
}

Pclntab::Pclntab(Context &ctx, const PclntabVariants &variants)
    : ctx_(ctx), budget_(ctx), facts_(ctx, budget_), header_(ctx), names_(ctx, facts_), files_(ctx),
      unit_files_(ctx, files_, budget_), pc_tables_(ctx, facts_),
      inline_trees_(ctx, facts_, names_), funcdata_(variants.funcdata(ctx, facts_, inline_trees_)),
      functions_(ctx, facts_, names_, unit_files_, *funcdata_),
      find_functions_(variants.find_functions(ctx, facts_)) {}

void Pclntab::collect() {
  facts_.collect(pc_tables_, unit_files_);
  pc_tables_.finish();
}

// The order in which symbols are made here numbers them, and so is part of the output.
void Pclntab::arrange() {
  define_symbol(ctx_, KnownSymbol::kPclntab, Group::kMarker);
  header = define(KnownSymbol::kPcHeader, header_, 8);
  parts[0] = define(KnownSymbol::kFuncNameTab, names_, 1);
  if (!ctx_.ok()) // a function by the name of a table is not one of the program's any more
    return;
  arrange_names();
  if (!ctx_.ok())
    return;
  parts[1] = define(KnownSymbol::kCuTab, unit_files_, 4);
  parts[2] = define(KnownSymbol::kFileTab, files_, 1);
  unit_files_.arrange();
  parts[3] = define(KnownSymbol::kPcTab, pc_tables_, 1);
  bool is_funcdata_in_data = !funcdata_->table();
  if (is_funcdata_in_data)
    funcdata_->arrange();
  parts[4] = define(KnownSymbol::kFuncTab, functions_, 4);
  functions_.arrange();
  if (!is_funcdata_in_data)
    arrange_funcdata();
  arrange_find_functions();
  header_.set_counts(num_functions(), files_.num_files());
  header_.set_symbols(header, parts);
  set_sizes();
}

// Makes the symbol of a table. The reference gives alignments from Go 1.26 on.
SymId Pclntab::define(KnownSymbol known_symbol, const RuntimeTable &table, uint32_t alignment,
                      Group group) {
  bool is_aligned = ctx_.version->funcdata_in_pclntab;
  OwnedSymbol &symbol = define_symbol(ctx_, known_symbol, group, is_aligned ? alignment : 0);
  symbol.source = &table;
  if (group == Group::kPclntab)
    ctx_.members[unsigned(Group::kPclntab)].push_back({0, symbol.id, 1});
  tables_.push_back({objfile::name_of(known_symbol), symbol.id, &table});
  return symbol.id;
}

void Pclntab::arrange_names() {
  names_.arrange(budget_);
  if (!ctx_.ok())
    return;
  ctx_.text_names.reserve(num_functions());
  for (uint32_t i = 0; i < num_functions(); i++)
    ctx_.text_names.push_back(names_.text(names_.name_of(FuncIndex(i))));
}

void Pclntab::arrange_funcdata() {
  funcdata_->arrange();
  define(KnownSymbol::kFuncHead, *funcdata_->table(), funcdata_->alignment());
}

void Pclntab::arrange_find_functions() {
  find_functions = define(KnownSymbol::kFindFuncTab, *find_functions_, 4,
                          ctx_.version->funcdata_in_pclntab ? Group::kPclntab : Group::kRodata);
  find_functions_->arrange();
}

void Pclntab::set_sizes() {
  for (const Table &table : tables_) {
    bool is_padded = table.symbol != find_functions;
    make_owned(ctx_, table.symbol).size = llvm::alignTo(table.table->size(), is_padded ? 8 : 1);
  }
}

void collect_functions(Context &ctx) {
  if (ctx.text.empty()) {
    ctx.diag.error("nothing is reachable from the entry point",
                   {"the program has no runtime, or -E names no function"});
    return;
  }
  ctx.pclntab = std::make_shared<Pclntab>(ctx, PclntabVariants::planned(ctx));
  ctx.pclntab->collect();
}

void build_pclntab(Context &ctx) {
  ctx.pclntab->arrange();
}

} // namespace wald
