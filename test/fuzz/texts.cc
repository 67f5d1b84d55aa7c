// Import configurations, response files and the strings in them.
#include "targets.h"

#include "linker/response_file.h"
#include "objfile/go_text.h"
#include "objfile/importcfg.h"

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

} // namespace wald::fuzz
