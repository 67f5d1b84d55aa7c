#!/bin/bash
# wald dump --from-yaml writes as a link does: into what is no regular file, and whole or not at all.
# wald dump --go prints what Go's runtime finds in a module, with and without names.
# usage: dump_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

printf 'version: go1.27.4\nsymbols: []\n' >object.yaml
"$wald" dump --from-yaml object.yaml object.o || fail "cannot make object.o"
"$wald" dump --header object.o | grep -q 'go1.27.4' || fail "object.o is no object"

mkfifo pipe
cat pipe >piped.o &
"$wald" dump --from-yaml object.yaml pipe || fail "cannot write into a pipe"
wait
[ -p pipe ] || fail "the pipe is gone"
cmp object.o piped.o || fail "the pipe got something else"

expect 1 "wald: error: cannot write /dev/full: No space left on device" \
  "$wald" dump --from-yaml object.yaml /dev/full
[ -c /dev/full ] || fail "/dev/full is gone"

printf 'version: go1.27.4\nsymbols: [ 1 ]\n' >broken.yaml
"$wald" dump --from-yaml broken.yaml object.o 2>/dev/null && fail "made an object of broken text"
cmp object.o piped.o || fail "a failure changed the file"
[ "$(ls -A | wc -l)" -eq 5 ] || fail "something is left behind: $(ls -A)"

mkdir program
cat >program/main.go <<'END'
package main

type named struct{ Field int32 }

func (n named) String() string { return "text" }

//go:noinline
func leaf(n int) int {
	if n > 10 {
		panic("too large")
	}
	return n
}

var value interface{ String() string }

func main() {
	value = named{Field: int32(leaf(1))}
	println(value.String())
}
END
printf 'module example.com/p\ngo 1.24\n' >program/go.mod
(cd program && GOOS=wasip1 GOARCH=wasm go build -o ../named.wasm . &&
  GOOS=wasip1 GOARCH=wasm go build -ldflags=-s -o ../stripped.wasm .) || fail "cannot build the program"
"$wald" dump --go named.wasm >named.txt || fail "cannot read the module"
"$wald" dump --go stripped.wasm >stripped.txt || fail "cannot read the module without names"
functions='^(function|pcline|pcfile|inlined) '
diff <(grep -E "$functions" named.txt) <(grep -E "$functions" stripped.txt) >/dev/null ||
  fail "names of functions come from the name section"
lacks() {
  grep -qE -- "$1" named.txt || fail "no line '$1'"
}
lacks '^goversion go1.27.4 tables=go1.27$'
lacks '^buildversion "go1.27.4"$'
lacks '^buildinfo path "example.com/p"$'
lacks '^field hasmain 0x1$'
lacks '^type 0x[0-9a-f]+ struct "main.named" size=4 '
lacks '^structfield 0x[0-9a-f]+ "Field" type=0x[0-9a-f]+ offset=0$'
lacks '^itab 0x'
"$wald" dump --go --symbol main.leaf named.wasm >leaf.txt || fail "no function main.leaf"
number=$(sed -n 's/^function \([0-9]*\) main.leaf pc=.* start=8 .*/\1/p' leaf.txt)
[ -n "$number" ] || fail "main.leaf does not begin in line 8: $(head -n 1 leaf.txt)"
grep -qE "^pcline $number [0-9]+\.\.[0-9]+ 10$" leaf.txt || fail "main.leaf has no line 10"
grep -qE "^pcfile $number 0\.\.[0-9]+ \".*/program/main.go\"$" leaf.txt || fail "main.leaf has no file"
expect 1 'wald: error: named.wasm: no function "main.missing"' \
  "$wald" dump --go --symbol main.missing named.wasm
# Two builds of the same sources with other settings.
(cd program && "$wald" build -tags=other -o "$PWD/../tagged.wasm" . &&
  "$wald" build -o "$PWD/../plain.wasm" .) || fail "cannot build the program"
"$wald" dump --diff plain.wasm tagged.wasm >settings.txt && fail "the builds are the same"
grep -A3 '^build information differs' settings.txt | tr '\n' ' ' |
  grep -q '  build -tags:     plain.wasm: none     tagged.wasm: "other"' ||
  fail "the setting is not named: $(cat settings.txt)"
printf '\0asm\1\0\0\0\5\3\1\0\0' >empty.wasm
expect 1 "wald: error: empty.wasm: no Go program: nothing refers to a header of pclntab" \
  "$wald" dump --go empty.wasm
[ "$failures" -eq 0 ]
