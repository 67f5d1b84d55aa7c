// WebAssembly text to module bytes, for tests.
#pragma once

#include "wabt/binary-writer.h"
#include "wabt/stream.h"
#include "wabt/wast-lexer.h"
#include "wabt/wast-parser.h"

#include "gtest/gtest.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace wald::test {

// The text is not validated, so that tests can make invalid modules. Function names go into the
// name section.
inline std::vector<uint8_t> assemble(std::string_view text) {
  wabt::Errors errors;
  auto lexer = wabt::WastLexer::CreateBufferLexer("test.wat", text.data(), text.size(), &errors);
  wabt::Features features;
  wabt::WastParseOptions parse_options(features);
  std::unique_ptr<wabt::Module> module;
  wabt::Result result = wabt::ParseWatModule(lexer.get(), &module, &errors, &parse_options);
  for (const wabt::Error &error : errors)
    ADD_FAILURE() << "line " << error.loc.line << ": " << error.message;
  if (wabt::Failed(result))
    return {};
  wabt::WriteBinaryOptions write_options;
  write_options.write_debug_names = true;
  wabt::MemoryStream stream;
  wabt::WriteBinaryModule(&stream, module.get(), write_options);
  return stream.output_buffer().data;
}

} // namespace wald::test
