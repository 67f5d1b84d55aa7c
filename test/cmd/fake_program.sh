# A program of a few bytes that really links, with the runtime of test/unit/fake_objects.h; scripts
# source this after wald_check.sh, in the folder where importcfg and the objects are to lie.
# shellcheck shell=bash disable=SC2154
info=\'$(printf '0%.0s' {1..24})0700000001000000$(printf '0%.0s' {1..16})\'
{
  echo 'version: go1.27.4'
  sed -n '/kFakeRuntime = R"(/,/^)";/{//!p}' "$here/../unit/fake_objects.h"
} >runtime.yaml

# main_object FUNCTION [IMPORT]: main.o, which calls the function, and imports a package as well. Both
# as YAML has them.
main_object() {
  local import=
  [ $# -eq 1 ] || import=", { path: $2 }"
  cat >main.yaml <<YAML
version: go1.27.4
main: true
fingerprint: '4d41'
autolibs: [ { path: runtime, fingerprint: '5255' }$import ]
files: [ src/main.go ]
symbols:
  - name: main.main
    kind: text
    data: 00100b
    relocs: [ { type: R_CALL, offset: 2, to: $1 } ]
    aux: [ { kind: funcinfo, to: main.main.info } ]
  - { name: main.main.info, kind: rodata, data: $info }
  - { name: $1, group: ref }
YAML
  "$wald" dump --from-yaml main.yaml main.o || fail "cannot make main.o"
}
"$wald" dump --from-yaml runtime.yaml runtime.o || fail "cannot make runtime.o"
echo "packagefile runtime=$PWD/runtime.o" >importcfg
