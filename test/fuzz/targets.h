// The fuzz targets: each reads bytes that wald does not trust and must return, whatever they are.
// main.cc makes a libFuzzer program of one of them; the unit tests feed them testdata/fuzz/TARGET/,
// which holds seeds and what was found once.
#pragma once

#include "objfile/support/bytes.h"

namespace wald::fuzz {

using Target = void (*)(objfile::Bytes input);

struct NamedTarget {
  const char *name;
  Target run;
};

void fuzz_archive(objfile::Bytes input);
void fuzz_body(objfile::Bytes input);
void fuzz_contract(objfile::Bytes input);
void fuzz_directive(objfile::Bytes input);
void fuzz_equivalence(objfile::Bytes input);
void fuzz_go_source(objfile::Bytes input);
void fuzz_importcfg(objfile::Bytes input);
void fuzz_inspect(objfile::Bytes input);
void fuzz_link(objfile::Bytes input);
void fuzz_module(objfile::Bytes input);
void fuzz_object(objfile::Bytes input);
void fuzz_optimize(objfile::Bytes input);
void fuzz_response(objfile::Bytes input);
void fuzz_types(objfile::Bytes input);
void fuzz_validate(objfile::Bytes input);
void fuzz_wat(objfile::Bytes input);
void fuzz_yaml(objfile::Bytes input);

inline constexpr NamedTarget kTargets[] = {
    {"archive", fuzz_archive},
    {"body", fuzz_body},
    {"contract", fuzz_contract},
    {"directive", fuzz_directive},
    {"equivalence", fuzz_equivalence},
    {"go_source", fuzz_go_source},
    {"importcfg", fuzz_importcfg},
    {"inspect", fuzz_inspect},
    {"link", fuzz_link},
    {"module", fuzz_module},
    {"object", fuzz_object},
    {"optimize", fuzz_optimize},
    {"response", fuzz_response},
    {"types", fuzz_types},
    {"validate", fuzz_validate},
    {"wat", fuzz_wat},
    {"yaml", fuzz_yaml},
};

} // namespace wald::fuzz
