// Findings in all formats, and what --allow, --deny and --check do to them.
#include "directive_rules.h"

#include "directives/reports/report.h"

#include "llvm/Support/JSON.h"

namespace wald::directives::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

FindingList sample() {
  Directive directive = exported("memory", "x/lib");
  directive.position = {"/src/a:b%.go", 7, 3};
  return {finding_about("reserved-export", directive, "100%\nof \"it\"",
                        {"see main.f (/src/main.go:7)", "mend\r it\x1b"})};
}

std::string written(ReportFormat format, llvm::ArrayRef<Finding> findings,
                    const RuleSettings &settings = {}) {
  std::string text;
  llvm::raw_string_ostream out(text);
  write_report(out, findings, settings, format, "/src");
  return text;
}

TEST(Report, HasTextLikeOtherMessages) {
  EXPECT_EQ(written(ReportFormat::kText, sample()),
            "wald: error: 100%\\nof \"it\" [reserved-export]\n"
            ">>> x/lib.f (a:b%.go:7:3)\n"
            ">>> see main.f (main.go:7)\n"
            ">>> mend\\x0d it\\x1b\n");
  EXPECT_EQ(written(ReportFormat::kText, {}), "");
}

TEST(Report, EscapesGithubCommands) {
  EXPECT_EQ(written(ReportFormat::kGithub, sample()),
            "::error file=a%3Ab%25.go,line=7,col=3,title=reserved-export::100%25\\nof \"it\"%0A"
            "x/lib.f (a:b%25.go:7:3)%0Asee main.f (main.go:7)%0Amend\\x0d it\\x1b\n");
}

TEST(Report, IsJson) {
  llvm::Expected<llvm::json::Value> json =
      llvm::json::parse(written(ReportFormat::kJson, sample()));
  ASSERT_TRUE(bool(json));
  const llvm::json::Object &finding =
      *(*json->getAsObject()->getArray("findings"))[0].getAsObject();
  EXPECT_EQ(finding.getString("rule"), "reserved-export");
  EXPECT_EQ(finding.getString("severity"), "error");
  EXPECT_EQ(finding.getString("name"), "memory");
  EXPECT_EQ(finding.getString("file"), "a:b%.go");
  EXPECT_EQ(finding.getInteger("line"), 7);
  EXPECT_EQ(finding.getArray("notes")->size(), 2u);
}

TEST(Report, IsSarifWithAllRules) {
  llvm::Expected<llvm::json::Value> json =
      llvm::json::parse(written(ReportFormat::kSarif, sample()));
  ASSERT_TRUE(bool(json));
  const llvm::json::Object &run = *(*json->getAsObject()->getArray("runs"))[0].getAsObject();
  const llvm::json::Array &rules = *run.getObject("tool")->getObject("driver")->getArray("rules");
  EXPECT_EQ(rules.size(), all_rules().size());
  const llvm::json::Object &result = *(*run.getArray("results"))[0].getAsObject();
  EXPECT_EQ(rules[*result.getInteger("ruleIndex")].getAsObject()->getString("id"),
            result.getString("ruleId"));
  const llvm::json::Object &place =
      *(*result.getArray("locations"))[0].getAsObject()->getObject("physicalLocation");
  EXPECT_EQ(place.getObject("artifactLocation")->getString("uri"), "a%3Ab%25.go");
  EXPECT_EQ(place.getObject("region")->getInteger("startLine"), 7);
}

TEST(Report, StaysJsonWithNamesThatAreNotUtf8) {
  FindingList findings = {finding_about("reserved-export", exported("a\xff"), "b\xfe", {"c\xfd"})};
  for (ReportFormat format : {ReportFormat::kJson, ReportFormat::kSarif}) {
    llvm::Expected<llvm::json::Value> json = llvm::json::parse(written(format, findings));
    EXPECT_TRUE(bool(json));
    llvm::consumeError(json.takeError());
  }
}

RuleSettings settings(std::vector<const char *> words) {
  RuleSettings result;
  for (llvm::StringRef word : words) {
    auto [option, value] = word.split('=');
    if (option == "--check")
      result.is_off = true;
    else
      EXPECT_FALSE(option == "--allow" ? allow_rule(value, result) : deny_rule(value, result));
  }
  return result;
}

TEST(Rules, AreSortedAndFoundById) {
  for (const Rule &rule : all_rules()) {
    EXPECT_EQ(find_rule(rule.id), &rule);
    if (&rule != all_rules().begin()) {
      EXPECT_LT(llvm::StringRef((&rule)[-1].id), llvm::StringRef(rule.id));
    }
  }
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
}

FindingList three_findings() {
  return {finding_about("reserved-export", exported("memory"), "a"),
          finding_about("gojs-import", imported("gojs", "f", ""), "b"),
          finding_about("many-parameters", imported("env", "f", ""), "c")};
}

std::vector<std::string> left(std::vector<const char *> words, bool is_link) {
  FindingList findings = three_findings();
  apply_settings(findings, settings(words), is_link);
  return texts(findings);
}

TEST(RuleSettings, LeaveOutWhatIsAllowed) {
  EXPECT_THAT(left({}, false), SizeIs(3));
  EXPECT_THAT(left({"--allow=gojs-import"}, false), SizeIs(2));
  EXPECT_THAT(left({"--allow=gojs-import=gojs.f"}, false), SizeIs(2));
  EXPECT_THAT(left({"--allow=gojs-import=gojs.g"}, false), SizeIs(3));
  EXPECT_THAT(left({"--check=off"}, false), IsEmpty());
}

TEST(RuleSettings, LeaveRulesForChecksOutOfLinks) {
  EXPECT_THAT(left({}, true), ElementsAre("reserved-export: a", "gojs-import: b"));
  EXPECT_THAT(left({"--deny=many-parameters"}, true), SizeIs(3));
}

TEST(RuleSettings, MakeADeniedRuleAnError) {
  FindingList findings = three_findings();
  EXPECT_EQ(effective_severity(findings[1], {}), Severity::kWarning);
  EXPECT_EQ(effective_severity(findings[1], settings({"--deny=gojs-import"})), Severity::kError);
}

TEST(RuleSettings, RefuseRulesThatDoNotExist) {
  RuleSettings result;
  EXPECT_THAT(allow_rule("nothing", result)->fact,
              HasSubstr("invalid --allow=nothing: there is no such"));
  EXPECT_THAT(deny_rule("nothing", result)->fact,
              HasSubstr("invalid --deny=nothing: there is no such"));
  EXPECT_THAT(deny_rule("gojs-import=f", result)->fact, HasSubstr("invalid --deny=gojs-import=f"));
}

TEST(SortFindings, GoesByPlaceAndDropsTheSameTwice) {
  FindingList findings = three_findings();
  findings[0].position = {"b.go", 1, 0};
  findings[1].position = {"a.go", 10, 0};
  findings[2].position = {"a.go", 9, 0};
  findings.push_back(findings[0]);
  sort_findings(findings);
  EXPECT_THAT(texts(findings),
              ElementsAre("many-parameters: c", "gojs-import: b", "reserved-export: a"));
}

} // namespace
} // namespace wald::directives::test
