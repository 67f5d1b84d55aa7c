#include "wald/go_packages.h"

#include "objfile/support/nesting.h"
#include "objfile/system/process.h"
#include "wald/go_command.h"

#include "llvm/ADT/STLExtras.h"

#include <cerrno>
#include <cstdlib>

namespace wald {

using llvm::StringRef;
namespace json = llvm::json;

namespace {

std::string string_field(const json::Object &object, StringRef name) {
  return object.getString(name).value_or("").str();
}

void add_error(const json::Object *error, std::vector<std::string> &errors) {
  std::string text = error ? StringRef(string_field(*error, "Err")).rtrim().str() : "";
  if (text.empty())
    return;
  // The compiler's messages have their positions in the text.
  std::string position = string_field(*error, "Pos");
  if (!position.empty() && !StringRef(text).contains(position))
    text = position + ": " + text;
  if (!llvm::is_contained(errors, text))
    errors.push_back(std::move(text));
}

// With the directory in front.
std::vector<std::string> file_list(const json::Object &object, StringRef key,
                                   const std::string &directory) {
  std::vector<std::string> list;
  if (const json::Array *files = object.getArray(key))
    for (const json::Value &file : *files)
      if (auto name = file.getAsString())
        list.push_back(name->starts_with("/") ? name->str() : directory + "/" + name->str());
  return list;
}

GoPackage package_of(const json::Object &object) {
  GoPackage package;
  package.path = string_field(object, "ImportPath");
  package.name = string_field(object, "Name");
  package.directory = string_field(object, "Dir");
  package.archive = string_field(object, "Export");
  package.is_standard = object.getBoolean("Standard").value_or(false);
  package.is_named = !object.getBoolean("DepOnly").value_or(false);
  const json::Object *module = object.getObject("Module");
  package.is_own = !package.is_standard && (!module || module->getBoolean("Main").value_or(false));
  package.go_files = file_list(object, "GoFiles", package.directory);
  package.left_out = file_list(object, "IgnoredGoFiles", package.directory);
  return package;
}

} // namespace

llvm::Expected<GoPackageList> parse_go_list(StringRef text) {
  // Only the braces of the objects themselves stand at the start of a line.
  std::string array = "[";
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    array += line;
    array += line == "}" && !rest.trim().empty() ? ",\n" : "\n";
    text = rest;
  }
  array += "]";
  llvm::Expected<json::Value> parsed = objfile::parse_json(array);
  if (!parsed)
    return parsed.takeError();
  GoPackageList list;
  for (const json::Value &value : *parsed->getAsArray()) {
    const json::Object *object = value.getAsObject();
    if (!object)
      continue;
    list.packages.push_back(package_of(*object));
    if (list.packages.back().is_standard && list.goroot.empty())
      list.goroot = string_field(*object, "Root");
    add_error(object->getObject("Error"), list.errors);
    if (const json::Array *errors = object->getArray("DepsErrors"))
      for (const json::Value &error : *errors)
        add_error(error.getAsObject(), list.errors);
  }
  return list;
}

llvm::Expected<GoPackageList> list_go_packages(const std::string &go,
                                               llvm::ArrayRef<std::string> go_words) {
  std::vector<std::string> words = {go, "list"};
  size_t directory_words = size_of_directory_flag(go_words);
  llvm::append_range(words, go_words.take_front(directory_words));
  // With -e a package that does not compile is part of the answer.
  llvm::append_range(words, std::initializer_list<const char *>{
                                "-e", "-deps", "-export",
                                "-json=ImportPath,Name,Dir,Root,Export,GoFiles,IgnoredGoFiles,"
                                "Standard,DepOnly,Module,Error,DepsErrors"});
  llvm::append_range(words, go_words.drop_front(directory_words));
  std::optional<std::string> answer = output_of_program(words);
  if (!answer)
    return llvm::createStringError(std::errc::io_error, "go list failed");
  return parse_go_list(*answer);
}

} // namespace wald
