// What the report's formats share.
#pragma once

#include "directives/reports/report.h"

namespace wald::directives {

// "add.go:7:1", or as much of it as is known.
std::string place_text(const SourcePosition &position);

// "%2C" for a comma, as URIs and GitHub's commands write what would mean something else.
std::string percent_code(char c);

// JSON allows no other bytes.
std::string valid_utf8(llvm::StringRef text);

// The file's name within the directory; as it is for a file elsewhere.
std::string relative_to(llvm::StringRef file, llvm::StringRef directory);

// Does the same to "(FILE:LINE)" within a text.
void shorten_paths(std::string &text, llvm::StringRef directory);

// Findings, with files already relative to the directory, as a SARIF log.
void write_sarif(llvm::raw_ostream &out, llvm::ArrayRef<Finding> findings,
                 const RuleSettings &settings, llvm::StringRef directory);

} // namespace wald::directives
