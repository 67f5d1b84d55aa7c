// Import configurations, response files and the strings in them; Go source text.
#include "targets.h"

#include "directives/source/go_declarations.h"
#include "linker/command_line/response_file.h"
#include "objfile/importcfg.h"
#include "objfile/support/go_text.h"

namespace wald::fuzz {

using objfile::Bytes;

void fuzz_importcfg(Bytes input) {
  llvm::StringRef text = objfile::to_string(input);
  if (llvm::Expected<objfile::ImportConfig> config = objfile::parse_import_config(text, "cfg")) {
    for (const auto &[path, file] : config->package_files)
      (void)objfile::escape_import_path(path);
  } else {
    llvm::consumeError(config.takeError());
  }
  (void)objfile::unquote_go(text);
  (void)objfile::quote_go(text);
}

// Every file that the arguments name has the same text: it may name itself.
void fuzz_response(Bytes input) {
  llvm::StringRef text = objfile::to_string(input);
  auto read_file = [&](llvm::StringRef) -> llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> {
    return llvm::MemoryBuffer::getMemBuffer(text, "", /*RequiresNullTerminator=*/false);
  };
  const std::string args[] = {"-o", "a", "@file", "main.a"};
  for (ResponseEncoding encoding : {ResponseEncoding::kLines, ResponseEncoding::kQuoted})
    if (auto words = expand_response_files(args, encoding, read_file); !words)
      llvm::consumeError(words.takeError());
  (void)go_minor_of_archive(text);
}

namespace {

// Touches all of a type; it nests as deep as the reader allows.
size_t size_of(const directives::TypeExpr *type) {
  if (!type)
    return 0;
  size_t size = type->name.size() + size_of(type->element);
  for (const directives::FieldDecl &field : type->fields)
    size += field.name.size() + size_of(field.type);
  for (const directives::TypeExpr *argument : type->arguments)
    size += size_of(argument);
  return size;
}

} // namespace

void fuzz_go_source(Bytes input) {
  directives::SourceFile file = directives::read_declarations(objfile::to_string(input));
  size_t size = 0;
  for (const directives::TypeDecl &type : file.types)
    size += size_of(type.type);
  for (const directives::FunctionDecl &function : file.functions)
    for (const auto *list : {&function.receiver, &function.params, &function.results})
      for (const directives::ParameterDecl &parameter : *list)
        size += size_of(parameter.type);
  for (const directives::DirectiveComment &comment : file.directives)
    size += comment.function ? file.functions[*comment.function].name.size() : comment.text.size();
  volatile size_t sink = size;
  (void)sink;
}

} // namespace wald::fuzz
