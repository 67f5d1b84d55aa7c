#!/bin/bash
# Names with line ends and escape sequences, which objects and modules may have: no command prints
# them as they are, so none is a line of its own, which CI systems take commands from.
# usage: hostile_names_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

name=$'x\n::error file=x.go,line=1::pwn\n>>> note\e[31m\xc2\x9b'
shown='x\n::error file=x.go,line=1::pwn\n>>> note\x1b[31m\xc2\x9b'

# expect_shown STATUS TEXT COMMAND...: TEXT in the output, in which no line is a name's.
expect_shown() {
  local output=$tmp/output
  expect "$@"
  "${@:3}" >"$output" 2>&1
  LC_ALL=C grep -qaE $'^(::error file=x|>>> note)|[\x01-\x09\x0b-\x1f\x7f]|\xc2\x9b' "$output" &&
    fail "${*:3}: a name as it is: $(cat -v "$output")"
}

# -- Objects

yaml_name=$(python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "$name")
source "$here/fake_program.sh"
main_object "$yaml_name"
expect_shown 2 "wald: error: undefined symbol: $shown" \
  env GOOS=wasip1 GOARCH=wasm "$wald" link -importcfg importcfg -o out.wasm main.o
expect_shown 0 "symbol 2 $shown group=ref" "$wald" dump --all main.o

# The package that nothing provides has this name, too.
main_object "$yaml_name" "$yaml_name"
expect_shown 2 "cannot find package $shown" \
  env GOOS=wasip1 GOARCH=wasm "$wald" link -importcfg importcfg -o out.wasm main.o
expect_shown 2 "cannot find package $shown" "$wald" check --importcfg=importcfg main.o

# -- Modules

# module FILE EXPORT NAME: exports a function and imports one, under these names.
module() {
  python3 - "$@" <<'PY'
import sys

def sized(data):
    assert len(data) < 128
    return bytes([len(data)]) + data

def section(number, data):
    return bytes([number]) + sized(data)

file, export, name, *rest = (word.encode() for word in sys.argv[1:])
module = b"\0asm\1\0\0\0" + section(1, b"\1\x60\0\0")
if rest:
    module += section(2, b"\1" + sized(name) + sized(name) + b"\0\0")
module += section(3, b"\1\0")
index = b"\1" if rest else b"\0"
module += section(7, b"\2" + sized(export) + b"\0" + index + sized(name) + b"\0" + index)
module += section(10, b"\1" + sized(b"\0\x10\0\x0b" if rest else b"\0\0\x0b"))
module += section(0, sized(b"name") + b"\1" + sized(b"\1" + index + sized(name)))
open(file, "wb").write(module)
PY
}
module trap.wasm _initialize "$name"
module import.wasm _start "$name" import
module library.wasm run "$name" import
expect_shown 1 ">>> in function 0 ($shown)" "$wald" run trap.wasm
expect_shown 1 ">>> module '$shown', name '$shown'" "$wald" run import.wasm
expect_shown 0 "wald: stub: $shown.$shown()" "$wald" run --stub import.wasm
expect_shown 0 "  $shown()" "$wald" run --stub library.wasm
expect_shown 2 ">>> exported: $shown()" "$wald" run --stub --invoke none library.wasm
expect_shown 0 "import $shown $shown () -> ()" "$wald" check --print import.wasm
expect_shown 1 "$shown" "$wald" check --host=trap.wasm import.wasm
expect_shown 1 "$shown" "$wald" check --host=trap.wasm --format=github import.wasm
LC_ALL=C sed 's/\x03\x00\x00\x0b/\x03\x00\x01\x0b/' trap.wasm >other.wasm
expect_shown 1 "function 0 $shown: at offset 1" "$wald" dump --diff trap.wasm other.wasm
expect_shown 0 "$shown" "$wald" dump --all import.wasm

[ $failures -eq 0 ] && echo "hostile_names_test: passed" || echo "hostile_names_test: $failures failures"
[ $failures -eq 0 ]
