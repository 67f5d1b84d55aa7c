// See the header.
#include "linker/command_line/export_options.h"

#include "objfile/support/go_text.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ConvertUTF.h"

namespace wald {

using llvm::StringRef;
using llvm::Twine;

namespace {

// A directive's words are separated by white space, as Go knows it, and Go sources are UTF-8.
bool is_export_name(StringRef name) {
  const auto *at = reinterpret_cast<const llvm::UTF8 *>(name.bytes_begin());
  const auto *end = reinterpret_cast<const llvm::UTF8 *>(name.bytes_end());
  if (name.empty() || !llvm::isLegalUTF8String(&at, end))
    return false;
  for (size_t i = 0; i < name.size();) {
    unsigned size = llvm::getNumBytesForUTF8(llvm::UTF8(name[i]));
    if (objfile::trim_go_space(name.substr(i, size)).empty())
      return false;
    i += size;
  }
  return true;
}

// Splits PKG.FUNC. Function names have no dots, import paths may.
std::string parse_function(StringRef text, ExportRequest &request) {
  if (text.contains('('))
    return (Twine("--export=") + text + ": methods cannot be exported, only functions").str();
  auto [package, function] = text.rsplit('.');
  if (package.empty() || function.empty() || function.contains('/'))
    return (Twine("--export=") + text +
            ": want --export=PKG.FUNC or --export=PKG.FUNC=NAME\n"
            ">>> PKG is an import path, or main for the program itself")
        .str();
  request.package = package.str();
  request.function = function.str();
  return "";
}

} // namespace

std::string add_export(StringRef value, ExportOptions &options) {
  auto [function, name] = value.split('=');
  ExportRequest request;
  std::string error = parse_function(function, request);
  request.name = value.contains('=') ? name.str() : request.function;
  if (error.empty() && !is_export_name(request.name))
    error = ("--export=" + value + ": an export's name is UTF-8 text without white space").str();
  for (const ExportRequest &other : options.added)
    if (error.empty() && other.name == request.name)
      error = ("--export=" + value + ": another --export has the name " + request.name).str();
  options.added.push_back(std::move(request));
  return error;
}

} // namespace wald
