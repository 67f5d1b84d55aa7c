#!/bin/bash
# What wald says of a program: --why-live, --why-import, --why-reflect, --print-gc, --map, --error-on and
# wald version -m, with the real go command. The chains are held against what wald dump finds in the objects.
# usage: why_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/go_cases.sh"

mkdir "$tmp/prog" "$tmp/reflects"
cd "$tmp/prog" || exit 1
printf 'module example.org/why\n\ngo 1.24\n' >go.mod
cat >main.go <<'GO'
package main

import (
	"io"
	"os"
	"strings"
)

type T struct{ n int }

func (t *T) Read(p []byte) (int, error)  { return helper(t.n), io.EOF }
func (t *T) Unused() int                 { return 2 }

//go:noinline
func helper(n int) int { return n }

//go:noinline
func unused() int { return 1 }

//go:noinline
func far(n int) int { return farther(n) }

//go:noinline
func farther(n int) int { return wanted(n) }

//go:noinline
func wanted(n int) int { return n + len(os.Args) }

//go:noinline
func convert(n int) io.Reader { return &T{n} }

func main() {
	var text strings.Builder
	io.Copy(&text, convert(far(1)))
	os.Stdout.WriteString(text.String())
	println(wanted(2))
}
GO
cat >"$tmp/reflects/main.go" <<'GO'
package main

import (
	"os"
	"reflect"
)

type T struct{}

func (T) Hello() { println("hello") }

//go:noinline
func look(name string) { reflect.ValueOf(T{}).MethodByName(name).Call(nil) }

func main() { look(os.Args[0]) }
GO
printf 'module example.org/reflects\n\ngo 1.24\n' >"$tmp/reflects/go.mod"

mkdir "$tmp/template"
printf 'module example.org/template\n\ngo 1.24\n' >"$tmp/template/go.mod"
cat >"$tmp/template/main.go" <<'GO'
package main

import (
	"os"
	"text/template"
)

func main() { template.Must(template.New("t").Parse("{{.}}\n")).Execute(os.Stdout, 1) }
GO

build() { "$wald" build -o "$tmp/out.wasm" "$@" . 2>&1; }

says_why_a_function_is_live() {
  local out
  out=$(build --why-live=main.wanted) || fail "$out"
  expect_match "$out" "live symbol: main.wanted (package main, "
  expect_match "$out" "main.go:27), "
  expect_match "$out" ">>> called by main.main (package main, "
  expect_no_match "$out" "main.far"
  expect_match "$out" ">>> root: the program's entry"
}

says_both_causes_of_a_method() {
  local out
  out=$(build '--why-live=main.(*T).Read') || fail "$out"
  expect_match "$out" ">>> method of type:*main.T (package main)"
  expect_match "$out" " by main.convert (package main, "
  expect_match "$out" ">>> called through an interface by "
}

says_what_is_not_live_or_not_there() {
  local out
  out=$(build --why-live=main.unused) || fail "$out"
  expect_match "$out" "not live: main.unused (package main, "
  rm -f "$tmp/out.wasm"
  out=$(build --why-live=main.wantd) && fail "a name that does not exist is taken"
  expect_match "$out" "wald: error: --why-live: no symbol has a name like main.wantd"
  expect_match "$out" ">>> did you mean main.wanted?"
  [ ! -e "$tmp/out.wasm" ] || fail "a failed link has an output"
  out=$(build --why-import=wasi_snapshot_preview1.fd_writ) && fail "a wrong import is taken"
  expect_match "$out" "did you mean wasi_snapshot_preview1.fd_write"
}

# The references in the objects, walked by another program.
tells_shortest_chains() {
  local archives
  build --why-live='*' >"$tmp/report" || fail "$(head -5 "$tmp/report")"
  archives=$(GOOS=wasip1 GOARCH=wasm go list -export -deps -f '{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}' .)
  # shellcheck disable=SC2086
  "$here/confirm_chains.py" "$wald" "$tmp/report" $archives || fail "the chains are not confirmed"
}

says_who_imports() {
  local out
  out=$(build --why-import=wasi_snapshot_preview1.fd_write) || fail "$out"
  expect_match "$out" "import wasi_snapshot_preview1.fd_write, in package syscall: "
  expect_match "$out" ">>> called by syscall."
  expect_match "$out" ">>> root: "
}

lists_what_was_dropped() {
  build "--print-gc=$tmp/dropped" || fail "--print-gc"
  grep -q '^ *[0-9]*   main.unused$' "$tmp/dropped" || fail "main.unused is not listed"
  grep -q '^ *[0-9]* package runtime, [0-9]* symbols$' "$tmp/dropped" || fail "no package runtime"
  grep -q '   main.wanted$' "$tmp/dropped" && fail "main.wanted is listed"
}

# Bodies of functions stand where the map says.
writes_a_map() {
  build "--map=$tmp/map" || fail "--map"
  head -1 "$tmp/map" | grep -q '^    Addr      Off     Size Out     In      Symbol$' || fail "head"
  python3 - "$tmp/map" "$tmp/out.wasm" <<'PY' || fail "sizes of functions are not the file's"
import sys
lines = [line.split(None, 3) for line in open(sys.argv[1]).read().splitlines()[1:]]
module = open(sys.argv[2], "rb").read()
code = [i for i, line in enumerate(lines) if line[3] == "CODE"][0]
functions = []
for line in lines[code + 1:]:
    if ":(" not in line[3]:
        break
    functions.append((int(line[1], 16), int(line[2], 16), line[3]))
def leb(n):
    out = b""
    while True:
        out, n = out + bytes([n & 127 | (128 if n > 127 else 0)]), n >> 7
        if n == 0:
            return out
assert any(name == "main:(main.wanted)" for _, _, name in functions)
for offset, size, name in functions:
    assert module[:offset].endswith(leb(size)) and module[offset + size - 1] == 0x0b, name
data = [line for line in lines if line[0] != "-" and line[1] != "-" and ":(" in line[3]]
assert len(data) > 100
PY
}

finds_reflection() {
  local out
  cd "$tmp/reflects" || exit 1
  out=$(build --error-on=reflect-method) && fail "reflection is no error"
  expect_match "$out" "looked up by reflection"
  expect_match "$out" ">>> by main.look (package main, "
  [ "$(grep -c 'wald: error: ' <<<"$out")" = 1 ] || fail "methods that are kept are causes: $out"
  expect_match "$out" " bytes would not be in the program (estimated)"
  out=$(WALD=off build --error-on=reflect-method) && fail "WALD=off lets reflection pass"
  expect_match "$out" "only the Go linker can do this link, which has no --error-on"
  cd "$tmp/prog" || exit 1
  out=$(build --error-on=reflect-method) || fail "an error without reflection: $out"
}

# What is said to be the cost is that of the same program without the call.
says_who_reflects_and_what_it_costs() {
  local out sizes
  cd "$tmp/reflects" || exit 1
  out=$(build --why-reflect) || fail "$out"
  expect_match "$out" "methods are looked up by reflection: main.look (package main, "
  expect_match "$out" "main.go:13), "
  expect_match "$out" ">>> called by main.main (package main, "
  [[ $out =~ the\ module\ has\ ([0-9]+)\ bytes\;\ without\ these\ calls\ it\ would\ have\ ([0-9]+),\ ([0-9]+)\ less\ \(exact ]] ||
    fail "no cost: $out"
  sizes=("${BASH_REMATCH[@]}")
  [ "${sizes[3]}" = $((sizes[1] - sizes[2])) ] && [ "${sizes[3]}" -gt 100000 ] || fail "the cost: $out"
  [ "${sizes[1]}" = "$(stat -c %s "$tmp/out.wasm")" ] || fail "not the module's size: $out"
  cd "$tmp/template" || exit 1
  out=$(build --why-reflect) || fail "$out"
  expect_match "$out" "methods are looked up by reflection: text/template."
  expect_match "$out" "(package text/template, "
  expect_match "$out" "less (exact: linked again without them)"
  cd "$tmp/prog" || exit 1
  out=$(build --why-reflect) || fail "$out"
  expect_match "$out" "no function in the program looks methods up by reflection"
  expect_no_match "$out" "the module has"
}

# Twice the same command; and the module is the one without reports but for the build id.
reports_also_when_up_to_date() {
  local out
  for _ in 1 2; do
    out=$("$wald" build --why-live=main.wanted "--print-gc=$tmp/twice" -o "$tmp/again.wasm" . 2>&1) || fail "$out"
    expect_match "$out" "live symbol: main.wanted"
    [ "$(grep -c 'live symbol' <<<"$out")" = 1 ] || fail "reported twice"
    [ -s "$tmp/twice" ] || fail "no file"
    rm -f "$tmp/twice"
  done
  "$wald" build -ldflags=-buildid= -o "$tmp/plain.wasm" . || fail "wald build"
  "$wald" build -ldflags=-buildid= --why-live='main.*' "--map=$tmp/map" "--print-gc=$tmp/dropped" \
    -o "$tmp/told.wasm" . >"$tmp/report" 2>&1 || fail "wald build with reports"
  cmp "$tmp/plain.wasm" "$tmp/told.wasm" || fail "reports change the module"
}

# As go version -m prints what it can read; the file is another one.
tells_versions_and_modules() {
  local out
  "$wald" build -ldflags=-s -o "$tmp/stripped.wasm" . || fail "wald build"
  out=$("$wald" version -m "$tmp/stripped.wasm") || fail "$out"
  go build -ldflags=-s -o "$tmp/native" . || fail "go build"
  settings() { sed '1s/^[^:]*: //' | grep -vE '	(GOARCH|GOOS|GOAMD64|GOARM64|GOWASM|CGO_[A-Z]*|DefaultGODEBUG)='; }
  [ "$(settings <<<"$out")" = "$(go version -m "$tmp/native" | settings)" ] ||
    fail "'$out' is not '$(go version -m "$tmp/native")'"
  expect_match "$out" "	mod	example.org/why	(devel)"
  expect_match "$out" "	build	GOOS=wasip1"
  out=$("$wald" version)
  [[ $out =~ ^wald\ [0-9.]+$'\n'links\ Go\ 1\.24,\ 1\.25,.*$'\n'libraries:\ LLVM\ [0-9.]+,\ wabt\ [0-9.]+$ ]] ||
    fail "wald version: $out"
  "$wald" version -m "$tmp/prog/main.go" 2>"$tmp/err" && fail "a text is a module"
  grep -q 'wald: error: ' "$tmp/err" || fail "no error for a text"
}

# Their form is validated by test/packages/run. Every module of the build is there, once.
writes_bills_of_materials() {
  local out format
  for format in cyclonedx spdx; do
    SOURCE_DATE_EPOCH=0 "$wald" version -m --format=$format "$tmp/stripped.wasm" >"$tmp/$format" ||
      fail "--format=$format"
  done
  python3 - "$tmp" <<'PY' || fail "the bills of materials"
import hashlib, json, sys
tmp = sys.argv[1]
digest = hashlib.sha256(open(tmp + "/stripped.wasm", "rb").read()).hexdigest()
bom = json.load(open(tmp + "/cyclonedx"))
main = bom["metadata"]["component"]
assert (main["name"], main["version"]) == ("example.org/why", "(devel)"), main
assert main["hashes"] == [{"alg": "SHA-256", "content": digest}]
assert {"name": "go:build:GOOS", "value": "wasip1"} in main["properties"]
assert [c["name"] for c in bom["components"]] == ["stdlib"]
assert bom["components"][0]["purl"].startswith("pkg:golang/stdlib@1.")
assert bom["dependencies"] == [{"ref": main["bom-ref"],
                                "dependsOn": [c["bom-ref"] for c in bom["components"]]}]
doc = json.load(open(tmp + "/spdx"))
assert doc["creationInfo"]["created"] == "1970-01-01T00:00:00Z"
assert [p["name"] for p in doc["packages"]] == ["example.org/why", "stdlib"]
assert doc["packages"][0]["checksums"] == [{"algorithm": "SHA256", "checksumValue": digest}]
PY
  "$wald" version -m --format=cyclonedx "$tmp/stripped.wasm" | cmp - "$tmp/cyclonedx" ||
    fail "another one each time"
  out=$("$wald" version --format=spdx "$tmp/stripped.wasm" 2>&1) && fail "without -m"
  expect_match "$out" "wald: error: --format=spdx is of one module, with -m"
  out=$("$wald" version -m --format=sarif "$tmp/stripped.wasm" 2>&1) && fail "a format of another command"
  expect_match "$out" "unknown --format=sarif: want text, cyclonedx or spdx"
}

for current in says_why_a_function_is_live says_both_causes_of_a_method \
  says_what_is_not_live_or_not_there tells_shortest_chains says_who_imports lists_what_was_dropped \
  writes_a_map finds_reflection says_who_reflects_and_what_it_costs reports_also_when_up_to_date tells_versions_and_modules \
  writes_bills_of_materials; do
  $current
done
[ "$failures" -eq 0 ] && echo "why: ok"
exit "$((failures > 0))"
