// Holds a finished module against the objects that it was linked of: each function's entry, name,
// scalars, file and line and the like at every resume point, funcdata and inlined calls, read from
// the module by the runtime's tables, have to be what the objects say; so do types and itabs.
//
// usage: wald_inspect_check MODULE IMPORTCFG MAIN-ARCHIVE [GOROOT]
//
// GOROOT as it was in the environment of the link. Several objects may define one name; then a
// function has to be as one of them says.
#include "inspect/program_objects.h"
#include "inspect/type_check.h"
#include "linker/inspect/go_module.h"
#include "linker/inspect/verify.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace wald::test {
namespace {

using inspect::Function;
using inspect::GoModule;
using inspect::PcRuns;
using llvm::StringRef;
using objfile::Bytes;
using objfile::ModuleField;

constexpr size_t kMostProblems = 20;

struct Counts {
  uint64_t pcs = 0, funcdata = 0, inlined = 0, types = 0, itabs = 0;
};

std::string differ(const llvm::Twine &what, const llvm::Twine &module, const llvm::Twine &objects) {
  return (what + " is " + module + ", in the object " + objects).str();
}

class Checker {
public:
  Checker(const GoModule &module, const ProgramObjects &program, StringRef goroot)
      : module_(module), program_(program), goroot_(goroot) {}

  std::vector<std::string> check();
  const Counts &counts() const { return counts_; }

private:
  std::string check_function(const Function &function);
  std::string check_against(const Function &function, Place definition);
  std::string check_scalars(const Function &function, const FunctionFacts &facts);
  std::string check_pc_table(const char *what, PcRuns actual, Bytes expected);
  std::string check_files(const Function &function, const FunctionFacts &facts);
  std::string check_pcdata(const Function &function, const FunctionFacts &facts);
  std::string check_funcdata(const Function &function, const FunctionFacts &facts);
  std::string check_funcdata_bytes(uint64_t address, Place expected, uint32_t kind);
  bool refers_to(uint32_t value, const std::vector<Place> &targets) const;
  std::string check_inline_tree(const Function &function, const FunctionFacts &facts);
  bool is_callee(const inspect::InlinedCall &call, const std::vector<Place> &callees) const;
  std::string check_inline_chains(const Function &function, const FunctionFacts &facts);
  std::string check_name_section(const Function &function) const;
  std::string expand_file_name(StringRef name) const;

  const GoModule &module_;
  const ProgramObjects &program_;
  StringRef goroot_;
  Counts counts_;
};

std::vector<std::string> Checker::check() {
  std::vector<std::string> problems = inspect::verify(module_);
  for (uint32_t i = 0; i < module_.num_functions() && problems.size() < kMostProblems; i++) {
    Function function = module_.function(i);
    if (std::string problem = check_function(function); !problem.empty())
      problems.push_back("function " + std::to_string(i) + " (" + function.name().str() +
                         "): " + problem);
  }
  if (problems.size() < kMostProblems) {
    TypeChecker types(module_, program_);
    llvm::append_range(problems, types.check(kMostProblems - problems.size()));
    counts_.types = types.num_types();
    counts_.itabs = types.num_itabs();
  }
  return problems;
}

std::string Checker::check_function(const Function &function) {
  const wasm::Module &wasm = module_.wasm();
  uint32_t own = wasm.num_imported_functions() + function.index();
  // With --optimize=fold another function's body may be in its place, and its own one is gone.
  bool is_folded = function.index() < wasm.bodies.size() && function.wasm_function() < own &&
                   wasm::is_unreachable(wasm.bodies[function.index()].contents);
  if (function.slot() != objfile::kFirstFunctionSlot + function.index() ||
      (function.wasm_function() != own && !is_folded))
    return "its entry is " + std::to_string(function.slot());
  if (std::string problem = check_name_section(function); !problem.empty())
    return problem;
  // The linker's own.
  if (function.index() == 0 && function.name() == "go:buildid")
    return function.num_resume_points() ? "it has pc tables" : "";
  llvm::ArrayRef<Place> definitions = program_.functions(function.name());
  std::string first_problem = "no object defines it";
  for (const Place &definition : definitions) {
    Counts before = counts_;
    std::string problem = check_against(function, definition);
    if (problem.empty())
      return "";
    counts_ = before;
    if (&definition == definitions.begin())
      first_problem = problem;
  }
  return first_problem;
}

// Names there are the same but for characters (ref: nameRegexp in cmd/link/internal/wasm/asm.go).
std::string Checker::check_name_section(const Function &function) const {
  if (module_.wasm().names.empty())
    return "";
  uint32_t own = module_.wasm().num_imported_functions() + function.index();
  StringRef name = function.name(), other = module_.wasm().function_name(own);
  for (; !name.empty() && !other.empty(); other = other.drop_front()) {
    char c = name.front();
    bool is_kept = llvm::isAlnum(c) || c == '_' || c == '.';
    if (other.front() != (is_kept ? c : '_'))
      break;
    name = name.drop_front();
    while (!is_kept && !name.empty() && (uint8_t(name.front()) & 0xc0) == 0x80)
      name = name.drop_front();
  }
  return name.empty() && other.empty() ? "" : "the name section has another name";
}

std::string Checker::check_against(const Function &function, Place definition) {
  FunctionFacts facts = facts_of(program_, definition);
  std::string problem = check_scalars(function, facts);
  if (problem.empty())
    problem = check_pc_table("pcsp", function.pcsp(), facts.pcsp);
  if (problem.empty())
    problem = check_pc_table("pcline", function.pcline(), facts.pcline);
  if (problem.empty())
    problem = check_files(function, facts);
  if (problem.empty())
    problem = check_pcdata(function, facts);
  if (problem.empty())
    problem = check_funcdata(function, facts);
  if (problem.empty())
    problem = check_inline_tree(function, facts);
  if (problem.empty())
    problem = check_inline_chains(function, facts);
  return problem;
}

std::string Checker::check_scalars(const Function &function, const FunctionFacts &facts) {
  bool has_info = facts.has_info;
  uint32_t defer_return = has_info ? facts.defer_return : 0;
  struct {
    const char *what;
    int64_t actual, expected;
  } const scalars[] = {
      {"args", function.args(), has_info ? facts.info.args() : 0},
      {"startLine", function.start_line(), has_info ? facts.info.start_line() : 0},
      {"funcID", function.func_id(), has_info ? facts.info.func_id() : 0},
      {"flags", function.flags(), has_info ? facts.info.flags() : 0},
      {"deferreturn", function.defer_return(), defer_return},
  };
  for (auto [what, actual, expected] : scalars)
    if (actual != expected)
      return differ(what, llvm::Twine(actual), llvm::Twine(expected));
  return "";
}

std::string Checker::check_pc_table(const char *what, PcRuns actual, Bytes expected) {
  PcRuns from_start = actual;
  uint32_t pc = 0;
  bool is_there = actual.next();
  for (auto [end, value] : decode_pc_table(expected)) {
    if (inspect::value_at(from_start, pc) != value)
      return differ(what + (" at resume point " + llvm::Twine(pc)).str(), "another",
                    llvm::Twine(value));
    for (; pc < end; pc++, counts_.pcs++) {
      while (is_there && actual.end() <= pc)
        is_there = actual.next();
      if (!is_there || actual.value() != value)
        return differ(what + (" at resume point " + llvm::Twine(pc)).str(),
                      is_there ? llvm::Twine(actual.value()) : llvm::Twine("none"),
                      llvm::Twine(value));
    }
  }
  while (is_there && actual.end() <= pc)
    is_there = actual.next();
  if (is_there)
    return differ(what, "longer", "it ends at " + llvm::Twine(pc));
  return "";
}

// ref: expandGoroot in cmd/link/internal/ld/pcln.go
std::string Checker::expand_file_name(StringRef name) const {
  name.consume_front("gofile..");
  StringRef rest = name;
  if (goroot_.empty() || !rest.consume_front("$GOROOT/"))
    return name.str();
  return (goroot_ + "/" + rest).str();
}

std::string Checker::check_files(const Function &function, const FunctionFacts &facts) {
  if (std::string problem = check_pc_table("pcfile", function.pcfile(), facts.pcfile);
      !problem.empty())
    return problem;
  uint32_t pc = 0;
  for (auto [end, number] : decode_pc_table(facts.pcfile)) {
    const objfile::Object &object = *facts.place.object;
    std::string expected = number >= 0 && uint32_t(number) < object.num_files()
                               ? expand_file_name(object.file(number))
                               : "";
    if (function.file_at(pc) != expected)
      return differ("the file at resume point " + llvm::Twine(pc), function.file_at(pc), expected);
    pc = end;
  }
  return "";
}

std::string Checker::check_pcdata(const Function &function, const FunctionFacts &facts) {
  constexpr uint32_t kInline = objfile::pcdata::kInlineTree;
  std::vector<Bytes> expected = facts.has_info ? facts.pcdata : std::vector<Bytes>();
  if (facts.has_info && facts.info.num_inline_nodes()) {
    expected.resize(std::max<size_t>(expected.size(), kInline + 1));
    expected[kInline] = facts.pcinline;
  }
  if (function.num_pcdata() != expected.size())
    return differ("the number of pcdata", llvm::Twine(function.num_pcdata()),
                  llvm::Twine(expected.size()));
  for (uint32_t kind = 0; kind < expected.size(); kind++) {
    std::string what = "pcdata " + std::to_string(kind);
    if (std::string problem = check_pc_table(what.c_str(), function.pcdata(kind), expected[kind]);
        !problem.empty())
      return problem;
  }
  return "";
}

std::string Checker::check_funcdata(const Function &function, const FunctionFacts &facts) {
  using namespace objfile::funcdata;
  bool has_tree = facts.has_info && facts.info.num_inline_nodes();
  size_t count = facts.has_info ? facts.funcdata.size() : 0;
  if (has_tree)
    count = std::max<size_t>(count, kInlineTree + 1);
  if (function.num_funcdata() != count)
    return differ("the number of funcdata", llvm::Twine(function.num_funcdata()),
                  llvm::Twine(count));
  for (uint32_t kind = 0; kind < count; kind++) {
    if (kind == kInlineTree && has_tree)
      continue; // the linker makes it
    std::vector<Place> expected;
    if (kind < facts.funcdata.size() && !facts.funcdata[kind].is_null())
      expected = program_.resolve(*facts.place.object, facts.funcdata[kind]);
    // Assembly may refer to maps that there are none of.
    if ((kind == kArgsMaps || kind == kArgInfo) && facts.place.object->from_assembly())
      llvm::erase_if(expected, [](Place place) { return place.data().empty(); });
    std::optional<uint64_t> address = function.funcdata_address(kind);
    if (address.has_value() == expected.empty())
      return differ("funcdata " + llvm::Twine(kind), address ? "there" : "missing",
                    address ? "missing" : "there");
    std::string problem;
    for (const Place &place : expected)
      if ((problem = check_funcdata_bytes(*address, place, kind)).empty())
        break;
    if (!problem.empty())
      return problem;
    counts_.funcdata += address.has_value();
  }
  return "";
}

std::string Checker::check_funcdata_bytes(uint64_t address, Place expected, uint32_t kind) {
  std::string what = "funcdata " + std::to_string(kind);
  uint64_t size = expected.object->symbol(expected.local).size();
  std::optional<Bytes> actual = module_.memory().at(address, size);
  if (!actual)
    return what + " is outside of the memory";
  std::vector<uint8_t> bytes = expected.data().vec();
  bytes.resize(size);
  for (objfile::RelocRecord reloc : expected.object->relocs(expected.local)) {
    uint64_t at = uint64_t(reloc.offset());
    if (reloc.size() != 4 || at + 4 > size)
      return what + ": a relocation of another kind";
    uint32_t value = objfile::load<uint32_t>(actual->data() + at);
    bool is_weak = reloc.type() & objfile::kRelocWeak;
    if (!(is_weak && value == 0) &&
        !refers_to(value, program_.resolve(*expected.object, reloc.target())))
      return what + " refers to something else at " + std::to_string(at);
    std::copy_n(actual->data() + at, 4, bytes.data() + at);
  }
  return *actual == Bytes(bytes) ? "" : what + " has other bytes";
}

// A function by its name; data by its contents.
bool Checker::refers_to(uint32_t value, const std::vector<Place> &targets) const {
  for (const Place &target : targets) {
    if (objfile::is_text(target.object->kind(target.local))) {
      std::optional<uint32_t> found = module_.find_function(module_.pc_of_text_offset(value));
      if (found && module_.function(*found).name() == target.name())
        return true;
      continue;
    }
    Bytes data = target.data();
    std::optional<Bytes> actual =
        module_.memory().at(module_.word(ModuleField::kRodata) + value, data.size());
    if (actual && *actual == data)
      return true;
  }
  return false;
}

std::string Checker::check_inline_tree(const Function &function, const FunctionFacts &facts) {
  uint32_t count = facts.has_info ? facts.info.num_inline_nodes() : 0;
  // Calls that no pc is in are there, too, but the module does not tell how many.
  if (function.num_inlined_calls() > count)
    return differ("the number of inlined calls", llvm::Twine(function.num_inlined_calls()),
                  llvm::Twine(count));
  for (uint32_t i = 0; i < function.num_inlined_calls(); i++) {
    objfile::FuncInfoView::InlineNode node = facts.info.inline_node(i);
    inspect::InlinedCall call = function.inlined_call(i);
    std::vector<Place> callees =
        program_.resolve(*facts.place.object, {node.function_package, node.function_index});
    if (call.parent_pc != node.parent_pc)
      return differ("the resume point of inlined call " + llvm::Twine(i),
                    llvm::Twine(call.parent_pc), llvm::Twine(node.parent_pc));
    if (!is_callee(call, callees))
      return differ("inlined call " + llvm::Twine(i), call.name,
                    callees.empty() ? "of nothing" : callees.front().name());
    counts_.inlined++;
  }
  return "";
}

bool Checker::is_callee(const inspect::InlinedCall &call, const std::vector<Place> &callees) const {
  return llvm::any_of(callees, [&](const Place &callee) {
    FunctionFacts facts = facts_of(program_, callee);
    return facts.has_info && call.name == callee.name() && call.func_id == facts.info.func_id() &&
           call.start_line == facts.info.start_line();
  });
}

// An outer call is found by a resume point that stands for it. (The object says which it is, too,
// but of a few calls something else, and then it is the resume point that the runtime goes by.)
std::string Checker::check_inline_chains(const Function &function, const FunctionFacts &facts) {
  uint32_t count = facts.has_info ? facts.info.num_inline_nodes() : 0;
  if (count == 0)
    return "";
  std::vector<std::pair<uint32_t, int32_t>> runs = decode_pc_table(facts.pcinline);
  auto call_at = [&](uint32_t pc) {
    auto run = llvm::partition_point(runs, [&](auto &entry) { return entry.first <= pc; });
    return run == runs.end() ? -1 : run->second;
  };
  uint32_t pc = 0;
  for (auto [end, call] : runs) {
    std::vector<uint32_t> expected;
    for (int32_t at = call; at >= 0 && expected.size() <= count;
         at = call_at(facts.info.inline_node(at).parent_pc))
      expected.push_back(at);
    if (function.inlined_calls_at(pc) != expected)
      return "other inlined calls at resume point " + std::to_string(pc);
    pc = end;
  }
  return "";
}

int check(StringRef path, StringRef importcfg, StringRef main, StringRef goroot) {
  auto fail = [&](llvm::Error error) {
    llvm::outs() << path << ": " << llvm::toString(std::move(error)) << '\n';
    return 1;
  };
  llvm::Expected<objfile::MappedFile> file = objfile::MappedFile::open(path);
  if (!file)
    return fail(file.takeError());
  llvm::Expected<wasm::Module> wasm_module = wasm::read_module(file->bytes());
  if (!wasm_module)
    return fail(wasm_module.takeError());
  llvm::Expected<GoModule> module = GoModule::open(*wasm_module);
  if (!module)
    return fail(module.takeError());
  ProgramObjects program;
  if (llvm::Error error = program.load(importcfg, main))
    return fail(std::move(error));
  Checker checker(*module, program, goroot);
  std::vector<std::string> problems = checker.check();
  for (const std::string &problem : problems)
    llvm::outs() << path << ": " << problem << '\n';
  const Counts &counts = checker.counts();
  llvm::outs() << "functions=" << module->num_functions() << " pcs=" << counts.pcs
               << " funcdata=" << counts.funcdata << " inlined=" << counts.inlined
               << " types=" << counts.types << " itabs=" << counts.itabs << '\n';
  return problems.empty() ? 0 : 1;
}

} // namespace
} // namespace wald::test

int main(int argc, char **argv) {
  if (argc < 4) {
    llvm::errs() << "usage: wald_inspect_check MODULE IMPORTCFG MAIN-ARCHIVE [GOROOT]\n";
    return 2;
  }
  return wald::test::check(argv[1], argv[2], argv[3], argc > 4 ? argv[4] : "");
}
