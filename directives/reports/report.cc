// Text, JSON and GitHub's commands; SARIF is in report_sarif.cc.
#include "directives/reports/report.h"

#include "directives/reports/report_parts.h"
#include "objfile/support/printable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/JSON.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

void write_text(llvm::raw_ostream &out, llvm::ArrayRef<Finding> findings,
                const RuleSettings &settings) {
  for (const Finding &finding : findings) {
    out << "wald: " << severity_name(effective_severity(finding, settings)) << ": "
        << wasm::printable(headline(finding)) << '\n';
    for (const std::string &note : note_lines(finding))
      out << ">>> " << wasm::printable(note) << '\n';
  }
}

void write_json(llvm::raw_ostream &out, llvm::ArrayRef<Finding> findings,
                const RuleSettings &settings) {
  llvm::json::OStream json(out, 2);
  json.object([&] {
    json.attributeArray("findings", [&] {
      for (const Finding &finding : findings)
        json.object([&] {
          json.attribute("rule", finding.rule->id);
          json.attribute("severity", severity_name(effective_severity(finding, settings)));
          json.attribute("message", valid_utf8(finding.message));
          if (!finding.subject.empty())
            json.attribute("name", valid_utf8(finding.subject));
          if (!finding.package.empty())
            json.attribute("package", valid_utf8(finding.package));
          if (!finding.function.empty())
            json.attribute("function", valid_utf8(finding.function));
          if (!finding.position.file.empty()) {
            json.attribute("file", valid_utf8(finding.position.file));
            json.attribute("line", finding.position.line);
            json.attribute("column", finding.position.column);
          }
          json.attributeArray("notes", [&] {
            for (const std::string &note : finding.notes)
              json.value(valid_utf8(note));
          });
        });
    });
  });
  out << '\n';
}

// What stands in a line of a command's message or in a property: printable, with the characters
// that would end it escaped (reference: escapeData and escapeProperty in actions/toolkit,
// packages/core/src/command.ts).
std::string github_escape(StringRef text, bool is_property) {
  std::string escaped;
  for (char c : wasm::printable(text)) {
    if (c == '%' || (is_property && (c == ':' || c == ',')))
      escaped += percent_code(c);
    else
      escaped += c;
  }
  return escaped;
}

void write_github(llvm::raw_ostream &out, llvm::ArrayRef<Finding> findings,
                  const RuleSettings &settings) {
  for (const Finding &finding : findings) {
    Severity severity = effective_severity(finding, settings);
    out << "::" << (severity == Severity::kNote ? "notice" : severity_name(severity)) << ' ';
    if (!finding.position.file.empty()) {
      out << "file=" << github_escape(finding.position.file, true) << ',';
      if (finding.position.line)
        out << "line=" << finding.position.line << ',';
      if (finding.position.column)
        out << "col=" << finding.position.column << ',';
    }
    out << "title=" << finding.rule->id << "::" << github_escape(finding.message, false);
    for (const std::string &note : note_lines(finding))
      out << percent_code('\n') << github_escape(note, false);
    out << '\n';
  }
}

} // namespace

std::optional<ReportFormat> find_report_format(StringRef name) {
  return llvm::StringSwitch<std::optional<ReportFormat>>(name)
      .Case("text", ReportFormat::kText)
      .Case("json", ReportFormat::kJson)
      .Case("sarif", ReportFormat::kSarif)
      .Case("github", ReportFormat::kGithub)
      .Default(std::nullopt);
}

const char *severity_name(Severity severity) {
  switch (severity) {
  case Severity::kNote:
    return "note";
  case Severity::kWarning:
    return "warning";
  case Severity::kError:
    return "error";
  }
  return "error";
}

std::string headline(const Finding &finding) {
  return finding.message + " [" + finding.rule->id + "]";
}

std::vector<std::string> note_lines(const Finding &finding) {
  std::vector<std::string> lines;
  std::string place = place_text(finding.position);
  std::string function = qualified_name(finding.package, finding.function);
  if (!function.empty() && !place.empty())
    lines.push_back(function + " (" + place + ")");
  else if (!function.empty() || !place.empty())
    lines.push_back(function + place);
  lines.insert(lines.end(), finding.notes.begin(), finding.notes.end());
  return lines;
}

std::string place_text(const SourcePosition &position) {
  std::string text = position.file;
  if (text.empty() || !position.line)
    return text;
  text += ":" + std::to_string(position.line);
  if (position.column)
    text += ":" + std::to_string(position.column);
  return text;
}

std::string percent_code(char c) {
  return "%" + llvm::toHex(StringRef(&c, 1));
}

std::string valid_utf8(StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

std::string relative_to(StringRef file, StringRef directory) {
  StringRef rest = file;
  if (!directory.empty() && rest.consume_front(directory) && rest.consume_front("/"))
    return rest.str();
  return file.str();
}

void write_report(llvm::raw_ostream &out, llvm::ArrayRef<Finding> findings,
                  const RuleSettings &settings, ReportFormat format, StringRef directory) {
  FindingList shown = findings.vec();
  for (Finding &finding : shown) {
    finding.position.file = relative_to(finding.position.file, directory);
    for (std::string &note : finding.notes)
      shorten_paths(note, directory);
  }
  switch (format) {
  case ReportFormat::kText:
    return write_text(out, shown, settings);
  case ReportFormat::kJson:
    return write_json(out, shown, settings);
  case ReportFormat::kSarif:
    return write_sarif(out, shown, settings, directory);
  case ReportFormat::kGithub:
    return write_github(out, shown, settings);
  }
}

void shorten_paths(std::string &text, StringRef directory) {
  if (directory.empty())
    return;
  std::string prefix = "(" + directory.str() + "/";
  for (size_t at = 0; (at = text.find(prefix, at)) != std::string::npos; at++)
    text.erase(at + 1, prefix.size() - 1);
}

} // namespace wald::directives
