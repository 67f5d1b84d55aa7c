// See the header.
#include "linker/command_line/export_options.h"

#include "objfile/support/go_text.h"

#include "llvm/ADT/STLExtras.h"

namespace wald {

using llvm::StringRef;

namespace {

// A directive's words are separated by white space, as Go knows it, and Go sources are UTF-8.
bool is_export_name(StringRef name) {
  for (StringRef rest = name; !rest.empty();) {
    objfile::Rune rune = objfile::decode_rune(rest);
    if (!rune.is_valid || objfile::trim_go_space(rest.take_front(rune.size)).empty())
      return false;
    rest = rest.drop_front(rune.size);
  }
  return !name.empty();
}

// Splits PKG.FUNC. Function names have no dots, import paths may.
std::optional<Problem> parse_function(StringRef text, ExportRequest &request) {
  std::string option = "--export=" + text.str();
  if (text.contains('('))
    return Problem{option + ": methods cannot be exported, only functions", {}};
  auto [package, function] = text.rsplit('.');
  if (package.empty() || function.empty() || function.contains('/'))
    return Problem{option + ": want --export=PKG.FUNC or --export=PKG.FUNC=NAME",
                   {"PKG is an import path, or main for the program itself"}};
  request.package = package.str();
  request.function = function.str();
  return std::nullopt;
}

} // namespace

std::optional<Problem> add_export(StringRef value, ExportOptions &options) {
  auto [function, name] = value.split('=');
  std::string option = "--export=" + value.str();
  ExportRequest request;
  std::optional<Problem> problem = parse_function(function, request);
  request.name = value.contains('=') ? name.str() : request.function;
  if (!problem && !is_export_name(request.name))
    problem = Problem{option + ": an export's name is UTF-8 text without white space", {}};
  for (const ExportRequest &other : options.added)
    if (!problem && other.name == request.name)
      problem = Problem{option + ": another --export has the name " + request.name, {}};
  options.added.push_back(std::move(request));
  return problem;
}

} // namespace wald
