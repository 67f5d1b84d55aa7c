// Findings as people and machines read them: text as other messages of wald, JSON, SARIF 2.1.0 and
// the commands of GitHub's workflows.
#pragma once

#include "directives/rules/rules.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace wald::directives {

enum class ReportFormat : uint8_t { kText, kJson, kSarif, kGithub };

std::optional<ReportFormat> find_report_format(llvm::StringRef name);

const char *severity_name(Severity severity); // "error", "warning", "note"

// "export name memory is reserved for … [reserved-export]"
std::string headline(const Finding &finding);
// The lines after ">>> ": the place, and the finding's notes.
std::vector<std::string> note_lines(const Finding &finding);

// Writes findings, which are in order. Files below `directory` are named relative to it. In text
// nothing is written where nothing was found.
void write_report(llvm::raw_ostream &out, llvm::ArrayRef<Finding> findings,
                  const RuleSettings &settings, ReportFormat format, llvm::StringRef directory);

} // namespace wald::directives
