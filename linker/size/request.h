// What is asked about the sizes of a module, by options of a link or of wald size.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace wald::size {

enum class Form : uint8_t { kText, kCsv, kJson, kHtml, kGsa, kEsbuild };

// By the name that --size-format and --format know; nothing for an unknown one.
std::optional<Form> find_form(llvm::StringRef name);
// By the end of a file's name, where `json` says what .json stands for; nothing for others.
std::optional<Form> form_of_file(llvm::StringRef file, Form json = Form::kJson);

struct Request {
  std::vector<std::string> files;
  Form json = Form::kJson; // what a file called .json gets
  std::string baseline;    // a file, or empty
  std::string budget;      // likewise, or a number
  bool compressed = false; // the size of the module after compression

  bool has_outputs() const { return !files.empty() || !baseline.empty() || !budget.empty(); }
  bool any() const { return has_outputs() || compressed; }
};

} // namespace wald::size
