#include "wald/bill_of_materials.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SHA256.h"

#include <ctime>

namespace wald {

using llvm::StringRef;
namespace json = llvm::json;

namespace {

// Go's word for a main module, or a replacement by a folder, without a version.
constexpr llvm::StringLiteral kNoVersion = "(devel)";

struct Component {
  std::string name, version, url; // no URL for what is in no registry
  std::string sum;                // h1:…
  std::string replaces;           // PATH@VERSION of what is required
  std::string folder;             // that stands for it
  std::string id() const { return url.empty() ? name + "@" + version : url; }
};

struct Parts {
  std::string package; // the main package's path
  Component main;
  std::vector<Component> modules; // the standard library first
  std::vector<std::pair<std::string, std::string>> settings;
};

std::string text_of(StringRef text) {
  return json::isUTF8(text) ? text.str() : json::fixUTF8(text);
}

Component component_of(const inspect::BuildInfo::Line &line) {
  auto field = [&](size_t i) { return i < line.fields.size() ? text_of(line.fields[i]) : ""; };
  Component component;
  component.name = field(0);
  component.version = field(1);
  component.sum = field(2);
  component.url =
      package_url(component.name, component.version == kNoVersion ? "" : component.version);
  return component;
}

// What was compiled is the replacement.
void replace(Component &component, const inspect::BuildInfo::Line &line) {
  Component by = component_of(line);
  StringRef path = by.name;
  if (path.starts_with(".") || path.starts_with("/")) {
    component.folder = by.name;
    component.url.clear();
    component.sum.clear();
    return;
  }
  by.replaces = component.name + "@" + component.version;
  component = std::move(by);
}

llvm::Expected<Parts> parts_of(const ModuleFile &file) {
  if (file.info.text.empty())
    return llvm::createStringError("the module has no build information, so that what it is made "
                                   "of is not known");
  Parts parts;
  std::string version = file.go_version;
  StringRef number = version;
  number.consume_front("go");
  number = number.take_until([](char c) { return c == '-' || c == ' '; });
  Component &standard = parts.modules.emplace_back();
  standard.name = "stdlib";
  standard.version = number.str();
  standard.url = package_url("stdlib", number);
  Component *last = nullptr;
  for (const inspect::BuildInfo::Line &line : file.info.lines()) {
    if (line.kind == "path" && !line.fields.empty()) {
      parts.package = text_of(line.fields[0]);
    } else if (line.kind == "mod") {
      parts.main = component_of(line);
      last = &parts.main;
    } else if (line.kind == "dep") {
      last = &parts.modules.emplace_back(component_of(line));
    } else if (line.kind == "=>" && last) {
      replace(*last, line);
    } else if (line.kind == "build" && !line.fields.empty()) {
      auto [key, value] = line.fields[0].split('=');
      parts.settings.emplace_back(text_of(key), text_of(value));
    }
  }
  if (parts.main.name.empty()) { // files without a module
    parts.main.name = parts.package.empty() ? file.name.str() : parts.package;
    parts.main.version = kNoVersion.str();
  }
  return parts;
}

std::string sha256_of(llvm::ArrayRef<uint8_t> bytes) {
  return llvm::toHex(llvm::SHA256::hash(bytes), /*LowerCase=*/true);
}

// A UUID of the file's contents (version 8: of the maker's own kind).
std::string uuid_of(StringRef sha256) {
  std::string hex = sha256.take_front(32).str();
  hex[12] = '8';
  hex[16] = 'a';
  StringRef digits = hex;
  return (digits.take_front(8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
          digits.substr(16, 4) + "-" + digits.substr(20))
      .str();
}

// Values own their texts.
json::Array checksums(StringRef kind, StringRef name, StringRef value, const std::string &sha256) {
  return json::Array{json::Object{{kind, name}, {value, sha256}}};
}

json::Object property(const std::string &name, const std::string &value) {
  return json::Object{{"name", name}, {"value", value}};
}

json::Object cyclonedx_component(const Component &component, StringRef type) {
  json::Object object{{"type", type}, {"bom-ref", component.id()}, {"name", component.name}};
  if (!component.version.empty())
    object["version"] = component.version;
  if (!component.url.empty())
    object["purl"] = component.url;
  json::Array properties;
  if (!component.sum.empty())
    properties.push_back(property("go:sum", component.sum));
  if (!component.replaces.empty())
    properties.push_back(property("go:replaces", component.replaces));
  if (!component.folder.empty())
    properties.push_back(property("go:replacedByFolder", component.folder));
  if (!properties.empty())
    object["properties"] = std::move(properties);
  return object;
}

json::Object spdx_package(const Component &component, const std::string &id) {
  json::Object object{{"SPDXID", id},
                      {"name", component.name},
                      {"downloadLocation", "NOASSERTION"},
                      {"filesAnalyzed", false}};
  if (!component.version.empty())
    object["versionInfo"] = component.version;
  if (!component.url.empty())
    object["externalRefs"] = json::Array{json::Object{{"referenceCategory", "PACKAGE-MANAGER"},
                                                      {"referenceType", "purl"},
                                                      {"referenceLocator", component.url}}};
  std::string comment;
  if (!component.sum.empty())
    comment = "go.sum: " + component.sum;
  if (!component.replaces.empty())
    comment += (comment.empty() ? "" : "; ") + ("in the place of " + component.replaces);
  if (!component.folder.empty())
    comment = "from the folder " + component.folder;
  if (!comment.empty())
    object["comment"] = comment;
  return object;
}

std::string utc(int64_t seconds) {
  std::time_t time = seconds;
  std::tm parts = {};
  gmtime_r(&time, &parts);
  char text[64];
  size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

} // namespace

std::string package_url(StringRef path, StringRef version) {
  auto escaped = [](StringRef text) {
    std::string out;
    for (char c : text)
      if (llvm::isAlnum(c) || StringRef("-._~/:").contains(c))
        out += c;
      else
        out += "%" + llvm::toHex(StringRef(&c, 1));
    return out;
  };
  std::string url = "pkg:golang/" + escaped(path.lower());
  return version.empty() ? url : url + "@" + escaped(version);
}

llvm::Expected<json::Value> cyclonedx(const ModuleFile &file) {
  llvm::Expected<Parts> parts = parts_of(file);
  if (!parts)
    return parts.takeError();
  std::string sha256 = sha256_of(file.bytes);
  json::Object main = cyclonedx_component(parts->main, "application");
  main["hashes"] = checksums("alg", "SHA-256", "content", sha256);
  json::Array properties;
  properties.push_back(property("go:package", parts->package));
  for (const auto &[key, value] : parts->settings)
    properties.push_back(property("go:build:" + key, value));
  main["properties"] = std::move(properties);
  json::Array components, references;
  for (const Component &component : parts->modules) {
    components.push_back(cyclonedx_component(component, "library"));
    references.push_back(component.id());
  }
  return json::Object{
      {"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
      {"bomFormat", "CycloneDX"},
      {"specVersion", "1.6"},
      {"serialNumber", "urn:uuid:" + uuid_of(sha256)},
      {"version", 1},
      {"metadata",
       json::Object{{"tools", json::Object{{"components",
                                            json::Array{json::Object{{"type", "application"},
                                                                     {"name", "wald"},
                                                                     {"version", WALD_VERSION}}}}}},
                    {"component", std::move(main)}}},
      {"components", std::move(components)},
      {"dependencies",
       json::Array{json::Object{{"ref", parts->main.id()}, {"dependsOn", std::move(references)}}}}};
}

llvm::Expected<json::Value> spdx(const ModuleFile &file, int64_t created) {
  llvm::Expected<Parts> parts = parts_of(file);
  if (!parts)
    return parts.takeError();
  std::string sha256 = sha256_of(file.bytes);
  json::Object main = spdx_package(parts->main, "SPDXRef-main");
  main["primaryPackagePurpose"] = "APPLICATION";
  main["packageFileName"] = text_of(file.name);
  main["checksums"] = checksums("algorithm", "SHA256", "checksumValue", sha256);
  std::string comment = "package " + parts->package;
  for (const auto &[key, value] : parts->settings)
    comment.append("\nbuild ").append(key).append("=").append(value);
  main["comment"] = comment;
  json::Array packages, relations;
  packages.push_back(std::move(main));
  auto relate = [&](StringRef from, StringRef how, const std::string &to) {
    relations.push_back(json::Object{
        {"spdxElementId", from}, {"relationshipType", how}, {"relatedSpdxElement", to}});
  };
  relate("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-main");
  for (size_t i = 0; i < parts->modules.size(); i++) {
    std::string id = "SPDXRef-module-" + std::to_string(i);
    json::Object package = spdx_package(parts->modules[i], id);
    package["primaryPackagePurpose"] = "LIBRARY";
    packages.push_back(std::move(package));
    relate("SPDXRef-main", "DEPENDS_ON", id);
  }
  return json::Object{
      {"spdxVersion", "SPDX-2.3"},
      {"dataLicense", "CC0-1.0"},
      {"SPDXID", "SPDXRef-DOCUMENT"},
      {"name", text_of(file.name)},
      {"documentNamespace", "https://spdx.org/spdxdocs/wald-" + uuid_of(sha256)},
      {"creationInfo", json::Object{{"created", utc(created)},
                                    {"creators", json::Array{"Tool: wald-" WALD_VERSION}}}},
      {"packages", std::move(packages)},
      {"relationships", std::move(relations)}};
}

} // namespace wald
