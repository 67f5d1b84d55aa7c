#!/bin/bash
# wald check on programs as a whole: what a link imports of WASI against contracts and baselines,
# several modules, tests, other modules' packages, //line comments; and the messages about them.
# usage: check_programs_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"

lacks() { # TEXT COMMAND...
  local text=$1 output
  shift
  output=$("$@" 2>&1)
  [[ $output != *"$text"* ]] || fail "$*: '$text' in: $output"
}

# -- WASI in contracts and baselines
mkdir "$tmp/files" && cd "$tmp/files" || exit 1
printf 'module example.test/files\n\ngo 1.24\n' >go.mod
cat >main.go <<'GO'
package main

func main() { println("hello") }
GO
"$wald" build -o small.wasm . || fail "build"
"$wald" check --print --format=json . >small.json
expect 0 '' "$wald" check --update --baseline=updated.json --host=wasi_snapshot_preview1=wasi.wat .
grep -q '(export "fd_write")' wasi.wat || fail "wasi.wat has no fd_write"
grep -q path_open wasi.wat && fail "wasi.wat has path_open, which nothing calls"
expect 0 '' "$wald" check --baseline=small.wasm --host=wasi_snapshot_preview1=wasi.wat .
expect 0 '' "$wald" check --host=wasi_snapshot_preview1=wasi.wat small.wasm
cat >host.wat <<'WAT'
(module (func (export "log") (param i32)))
WAT
expect 0 '' "$wald" check --host=host.wat . # names another module
cat >main.go <<'GO'
package main

import "os"

func main() {
	text, _ := os.ReadFile("settings")
	println(len(text))
}
GO
"$wald" build -o large.wasm . || fail "build"
expect 1 'wald: error: wasi.wat does not offer import wasi_snapshot_preview1.path_open [contract-unknown-import]' \
  "$wald" check --host=wasi_snapshot_preview1=wasi.wat .
expect 1 "Go's own packages need it here" "$wald" check --host=wasi_snapshot_preview1=wasi.wat .
expect 1 'wasi.wat does not offer import wasi_snapshot_preview1.path_open' \
  "$wald" check --host=wasi_snapshot_preview1=wasi.wat large.wasm
lacks sock_accept "$wald" check --host=wasi_snapshot_preview1=wasi.wat .
expect 1 'does not offer import wasi_snapshot_preview1.path_open' \
  "$wald" check --guest=small.wasm large.wasm
for old in small.wasm small.json updated.json; do
  expect 0 "note: import wasi_snapshot_preview1.path_open is new since $old [baseline-system-import]" \
    "$wald" check --baseline=$old .
  expect 1 'error: import wasi_snapshot_preview1.path_open is new' \
    "$wald" check --deny=baseline-system-import --baseline=$old .
done
expect 0 'path_open is new since small.wasm' "$wald" check --baseline=small.wasm large.wasm
expect 0 '' "$wald" check --baseline=large.wasm .
echo '(module)' >empty.wat
expect 0 '' "$wald" check --baseline=empty.wat . # says nothing of WASI
sed 's/ (param[^)]*)//' wasi.wat >other.wat
expect 1 '[contract-signature]' "$wald" check --host=wasi_snapshot_preview1=other.wat .

# -- What --print leaves out
lacks 'import wasi_snapshot_preview1' "$wald" check --print .
expect 0 "directives of Go's own packages; --std prints them, too" "$wald" check --print .
expect 0 'import wasi_snapshot_preview1 fd_write' "$wald" check --print --std .
lacks 'left out' "$wald" check --print --std .
expect 0 '"fd_write"' "$wald" check --print --format=json .

# -- Several modules
expect 0 '' "$wald" check small.wasm large.wasm
expect 2 'cannot open gone.wasm' "$wald" check small.wasm gone.wasm
expect 2 'cannot open gone.wasm' "$wald" check gone.wasm small.wasm
expect 2 'small.wasm is a module: check packages, such as ., by a call of their own' \
  "$wald" check small.wasm .
expect 2 'small.wasm is a module: leave out -buildmode=c-shared, for it is linked already' \
  "$wald" check -buildmode=c-shared small.wasm

# -- Modules as commands and reactors
printf 'package main\n\n//go:wasmexport add\nfunc add() {}\n\nfunc main() {}\n' >main.go
"$wald" build -o command.wasm . || fail "build"
expect 0 'note: hosts can call the exports of a command only while main runs: add [export-in-command]' \
  "$wald" check command.wasm
printf 'package main\n\nfunc main() {}\n' >main.go
"$wald" build -buildmode=c-shared -o reactor.wasm . || fail "build"
expect 1 'reactor.wasm is a reactor and exports no function: hosts can call nothing in it' \
  "$wald" check reactor.wasm

# -- The path of a package stands once, in tests and for other symbols' names
mkdir "$tmp/names" && cd "$tmp/names" || exit 1
printf 'module example.test/names\n\ngo 1.24\n' >go.mod
cat >main.go <<'GO'
package main

import _ "unsafe"

//go:wasmimport wasi_snapshot_preview1 fd_wrte
func w()

//go:linkname other example.test/elsewhere.other
//go:wasmimport wasi_snapshot_preview1 fd_rd
func other()

func main() { w(); other() }
GO
printf 'package main\n\nimport "testing"\n\nfunc Test(t *testing.T) { w() }\n' >main_test.go
expect 1 '>>> main.w (main.go:5:1)' "$wald" check -test .
expect 1 '>>> main.other (main.go:9:1)' "$wald" check -test .
lacks 'main.example.test' "$wald" check -test .
lacks 'main.example.test' "$wald" check -test --print .

# -- --export has no directive
cat >main.go <<'GO'
package main

func size() int32 { return 0 }

func main() {}
GO
rm main_test.go
expect 1 '>>> choose another name: --export=main.size=NAME' "$wald" check --export=main.size=memory .
lacks 'go:wasmexport' "$wald" check --export=main.size=memory .

# -- Another module's package has the same export
mkdir "$tmp/lib" && printf 'module example.test/lib\n\ngo 1.24\n' >"$tmp/lib/go.mod"
printf 'package lib\n\n//go:wasmexport add\nfunc Plus(a, b int32) int32 { return a + b }\n' >"$tmp/lib/lib.go"
printf 'module example.test/names\n\ngo 1.24\n\nrequire example.test/lib v0.0.0\nreplace example.test/lib => ../lib\n' >go.mod
cat >main.go <<'GO'
package main

import _ "example.test/lib"

//go:wasmexport add
func Add(a, b int32) int32 { return a + b }

func main() {}
GO
options="--no-export=add --export=main.Add=add --export=example.test/lib.Plus"
expect 1 ">>> without a change of the sources: wald build $options=NAME" \
  "$wald" check -buildmode=c-shared .
# shellcheck disable=SC2086
expect 0 '' "$wald" build $options=plus -buildmode=c-shared -o both.wasm .
expect 0 'export "plus"' "$wald" dump --exports both.wasm
expect 1 '--no-export=add leaves out both' "$wald" build -buildmode=c-shared -o both.wasm .

# -- //line comments
mkdir "$tmp/line" && cd "$tmp/line" || exit 1
printf 'module example.test/line\n\ngo 1.24\n' >go.mod
cat >main.go <<'GO'
package main

//line text.y:10
//go:wasmimport wasi_snapshot_preview1 fd_wrte
func w(fd int32)

//line other.go:3
//go:wasmexport memory
func size(n uint32) uint32 { return n }

//line gone.y:1
//go:wasmexprot last
func last() {}

func main() { w(1) }
GO
expect 0 'func(n uint32) uint32' "$wald" check --print .
expect 0 'func(fd int32)' "$wald" check --print .
lacks 'not known' "$wald" check --print .
for place in main.go:4:1 main.go:8:1 main.go:12:1; do
  expect 1 "$place" "$wald" check .
done
printf 'package other\n\nfunc size() {}\n' >other.txt
cp other.txt text.y
expect 1 'main.go:4:1' "$wald" check .

echo "check_programs_test: $failures failures"
[ $failures -eq 0 ]
