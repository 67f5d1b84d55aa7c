// wald dump: objects, archives and modules as text; the difference of two modules.
#include "wald/dump.h"
#include "objfile/support/problem_error.h"
#include "objfile/system/process.h"
#include "wald/commands.h"

#include "linker/command_line/option_help.h"
#include "linker/command_line/own_options.h"

#include "objfile/archive.h"
#include "objfile/object_yaml.h"
#include "objfile/system/mapped_file.h"
#include "objfile/system/output_file.h"
#include "wasm/file_kind.h"
#include "wasm/module_diff.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace wald {

namespace dump {

std::string quoted(llvm::StringRef text) {
  return "\"" + printable(text) + "\"";
}

void print_hex_lines(llvm::raw_ostream &out, const llvm::Twine &prefix,
                     llvm::ArrayRef<uint8_t> bytes, uint64_t limit) {
  constexpr uint64_t kPerLine = 16;
  uint64_t end = limit ? std::min<uint64_t>(limit, bytes.size()) : bytes.size();
  for (uint64_t offset = 0; offset < end; offset += kPerLine) {
    out << prefix << ' ' << llvm::format_hex_no_prefix(offset, 6);
    for (uint64_t i = offset; i < std::min(end, offset + kPerLine); i++)
      out << ' ' << llvm::format_hex_no_prefix(bytes[i], 2);
    if (offset + kPerLine >= end && end < bytes.size())
      out << " ..";
    out << '\n';
  }
}

} // namespace dump

namespace {

using objfile::ArchiveMember;
using objfile::Bytes;
using objfile::MappedFile;

enum class Mode { kText, kYaml, kYamlExact, kDiff, kFromYaml };

int fail(const llvm::Twine &fact) {
  report_error(fact);
  return 1;
}

int fail(llvm::Error error, llvm::StringRef where = "") {
  report_error(std::move(error), where);
  return 1;
}

int usage_error(const Problem &problem) {
  report_error(problem);
  llvm::errs() << '\n' << command_help(command_of(kCmdDump));
  return 2;
}

int dump_difference(llvm::StringRef a_path, llvm::StringRef b_path) {
  llvm::Expected<MappedFile> a = MappedFile::open(a_path), b = MappedFile::open(b_path);
  bool is_failed = false;
  for (llvm::Expected<MappedFile> *file : {&a, &b})
    if (!*file)
      is_failed = fail(file->takeError());
  if (is_failed)
    return 1;
  std::string text = wasm::describe_difference(a->bytes(), b->bytes(), {a_path, b_path});
  llvm::outs() << text;
  return text.empty() ? 0 : 1;
}

llvm::Error dump_object(Bytes member, const dump::Options &options, bool &is_found) {
  llvm::Expected<objfile::TextHeader> header = objfile::parse_text_header(member);
  if (!header)
    return header.takeError();
  const objfile::GoVersion *version =
      objfile::find_go_version(objfile::parse_go_minor(header->version));
  if (!version)
    return llvm::createStringError(std::make_error_code(std::errc::invalid_argument),
                                   "object of " + header->version + "; " +
                                       objfile::known_go_versions());
  llvm::Expected<objfile::Object> object = objfile::Object::parse(member, *header, *version);
  if (!object)
    return object.takeError();
  if (object->have_overlapping_names())
    return llvm::createStringError(std::errc::invalid_argument,
                                   "broken object file: names overlap");
  is_found |= dump::print_object(llvm::outs(), *object, options);
  if (auto fault = object->fault())
    return llvm::createStringError(std::errc::invalid_argument,
                                   "broken object file: %s (at %llu of its tables)", fault->what,
                                   (unsigned long long)fault->payload_offset);
  return llvm::Error::success();
}

int dump_archive(const MappedFile &file, const dump::Options &options) {
  llvm::Expected<std::vector<ArchiveMember>> members = objfile::read_archive(file.bytes());
  if (!members)
    return fail(members.takeError(), file.name());
  int status = 0;
  bool is_found = false;
  for (const ArchiveMember &member : *members) {
    if (objfile::is_archive(file.bytes()))
      llvm::outs() << "member " << dump::quoted(member.name) << " offset=" << member.file_offset
                   << " size=" << member.contents.size() << '\n';
    if (!member.name.empty() &&
        objfile::classify_member(member.name) != objfile::MemberKind::kObject)
      continue;
    if (llvm::Error error = dump_object(member.contents, options, is_found)) {
      std::string name = member.name.empty() ? "" : "(" + dump::printable(member.name) + ")";
      status = fail(std::move(error), file.name() + name);
    }
  }
  if (!is_found && status == 0 && !options.only.empty())
    return fail(file.name() + ": no symbol " + dump::quoted(options.only));
  return status;
}

int dump_yaml(const MappedFile &file, bool exact) {
  llvm::Expected<std::string> text = objfile::is_archive(file.bytes())
                                         ? objfile::archive_to_yaml(file.bytes(), exact)
                                         : objfile::object_to_yaml(file.bytes(), exact);
  if (!text)
    return fail(text.takeError(), file.name());
  llvm::outs() << *text;
  return 0;
}

int write_from_yaml(llvm::StringRef path, llvm::StringRef output) {
  llvm::Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return fail(file.takeError());
  llvm::StringRef text = objfile::to_string(file->bytes());
  bool is_archive = text.starts_with("members:") || text.contains("\nmembers:");
  llvm::Expected<std::vector<uint8_t>> bytes =
      is_archive ? objfile::archive_from_yaml(text) : objfile::object_from_yaml(text);
  if (!bytes)
    return fail(bytes.takeError(), path);
  llvm::Error error = wasm::write_plain_file(output, *bytes);
  return error ? fail(std::move(error)) : 0;
}

int dump_file(llvm::StringRef path, Mode mode, const dump::Options &options) {
  llvm::Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return fail(file.takeError());
  if (mode == Mode::kYaml || mode == Mode::kYamlExact)
    return dump_yaml(*file, mode == Mode::kYamlExact);
  if (wasm::is_component(file->bytes()))
    return fail(problem_error(wasm::why_no_module(file->bytes())), path);
  if (!wasm::is_module(file->bytes()))
    return dump_archive(*file, options);
  llvm::Expected<wasm::Module> module = wasm::read_module(file->bytes());
  if (!module)
    return fail(module.takeError(), file->name());
  if (options.go) {
    llvm::Error error = dump::print_go_module(llvm::outs(), *module, options);
    return error ? fail(std::move(error), file->name()) : 0;
  }
  if (dump::print_module(llvm::outs(), *module, options))
    return 0;
  return fail(file->name() + ": no function " + dump::quoted(options.only) + " with code");
}

struct Part {
  OptionName option;
  bool dump::Options::*member;
};
constexpr Part kParts[] = {
    {"header", &dump::Options::header},
    {"files", &dump::Options::files},
    {"symbols", &dump::Options::symbols},
    {"relocs", &dump::Options::relocs},
    {"aux", &dump::Options::aux},
    {"directives", &dump::Options::directives},
    {"sections", &dump::Options::sections},
    {"types", &dump::Options::types},
    {"imports", &dump::Options::imports},
    {"exports", &dump::Options::exports},
    {"functions", &dump::Options::functions},
    {"elements", &dump::Options::elements},
    {"data", &dump::Options::data},
    {"go", &dump::Options::go},
};

Mode mode_of(const GivenOptions &given) {
  return given.has("yaml")         ? Mode::kYaml
         : given.has("yaml-exact") ? Mode::kYamlExact
         : given.has("diff")       ? Mode::kDiff
         : given.has("from-yaml")  ? Mode::kFromYaml
                                   : Mode::kText;
}

} // namespace

int run_dump(Args args) {
  CommandLine line = parse_command_line(command_of(kCmdDump), args);
  if (line.problem)
    return usage_error(*line.problem);
  if (line.wants_help) {
    llvm::outs() << command_help(command_of(kCmdDump));
    return 0;
  }
  dump::Options options;
  const GivenOptions &given = line.options;
  for (const Part &part : kParts)
    options.*part.member = given.has(part.option);
  options.only = given.has("code") ? given.value("code") : given.value("symbol");
  if (given.has("all")) {
    options.select_all();
    options.full_hex = true;
  }
  llvm::ArrayRef<std::string> files = line.rest;
  Mode mode = mode_of(given);
  bool takes_two = mode == Mode::kDiff || mode == Mode::kFromYaml;
  if (files.size() != (takes_two ? 2 : 1))
    return usage_error({takes_two ? "two files expected" : "one file expected", {}});
  if (mode == Mode::kDiff)
    return dump_difference(files[0], files[1]);
  if (mode == Mode::kFromYaml)
    return write_from_yaml(files[0], files[1]);
  return dump_file(files[0], mode, options);
}

} // namespace wald
