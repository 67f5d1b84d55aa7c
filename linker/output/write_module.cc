// Writes the module (ref: cmd/link/internal/wasm/asm.go). Everything streams to its place in the
// file. The data section follows the code; for both to be written at the same time, two threads
// measure the code first.
#include "linker/core/passes.h"
#include "linker/output/function_bodies.h"
#include "linker/output/module_sections.h"
#include "wasm/build_info.h"

namespace wald {

namespace {

using wasm::OutputStream;
using wasm::SectionId;

void write_code(const Context &ctx, const FunctionBodies &bodies, llvm::ArrayRef<CodePart> parts,
                wasm::SectionWriter &sections, OutputStream &out) {
  sections.write(out, SectionId::kCode, [&] {
    out.write_uleb(ctx.text.size() + ctx.module->added.size());
    for (const CodePart &part : parts)
      bodies.write(part, out);
    for (const AddedFunction &function : ctx.module->added) {
      out.write_uleb(function.body.size());
      out.write(function.body);
    }
  });
}

void write_producers(const Context &ctx, OutputStream &out) {
  out.write_name("producers");
  out.write_uleb(2);
  for (auto [field, tool] :
       {std::pair("language", "Go"), std::pair("processed-by", "Go cmd/compile")}) {
    out.write_name(field);
    out.write_uleb(1);
    out.write_name(tool);
    out.write_name(ctx.go_version);
  }
}

// As (*debug.BuildInfo).String() in Go writes it, which debug.ParseBuildInfo reads.
void write_build_info(const Context &ctx, OutputStream &out) {
  constexpr StringRef kGo = "go\t";
  StringRef modules;
  for (const auto &[name, value] : ctx.string_values)
    if (name == objfile::name_of(objfile::KnownSymbol::kModInfo))
      modules = wasm::build_info_text(value);
  out.write_name(kBuildInfoSection);
  for (StringRef text : {kGo, StringRef(ctx.build_version), StringRef("\n"), modules})
    out.write({text.bytes_begin(), text.size()});
}

// Functions had another size when they were written than before.
void report_wrong_measure(Context &ctx) {
  auto changed =
      llvm::find_if(ctx.files, [](const objfile::MappedFile &file) { return file.has_new_time(); });
  if (changed == ctx.files.end())
    ctx.diag.error("internal error: the code section was measured wrongly");
  else
    ctx.diag.error(changed->name() + " changed while it was read", {"it was written to"});
}

struct Written {
  uint64_t data_end;
  std::vector<uint8_t> names;
};

// All parts, by both threads: each takes the next one when it is done with one.
std::vector<CodePart> measure_code(Context &ctx, const FunctionBodies &bodies) {
  std::vector<CodePart> parts;
  uint64_t count = ctx.text.size(), size = bodies.functions_per_part();
  for (uint64_t begin = 0; begin < count; begin += size)
    parts.push_back({begin, std::min(begin + size, count), {}, {}});
  std::atomic<size_t> next = 0;
  auto measure = [&] {
    for (size_t i; (i = next++) < parts.size();)
      parts[i] = bodies.measure(parts[i].begin, parts[i].end);
  };
  ctx.helper.start("measure code", measure);
  measure();
  ctx.helper.wait();
  return parts;
}

// Code and names beside data.
Written write_with_helper(Context &ctx, const FunctionBodies &bodies, wasm::SectionWriter &sections,
                          OutputStream &out) {
  Written result;
  const std::vector<CodePart> parts = measure_code(ctx, bodies);
  const std::vector<AddedFunction> &added = ctx.module->added;
  uint64_t code_end =
      out.offset() + wasm::kSectionHeaderSize + wasm::uleb_size(ctx.text.size() + added.size());
  for (const CodePart &part : parts)
    code_end += part.size.value_or(0);
  for (const AddedFunction &function : added)
    code_end += wasm::uleb_size(function.body.size()) + function.body.size();
  ctx.helper.start("write data",
                   [&] { result.data_end = write_data_section(ctx, sections, code_end); });
  write_code(ctx, bodies, parts, sections, out);
  result.names = encode_name_section(ctx, *ctx.module);
  ctx.helper.wait();
  if (out.offset() != code_end && ctx.ok())
    report_wrong_measure(ctx);
  return result;
}

Written write_alone(Context &ctx, const FunctionBodies &bodies, wasm::SectionWriter &sections,
                    OutputStream &out) {
  Written result;
  write_code(ctx, bodies, CodePart{0, ctx.text.size(), {}, {}}, sections, out);
  result.data_end = write_data_section(ctx, sections, out.offset());
  result.names = encode_name_section(ctx, *ctx.module);
  return result;
}

void write_sections(Context &ctx, wasm::SectionWriter &sections) {
  OutputStream out(sections.file(), 0);
  write_declarations(ctx, *ctx.module, sections, out);
  out.flush();
  std::unique_ptr<FunctionBodies> bodies = make_function_bodies(ctx, *ctx.module);
  Written written = ctx.helper.has_thread() ? write_with_helper(ctx, *bodies, sections, out)
                                            : write_alone(ctx, *bodies, sections, out);
  OutputStream tail(sections.file(), written.data_end);
  if (ctx.plan.has_producers)
    sections.write(tail, SectionId::kCustom, [&] { write_producers(ctx, tail); });
  if (ctx.plan.has_build_info)
    sections.write(tail, SectionId::kCustom, [&] { write_build_info(ctx, tail); });
  for (const CustomSection &section : ctx.plan.sections)
    sections.write(tail, SectionId::kCustom, [&] {
      StringRef contents = section.contents;
      tail.write_name(section.name);
      tail.write({contents.bytes_begin(), contents.size()});
    });
  tail.write(written.names);
  ctx.module_size = tail.offset();
}

} // namespace

void write_module(Context &ctx) {
  llvm::Expected<wasm::OutputFile> created = wasm::OutputFile::create(ctx.plan.file);
  if (!created) {
    ctx.diag.error(llvm::toString(created.takeError()));
    return;
  }
  ctx.file = std::make_unique<wasm::OutputFile>(std::move(*created));
  wasm::SectionWriter sections(*ctx.file);
  write_sections(ctx, sections);
  if (std::optional<SectionId> id = sections.too_long())
    ctx.diag.error("section " + llvm::Twine(unsigned(*id)) + " does not fit a module");
}

} // namespace wald
