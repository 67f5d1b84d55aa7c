#include "inspect/program_objects.h"

#include "objfile/archive.h"
#include "objfile/importcfg.h"
#include "objfile/support/go_text.h"

namespace wald::test {

using objfile::AuxKind;
using objfile::Object;

llvm::Error ProgramObjects::load(llvm::StringRef importcfg, llvm::StringRef main) {
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(importcfg);
  if (!file)
    return file.takeError();
  llvm::Expected<objfile::ImportConfig> config =
      objfile::parse_import_config(objfile::to_string(file->bytes()), importcfg);
  if (!config)
    return config.takeError();
  if (llvm::Error error = load_archive("main", main))
    return error;
  for (const auto &[package, archive] : config->package_files)
    if (archive != main)
      if (llvm::Error error = load_archive(package, archive))
        return error;
  return llvm::Error::success();
}

llvm::Error ProgramObjects::load_archive(llvm::StringRef package, llvm::StringRef path) {
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(path);
  if (!file)
    return file.takeError();
  llvm::Expected<std::vector<objfile::ArchiveMember>> members =
      objfile::read_archive(file->bytes());
  if (!members)
    return members.takeError();
  files_.push_back(std::move(*file));
  for (const objfile::ArchiveMember &member : *members) {
    if (objfile::classify_member(member.name) != objfile::MemberKind::kObject)
      continue;
    llvm::Expected<objfile::TextHeader> header = objfile::parse_text_header(member.contents);
    if (!header)
      return header.takeError();
    const objfile::GoVersion *version =
        objfile::find_go_version(objfile::parse_go_minor(header->version));
    if (!version)
      return llvm::createStringError("object of " + header->version);
    llvm::Expected<Object> object = Object::parse(member.contents, *header, *version);
    if (!object)
      return object.takeError();
    objects_.push_back(*object);
    const Object &kept = objects_.back();
    if (builtins_.empty())
      builtins_ = objfile::builtin_names(*version);
    if (!kept.from_assembly())
      by_package_.try_emplace(objfile::escape_import_path(package), &kept);
    for (uint32_t local = 0; local < kept.num_defs(); local++)
      if (llvm::StringRef name = kept.name(local); !name.empty())
        (objfile::is_text(kept.kind(local)) ? functions_ : others_)[name].push_back({&kept, local});
  }
  return llvm::Error::success();
}

llvm::ArrayRef<Place> ProgramObjects::functions(llvm::StringRef name) const {
  auto found = functions_.find(name);
  return found == functions_.end() ? llvm::ArrayRef<Place>() : llvm::ArrayRef(found->second);
}

std::vector<Place> ProgramObjects::by_name(llvm::StringRef name) const {
  std::vector<Place> places = functions(name).vec();
  auto found = others_.find(name);
  if (found != others_.end())
    places.insert(places.end(), found->second.begin(), found->second.end());
  return places;
}

std::vector<Place> ProgramObjects::resolve(const Object &from, objfile::SymRef target) const {
  if (target.package == objfile::kPackageBuiltin)
    return target.index < builtins_.size() ? by_name(builtins_[target.index])
                                           : std::vector<Place>();
  if (std::optional<uint32_t> local = from.local_index(target)) {
    if (*local < from.first_hashed64() || (*local < from.num_defs() && from.name(*local).empty()))
      return {{&from, *local}};
    // By name or by content: another object's definition may have been kept.
    std::vector<Place> places = by_name(from.name(*local));
    if (*local < from.num_defs())
      places.insert(places.begin(), {&from, *local});
    return places;
  }
  if (target.package == 0 || target.package >= from.num_packages())
    return {};
  const Object *object = by_package_.lookup(from.package(target.package));
  if (!object || target.index >= object->num_symdefs())
    return {};
  return {{object, target.index}};
}

// The resume point of the call to runtime.deferreturn: code stores it right before the call.
static uint32_t defer_return_of(const ProgramObjects &program, Place function) {
  int64_t last = 0;
  for (objfile::RelocRecord reloc : function.object->relocs(function.local)) {
    if (reloc.type() == objfile::kRelocAddr)
      last = reloc.addend();
    if (reloc.type() != objfile::kRelocCall)
      continue;
    std::vector<Place> callee = program.resolve(*function.object, reloc.target());
    if (!callee.empty() && callee.front().name() == "runtime.deferreturn")
      return uint32_t(last - 1);
  }
  return 0;
}

FunctionFacts facts_of(const ProgramObjects &program, Place function) {
  FunctionFacts facts;
  facts.place = function;
  const Object &object = *function.object;
  auto data = [&](objfile::SymRef ref) {
    std::optional<uint32_t> local = object.local_index(ref);
    return local && *local < object.num_defs() ? object.data(*local) : objfile::Bytes();
  };
  for (objfile::AuxRecord aux : object.auxes(function.local)) {
    switch (aux.kind()) {
    case AuxKind::kFuncInfo:
      if (auto info = objfile::FuncInfoView::parse(data(aux.target()))) {
        facts.has_info = true;
        facts.info = *info;
      }
      break;
    case AuxKind::kPcsp:
      facts.pcsp = data(aux.target());
      break;
    case AuxKind::kPcfile:
      facts.pcfile = data(aux.target());
      break;
    case AuxKind::kPcline:
      facts.pcline = data(aux.target());
      break;
    case AuxKind::kPcinline:
      facts.pcinline = data(aux.target());
      break;
    case AuxKind::kPcdata:
      facts.pcdata.push_back(data(aux.target()));
      break;
    case AuxKind::kFuncdata:
      facts.funcdata.push_back(aux.target());
      break;
    default:
      break;
    }
  }
  facts.defer_return = defer_return_of(program, function);
  return facts;
}

std::vector<std::pair<uint32_t, int32_t>> decode_pc_table(objfile::Bytes table) {
  std::vector<std::pair<uint32_t, int32_t>> runs;
  objfile::Cursor cursor(table);
  int64_t value = -1;
  uint64_t pc = 0;
  while (!cursor.at_end()) {
    uint64_t change = cursor.read_uleb();
    if (cursor.failed() || (change == 0 && !runs.empty()))
      break;
    value += change & 1 ? -int64_t(change >> 1) - 1 : int64_t(change >> 1);
    pc += cursor.read_uleb();
    runs.push_back({uint32_t(pc), int32_t(value)});
  }
  return runs;
}

} // namespace wald::test
