#include "directives/rules/rules_contract.h"

#include "directives/reports/report_parts.h"
#include "directives/types/type_compare.h"
#include "objfile/support/name_map.h"
#include "objfile/support/similar_names.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace wald::directives {

using llvm::StringRef;

namespace {

using FunctionIndex = objfile::NameMap<size_t>; // into an interface's directives

std::string key_of(const Directive &directive) {
  return directive.module + '\0' + directive.name;
}

// "import env.log", "export add"
std::string title(const Directive &directive) {
  return directive.kind == DirectiveKind::kImport
             ? "import " + directive.module + "." + directive.name
             : "export " + directive.name;
}

FunctionIndex index_of(const Interface &interface, DirectiveKind kind) {
  FunctionIndex index;
  for (size_t i = 0; i < interface.directives.size(); i++)
    if (interface.directives[i].kind == kind)
      index.try_emplace(key_of(interface.directives[i]), i);
  return index;
}

bool same_types(llvm::ArrayRef<Field> a, llvm::ArrayRef<Field> b) {
  return llvm::equal(a, b, [](const Field &x, const Field &y) { return x.type == y.type; });
}

bool same_signature(const Signature &a, const Signature &b) {
  return same_types(a.params, b.params) && same_types(a.results, b.results);
}

// What the linker exports itself from such a program. In another mode the name is anybody's: many
// hosts of wasip1 call a function run.
bool is_own_name(StringRef name, const Interface &interface) {
  return name == memory_name(interface) ||
         llvm::any_of(entry_points(interface),
                      [&](const EntryPoint &own) { return own.name == name; });
}

// -- Go types

// One wasm parameter or result as Go sees it.
struct Slot {
  const GoType *type = nullptr; // null: a half of a string, or not known
  size_t parameter = 0;         // index
};

std::vector<Slot> slots_of(llvm::ArrayRef<Parameter> parameters) {
  std::vector<Slot> slots;
  for (size_t i = 0; i < parameters.size(); i++) {
    bool is_whole = parameters[i].wasm_types.size() == 1;
    for (size_t part = 0; part < parameters[i].wasm_types.size(); part++)
      slots.push_back({is_whole ? parameters[i].type : nullptr, i});
  }
  return slots;
}

// What a host would misread: a truth value taken for a number or the reverse, or what a pointer
// leads to.
std::string slot_difference(const GoType *is, const GoType *wanted) {
  if (!is || !wanted)
    return "";
  if ((is->kind == GoKind::kBool) != (wanted->kind == GoKind::kBool))
    return "is " + type_text(*is) + ", not " + type_text(*wanted);
  if (is->kind != GoKind::kPointer || wanted->kind != GoKind::kPointer || !is->element ||
      !wanted->element)
    return "";
  std::optional<MemoryDifference> difference = memory_difference(*is->element, *wanted->element);
  if (!difference)
    return "";
  std::string part = difference->path.empty() ? "it" : difference->path;
  return "points to " + type_text(*is->element) + ", and " + part + " " + difference->fact;
}

std::string parameter_title(const Directive &directive, bool is_result, size_t index) {
  if (is_result)
    return "the result of " + title(directive);
  const std::string &name = directive.params[index].name;
  return "parameter " + (name.empty() || name == "_" ? std::to_string(index + 1) : name) + " of " +
         title(directive);
}

// "parameter p of export move points to main.Point, and X is at offset 4, not 8"; empty if nothing
// differs that both sides know.
std::string layout_difference(const Directive &is, const Directive &wanted,
                              NotCompared &not_compared) {
  // The types of Go's own packages are not read, and are right.
  bool is_compared = is.has_go_types || is.is_std;
  if (wanted.has_go_types && !is_compared && not_compared.num_functions++ == 0)
    not_compared.why = is.why_no_go_types;
  if (!is.has_go_types || !wanted.has_go_types)
    return "";
  for (bool is_result : {false, true}) {
    std::vector<Slot> slots = slots_of(is_result ? is.results : is.params);
    std::vector<Slot> others = slots_of(is_result ? wanted.results : wanted.params);
    for (auto [slot, other] : llvm::zip(slots, others))
      if (std::string fact = slot_difference(slot.type, other.type); !fact.empty())
        return parameter_title(is, is_result, slot.parameter) + " " + fact;
  }
  return "";
}

// A declaration with the signature, for somebody who has none: "func add(int32, int32) int32".
std::string go_declaration(StringRef name, const Signature &signature) {
  auto go_type = [](const Field &field) {
    switch (field.type) {
    case wasm::ValueType::kI64:
      return "int64";
    case wasm::ValueType::kF32:
      return "float32";
    case wasm::ValueType::kF64:
      return "float64";
    default:
      return "int32";
    }
  };
  auto is_letter = [](char c) { return llvm::isAlpha(c) || c == '_'; };
  auto is_in_name = [&](char c) { return is_letter(c) || llvm::isDigit(c); };
  bool is_name = !name.empty() && is_letter(name[0]) && llvm::all_of(name, is_in_name);
  std::string text = "func " + (is_name ? name.str() : "f") + "(";
  for (size_t i = 0; i < signature.params.size(); i++)
    text += std::string(i ? ", " : "") + go_type(signature.params[i]);
  text += ")";
  for (const Field &field : signature.results)
    text += std::string(" ") + go_type(field);
  return text;
}

bool has_go_declaration(const Signature &signature) {
  auto is_number = [](const Field &field) {
    return field.type == wasm::ValueType::kI32 || field.type == wasm::ValueType::kI64 ||
           field.type == wasm::ValueType::kF32 || field.type == wasm::ValueType::kF64;
  };
  return signature.results.size() <= 1 && signature.params.size() <= kMostExportParams &&
         llvm::all_of(signature.params, is_number) && llvm::all_of(signature.results, is_number);
}

// Finds what somebody may have meant. The number of comparisons is bounded: they cost time, and few
// who have that much wrong read on.
class Suggestions {
public:
  // The directive of the kind with the nearest name, or null.
  const Directive *same_name(const Directive &to, const Interface &among) {
    for (const Directive &directive : among.directives) {
      if (!take())
        return nullptr;
      if (directive.kind == to.kind && directive.name == to.name)
        return &directive;
    }
    return nullptr;
  }

  const Directive *nearest(const Directive &to, const Interface &among) {
    const Directive *nearest = nullptr;
    NearestName search(to.name);
    for (const Directive &directive : among.directives) {
      if (search.is_settled() || !take())
        break;
      if (directive.kind == to.kind && directive.name != to.name &&
          search.is_nearer(directive.name))
        nearest = &directive;
    }
    return nearest;
  }

private:
  bool take() {
    left_ -= left_ > 0;
    return left_ > 0;
  }

  unsigned left_ = 20000;
};

SourcePosition place_in(const Contract &contract, uint32_t line) {
  return {contract.file, line, 0};
}

class ContractComparison {
public:
  ContractComparison(const CheckedInterface &program, llvm::ArrayRef<Contract> contracts,
                     FindingList &findings)
      : program_(program), interface_(*program.interface), contracts_(contracts),
        findings_(findings) {
    for (const Contract &contract : contracts) {
      imports_.push_back(index_of(contract.guest, DirectiveKind::kImport));
      exports_.push_back(index_of(contract.guest, DirectiveKind::kExport));
      files_ += (files_.empty() ? "" : " and ") + contract.file;
    }
    does_not_ = contracts.size() > 1 ? " do not " : " does not ";
  }

  NotCompared run() {
    for (const Directive &directive : interface_.directives) {
      bool is_import = directive.kind == DirectiveKind::kImport;
      if (is_import ? is_systems(directive) : is_own_name(directive.name, interface_))
        continue;
      if (!compare_with_all(directive, is_import ? imports_ : exports_))
        is_import ? add_unknown_import(directive) : add_extra_export(directive);
    }
    FunctionIndex exports = index_of(interface_, DirectiveKind::kExport);
    for (const Contract &contract : contracts_)
      if (!program_.is_library)
        look_for_exports(contract, exports);
    return std::move(not_compared_);
  }

private:
  // Whether an import is between Go's runtime and the system alone.
  bool is_systems(const Directive &directive) const {
    if (!is_system_module(directive.module))
      return false;
    bool is_named = llvm::any_of(contracts_, [&](const Contract &contract) {
      return contract.module == directive.module ||
             llvm::any_of(contract.guest.directives, [&](const Directive &known) {
               return known.kind == DirectiveKind::kImport && known.module == directive.module;
             });
    });
    return !is_named || directive.is_unlinked;
  }

  // False if no contract has the function.
  bool compare_with_all(const Directive &directive, llvm::ArrayRef<FunctionIndex> indexes) {
    bool is_known = false;
    for (size_t i = 0; i < contracts_.size(); i++) {
      auto found = indexes[i].find(key_of(directive));
      if (found == indexes[i].end())
        continue;
      is_known = true;
      compare(directive, contracts_[i], found->second);
    }
    return is_known;
  }

  void compare(const Directive &directive, const Contract &contract, size_t index) {
    const Directive &wanted = contract.guest.directives[index];
    const char *verb = directive.kind == DirectiveKind::kImport ? " offers " : " wants ";
    std::string place =
        "the contract is at " + place_text(place_in(contract, contract.lines[index]));
    if (!same_signature(directive.signature, wanted.signature)) {
      findings_.push_back(finding_about("contract-signature", directive,
                                        title(directive) + " is declared as " +
                                            signature_text(directive.signature) + ", but " +
                                            contract.file + verb + signature_text(wanted.signature),
                                        {place, "change the Go function, or the contract"}));
      return;
    }
    if (std::string fact = layout_difference(directive, wanted, not_compared_); !fact.empty())
      findings_.push_back(finding_about("contract-layout", directive, std::move(fact),
                                        {place, "give the Go type the layout that the contract "
                                                "has, or change the contract"}));
  }

  void add_unknown_import(const Directive &directive) {
    // Several packages of Go's own import the same function.
    if (directive.is_std && !missing_of_std_.insert(key_of(directive)).second)
      return;
    std::string advice;
    for (const Contract &contract : contracts_) {
      if (std::string text = advice_for_import(directive, contract.guest); !text.empty())
        advice = text;
    }
    if (advice.empty() && directive.is_std)
      advice = "Go's own packages need it here: add it to the host, or leave out what calls it";
    if (advice.empty())
      advice = "import what is offered, or add it to the contract";
    findings_.push_back(finding_about("contract-unknown-import", directive,
                                      files_ + does_not_ + "offer " + title(directive), {advice}));
  }

  std::string advice_for_import(const Directive &directive, const Interface &guest) {
    // The contract may be meant for another module's name: the host's file does not say it.
    if (const Directive *offered = suggestions_.same_name(directive, guest))
      return title(*offered) +
             " is offered; --host=MODULE=FILE says by which name guests import from a host";
    const Directive *nearest = suggestions_.nearest(directive, guest);
    return nearest ? "did you mean " + title(*nearest) + "?" : "";
  }

  void add_extra_export(const Directive &directive) {
    findings_.push_back(finding_about(
        "contract-extra-export", directive, files_ + does_not_ + "want " + title(directive),
        {directive.is_chosen
             ? "nobody will call it: leave out --export, or add it to the contract"
             : "nobody will call it: drop the directive, or add it to the contract"}));
  }

  void look_for_exports(const Contract &contract, const FunctionIndex &exports) {
    for (size_t i = 0; i < contract.guest.directives.size(); i++) {
      const Directive &wanted = contract.guest.directives[i];
      if (wanted.kind != DirectiveKind::kExport)
        continue;
      SourcePosition place = place_in(contract, contract.lines[i]);
      if (is_own_name(wanted.name, interface_))
        compare_own_function(contract, wanted, place);
      else if (!exports.contains(key_of(wanted)))
        add_missing(contract, wanted.name, place, advice_for(wanted, contract));
    }
    for (const Contract::OtherExport &other : contract.others)
      if (other.kind != wasm::ExternKind::kMemory || other.name != memory_name(interface_))
        add_missing(contract, other.name, place_in(contract, other.line),
                    {std::string("want a ") + wasm::extern_kind_name(other.kind) +
                     "; a program of "
                     "Go exports functions, and its memory as " +
                     memory_name(interface_).str()});
  }

  void compare_own_function(const Contract &contract, const Directive &wanted,
                            const SourcePosition &place) {
    for (const EntryPoint &own : entry_points(interface_))
      if (own.name == wanted.name && !same_signature(own.signature, wanted.signature))
        add("contract-signature", wanted.name, place,
            "export " + wanted.name + " is " + signature_text(own.signature) +
                " in every program, but " + contract.file + " wants " +
                signature_text(wanted.signature),
            {"change the contract"});
  }

  // How to build what has the export from the start; empty if nothing does that is likely meant.
  std::string mode_advice(StringRef name, const Contract &contract) const {
    if (name == objfile::kReactorExport)
      return interface_.goos == "js" ? "reactors of GOOS=wasip1 have it"
                                     : "reactors have it: build with -buildmode=c-shared";
    if (name == objfile::kCommandExport)
      return interface_.goos == "js" ? "commands of GOOS=wasip1 have it"
                                     : "commands have it: build without -buildmode=c-shared";
    bool is_of_js = contract.guest.goos == "js" && is_own_name(name, contract.guest);
    return is_of_js ? "programs of GOOS=js have it" : "";
  }

  std::vector<std::string> advice_for(const Directive &wanted, const Contract &contract) {
    if (std::string advice = mode_advice(wanted.name, contract); !advice.empty())
      return {advice};
    for (const DroppedExport &dropped : program_.dropped)
      if (dropped.name == wanted.name)
        return {"the directive for it has no effect (" + place_text(dropped.position) +
                "): " + dropped.why};
    const Directive *nearest = suggestions_.nearest(wanted, interface_);
    std::string place = nearest ? describe(*nearest) : "";
    if (nearest)
      return {"did you mean " + title(*nearest) + (place.empty() ? "" : " of " + place) + "?"};
    if (program_.is_module || !has_go_declaration(wanted.signature))
      return {"want " + signature_text(wanted.signature)};
    return {"write //go:wasmexport " + wanted.name + " in front of a function like this:",
            go_declaration(wanted.name, wanted.signature)};
  }

  void add_missing(const Contract &contract, const std::string &name, const SourcePosition &place,
                   std::vector<std::string> notes) {
    add("contract-missing-export", name, place,
        program_.name + " lacks export " + name + ", which " + contract.file + " wants",
        std::move(notes));
  }

  void add(const char *rule, const std::string &subject, const SourcePosition &place,
           std::string message, std::vector<std::string> notes) {
    Finding &finding = findings_.emplace_back();
    finding.rule = find_rule(rule);
    finding.position = place;
    finding.subject = subject;
    finding.message = std::move(message);
    finding.notes = std::move(notes);
  }

  const CheckedInterface &program_;
  const Interface &interface_;
  llvm::ArrayRef<Contract> contracts_;
  FindingList &findings_;
  std::vector<FunctionIndex> imports_, exports_; // of each contract
  std::string files_;                            // "a.wat and b.wat"
  const char *does_not_ = nullptr;
  objfile::NameSet missing_of_std_;
  Suggestions suggestions_;
  NotCompared not_compared_;
};

class BaselineComparison {
public:
  BaselineComparison(const CheckedInterface &program, const Contract &baseline,
                     FindingList &findings)
      : program_(program), interface_(*program.interface), baseline_(baseline),
        findings_(findings) {}

  NotCompared run() {
    compare_modes();
    // A module's text need not say what starts it.
    const Interface &old_mode = baseline_.guest.goos.empty() ? interface_ : baseline_.guest;
    for (DirectiveKind kind : {DirectiveKind::kImport, DirectiveKind::kExport}) {
      FunctionIndex before = index_of(baseline_.guest, kind), now = index_of(interface_, kind);
      for (const Directive &directive : interface_.directives)
        if (directive.kind == kind && !is_left_out(directive, interface_))
          compare(directive, before, now);
      for (size_t i = 0; i < baseline_.guest.directives.size(); i++) {
        const Directive &old = baseline_.guest.directives[i];
        if (old.kind == kind && !is_left_out(old, old_mode) && !now.contains(key_of(old)))
          add_removed(old, baseline_.lines[i]);
      }
    }
    if (!program_.is_library)
      compare_system_imports();
    return std::move(not_compared_);
  }

private:
  // A host may have a part of WASI only. An older interface without any such import is one that
  // does not say.
  void compare_system_imports() {
    objfile::NameSet known;
    for (const Directive &old : baseline_.guest.directives)
      if (old.kind == DirectiveKind::kImport && is_system_module(old.module) && !old.is_unlinked)
        known.insert(key_of(old));
    if (known.empty())
      return;
    // These are in every program of Go, so that the older one's hosts must have had them.
    for (const Directive &directive : interface_.directives)
      if (directive.kind == DirectiveKind::kImport && directive.package == "runtime")
        known.insert(key_of(directive));
    for (const Directive &directive : interface_.directives)
      if (directive.kind == DirectiveKind::kImport && is_system_module(directive.module) &&
          !directive.is_unlinked && known.insert(key_of(directive)).second)
        findings_.push_back(finding_about("baseline-system-import", directive,
                                          title(directive) + " is new since " + baseline_.file,
                                          {"not every host offers all of " + directive.module}));
  }

  static bool is_left_out(const Directive &directive, const Interface &mode) {
    return directive.kind == DirectiveKind::kImport ? is_system_module(directive.module)
                                                    : is_own_name(directive.name, mode);
  }

  static std::string mode_text(const Interface &interface) {
    const char *mode = interface.goos == "js" ? "a program"
                       : interface.is_reactor ? "a reactor"
                                              : "a command";
    return mode + (" for GOOS=" + interface.goos);
  }

  void compare_modes() {
    const Interface &old = baseline_.guest;
    if (program_.is_library || old.goos.empty() || mode_text(old) == mode_text(interface_))
      return;
    Finding &finding = findings_.emplace_back();
    finding.rule = find_rule("baseline-breaking");
    finding.position = place_in(baseline_, 0);
    finding.message = program_.name + " is " + mode_text(interface_) + ", and was " +
                      mode_text(old) + " in " + baseline_.file;
    finding.notes = {"hosts start it in another way"};
  }

  void compare(const Directive &directive, const FunctionIndex &before, const FunctionIndex &now) {
    auto found = before.find(key_of(directive));
    if (found == before.end()) {
      // Of several declarations of an import the first speaks for all.
      if (&interface_.directives[now.lookup(key_of(directive))] == &directive)
        add_new(directive);
      return;
    }
    const Directive &old = baseline_.guest.directives[found->second];
    std::string place =
        "it was so in " + place_text(place_in(baseline_, baseline_.lines[found->second]));
    if (!same_signature(directive.signature, old.signature)) {
      findings_.push_back(finding_about("baseline-breaking", directive,
                                        title(directive) + " is " +
                                            signature_text(directive.signature) + ", and was " +
                                            signature_text(old.signature),
                                        {place, advice(directive)}));
      return;
    }
    if (std::string fact = layout_difference(directive, old, not_compared_); !fact.empty())
      findings_.push_back(finding_about("baseline-breaking", directive, std::move(fact),
                                        {place, advice(directive)}));
  }

  static std::string advice(const Directive &directive) {
    return directive.kind == DirectiveKind::kImport
               ? "hosts offer the old one: keep it, and import the new one under another name"
               : "hosts call the old one: keep it, and export the new one under another name";
  }

  void add_new(const Directive &directive) {
    if (directive.kind == DirectiveKind::kExport) {
      findings_.push_back(finding_about("baseline-compatible", directive,
                                        title(directive) + " is new since " + baseline_.file));
      return;
    }
    std::vector<std::string> notes = {"hosts that do not offer it refuse the program"};
    if (baseline_.is_module && !program_.is_module)
      notes.push_back(baseline_.file + " lists only imports that its code calls; compare two "
                                       "modules, or with a baseline in JSON, to be exact");
    findings_.push_back(finding_about("baseline-breaking", directive,
                                      title(directive) + " is new since " + baseline_.file, notes));
  }

  void add_removed(const Directive &old, uint32_t line) {
    bool is_import = old.kind == DirectiveKind::kImport;
    if (!is_import && program_.is_library && program_.name != baseline_.program)
      return;
    Finding finding = finding_about(is_import ? "baseline-compatible" : "baseline-breaking", old,
                                    title(old) + " was in " + baseline_.file +
                                        ", and is gone from " + program_.name);
    std::string place = describe(old);
    if (!place.empty())
      finding.notes.push_back("it was " + place);
    if (!is_import)
      finding.notes.push_back("hosts that call it fail: keep it");
    else if (program_.is_module && !baseline_.is_module)
      finding.notes.push_back("a module has only the imports that its code calls");
    finding.position = place_in(baseline_, line);
    finding.package.clear();
    finding.function.clear();
    findings_.push_back(std::move(finding));
  }

  const CheckedInterface &program_;
  const Interface &interface_;
  const Contract &baseline_;
  FindingList &findings_;
  NotCompared not_compared_;
};

} // namespace

NotCompared check_contracts(const CheckedInterface &program, llvm::ArrayRef<Contract> contracts,
                            FindingList &findings) {
  return ContractComparison(program, contracts, findings).run();
}

NotCompared check_baseline(const CheckedInterface &program, const Contract &baseline,
                           FindingList &findings) {
  return BaselineComparison(program, baseline, findings).run();
}

} // namespace wald::directives
