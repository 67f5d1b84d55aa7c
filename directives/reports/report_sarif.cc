// A SARIF 2.1.0 log, as code scanners give it to GitHub and editors (reference: "Static Analysis
// Results Interchange Format (SARIF) Version 2.1.0", OASIS). All rules are listed, found or not.
#include "directives/reports/report_parts.h"

#include "llvm/Support/JSON.h"

#include <iterator>

namespace wald::directives {

using llvm::StringRef;

namespace {

// A path as a URI reference (RFC 3986): what is not plain becomes %XX.
std::string uri_of(StringRef path) {
  std::string uri = path.starts_with("/") ? "file://" : "";
  for (char c : path) {
    bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    StringRef("-._~/@+,=").contains(c);
    if (is_plain)
      uri += c;
    else
      uri += percent_code(c);
  }
  return uri;
}

std::string full_message(const Finding &finding) {
  std::string message = finding.message;
  for (const std::string &note : finding.notes)
    message += "\n" + note;
  return valid_utf8(message);
}

void write_rule(llvm::json::OStream &json, const Rule &rule) {
  json.object([&] {
    json.attribute("id", rule.id);
    json.attributeObject("shortDescription", [&] { json.attribute("text", rule.summary); });
    json.attributeObject("help", [&] {
      json.attribute("text", std::string("go build with Go's own linker: ") + rule.reference);
    });
    json.attributeObject("defaultConfiguration",
                         [&] { json.attribute("level", severity_name(rule.severity)); });
  });
}

void write_location(llvm::json::OStream &json, const Finding &finding) {
  json.object([&] {
    if (!finding.position.file.empty())
      json.attributeObject("physicalLocation", [&] {
        json.attributeObject("artifactLocation", [&] {
          json.attribute("uri", uri_of(finding.position.file));
          if (!StringRef(finding.position.file).starts_with("/"))
            json.attribute("uriBaseId", "SRCROOT");
        });
        if (finding.position.line)
          json.attributeObject("region", [&] {
            json.attribute("startLine", finding.position.line);
            if (finding.position.column)
              json.attribute("startColumn", finding.position.column);
          });
      });
    if (!finding.function.empty())
      json.attributeArray("logicalLocations", [&] {
        json.object([&] {
          json.attribute("fullyQualifiedName",
                         valid_utf8(qualified_name(finding.package, finding.function)));
          json.attribute("kind", "function");
        });
      });
  });
}

} // namespace

void write_sarif(llvm::raw_ostream &out, llvm::ArrayRef<Finding> findings,
                 const RuleSettings &settings, StringRef directory) {
  llvm::json::OStream json(out, 2);
  auto write_result = [&](const Finding &finding) {
    json.object([&] {
      json.attribute("ruleId", finding.rule->id);
      json.attribute("ruleIndex", int64_t(finding.rule - all_rules().begin()));
      json.attribute("level", severity_name(effective_severity(finding, settings)));
      json.attributeObject("message", [&] { json.attribute("text", full_message(finding)); });
      if (!finding.position.file.empty() || !finding.function.empty())
        json.attributeArray("locations", [&] { write_location(json, finding); });
    });
  };
  json.object([&] {
    json.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json.attribute("version", "2.1.0");
    json.attributeArray("runs", [&] {
      json.object([&] {
        json.attributeObject("tool", [&] {
          json.attributeObject("driver", [&] {
            json.attribute("name", "wald");
            json.attribute("version", WALD_VERSION);
            json.attributeArray("rules", [&] {
              for (const Rule &rule : all_rules())
                write_rule(json, rule);
            });
          });
        });
        json.attribute("columnKind", "utf16CodeUnits");
        json.attributeObject("originalUriBaseIds", [&] {
          json.attributeObject("SRCROOT",
                               [&] { json.attribute("uri", uri_of(directory.str() + "/")); });
        });
        json.attributeArray("results", [&] {
          for (const Finding &finding : findings)
            write_result(finding);
        });
      });
    });
  });
  out << '\n';
}

} // namespace wald::directives
