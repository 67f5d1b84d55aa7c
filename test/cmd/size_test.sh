#!/bin/bash
# --size-report, --size-baseline, --size-budget and wald size, with the real go command: rows add up to
# the file, also with options that change the module; sizes are those that another program reads from the
# module, and retained sizes those that it finds in the objects' references.
# usage: size_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

mkdir plugin plugin/words
printf 'module example.org/plugin\n\ngo 1.24\n' >plugin/go.mod
cat >plugin/words/words.go <<'END_GO'
package words

import "strings"

type Counter struct{ counts map[string]int }

func (c *Counter) Write(text []byte) (int, error) {
	for _, word := range strings.Fields(string(text)) {
		c.counts[word]++
	}
	return len(text), nil
}
func (c *Counter) Unused() {}

func New() *Counter { return &Counter{map[string]int{}} }

func Largest[T int | float64](list ...T) T {
	var largest T
	for _, value := range list {
		largest = max(largest, value)
	}
	return largest
}
END_GO
cat >plugin/main.go <<'END_GO'
package main

import (
	"fmt"
	"io"
	"os"

	"example.org/plugin/words"
)

//go:noinline
func report(out io.Writer, n int) { fmt.Fprintln(out, "a rather long text of a string", n) }

//go:wasmexport twice
func twice(n int32) int32 { return 2 * n }

func main() {
	report(words.New(), words.Largest(1, 2, len(os.Args)))
	report(os.Stdout, int(words.Largest(1.5, float64(len(os.Args)))))
}
END_GO
cd plugin || exit 1

# build OPTION...: out.wasm with its reports, silently.
build() {
  expect 0 "" "$wald" build -o out.wasm --size-report=out.json --size-report=out.csv \
    --size-report=out.txt --size-report=out.html "$@" .
}
adds_up() { expect 0 "rows add up" "$here/check_sizes.py" out.wasm out.json out.csv out.txt "$@"; }

for version in 1.24.13 1.27.4; do
  export GOTOOLCHAIN=go$version
  build && adds_up
  cp out.json plain.json
  build -buildmode=c-shared && adds_up --export=twice
  build --optimize && adds_up
  build --optimize --strip=lines,names,producers -ldflags=-s && adds_up
  build --stub-import=wasi_snapshot_preview1.sched_yield && adds_up
  build --import-memory --max-memory=64M && adds_up
  GOOS=js build && adds_up

  # The same module with reports and without; reports also where nothing is to be done.
  build -ldflags=-buildid=
  cp out.wasm told.wasm
  expect 0 "" "$wald" build -ldflags=-buildid= -o out.wasm .
  cmp told.wasm out.wasm || fail "reports change the module"
  build
  rm out.json
  build && adds_up

  # Of the module alone: the same total, and what the tables tell is what the link says.
  expect 0 "" "$wald" size out.wasm --size-report=alone.json --size-report=alone.csv --size-report=alone.txt
  expect 0 "rows add up" "$here/check_sizes.py" out.wasm alone.json alone.csv alone.txt --like=out.json
done

# Walked independently, for symbols with much below them and for others.
archives=$(GOOS=wasip1 GOARCH=wasm go list -export -deps -f '{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}' .)
# shellcheck disable=SC2086
expect 0 "retained sizes confirmed" "$here/confirm_retained.py" "$wald" out.json $archives

# Compressed, as gzip itself does it, but for what its version and the way it is fed make different.
like_gzip() {
  python3 - "$1" <<'PY'
import gzip, json, sys
size = len(gzip.compress(open("out.wasm", "rb").read(), 9))
assert abs(int(sys.argv[1]) - size) < size / 1000, (sys.argv[1], size)
assert json.load(open("gzip.json"))["gzip"] == int(sys.argv[1])
PY
}
line=$("$wald" build -o out.wasm --size-compressed --size-report=gzip.json .) || fail "$line"
[[ $line =~ ^gzip\ -9:\ [0-9]+\ -\>\ ([0-9]+)\ bytes$ ]] && like_gzip "${BASH_REMATCH[1]}" || fail "'$line'"
expect 0 " after gzip -9" "$wald" size --size-compressed out.wasm

# A difference, and budgets. The first file is of another Go version.
expect 0 "size: " "$wald" build -o out.wasm --size-baseline=out.json .
sed -i 's|fmt.Fprintln(out, "a|fmt.Fprintln(out, n, n, n, n)\n\tfmt.Fprintln(out, "a|' main.go
expect 0 "main:(main.report)" "$wald" build -o out.wasm --size-baseline=out.json --size-report=new.html .
expect 0 "example.org/plugin/words" "$wald" size out.wasm --size-baseline=plain.json
rm -f out.wasm
expect 1 "wald: error: the module has " "$wald" build -o out.wasm --size-budget=1M .
[ ! -e out.wasm ] || fail "a module over its budget"
expect 1 "main.report of main grew by " "$wald" build -o out.wasm --size-budget=1M --size-baseline=out.json .
printf '# budgets\ntotal 100M\nexample.org/... 100\n' >budget
expect 1 "package example.org/... has " "$wald" build -o out.wasm --size-budget=budget .
printf 'fmt 100M # it is small\n' >budget
expect 0 "" "$wald" build -o out.wasm --size-budget=budget .
expect 1 "only the Go linker can do this link, which has no --size-budget" \
  env WALD=off "$wald" build -o none.wasm --size-budget=budget .

# An archive of the link has them: what it says is said elsewhere, too, and the module is the same.
# again: what the archived link prints, where no file of this folder is to be seen.
again() {
  rm -rf "$tmp/elsewhere"
  mkdir "$tmp/elsewhere"
  tar -C "$tmp/elsewhere" -xf link.tar
  mv "$tmp/plugin" "$tmp/plugin.away"
  (cd "$tmp/elsewhere/link" && env -i "$wald" link @response.txt)
  local status=$?
  mv "$tmp/plugin.away" "$tmp/plugin"
  return $status
}
archived() {
  "$wald" build -o out.wasm -ldflags=-buildid= --reproduce=link.tar --size-baseline=out.json \
    --size-budget=budget .
}
archived >said || fail "a link within its budget"
again >said_again || fail "a link within its budget, repeated"
cmp said said_again && grep -q 'main:(main.report)' said || fail "another difference: $(cat said_again)"
cmp out.wasm "$tmp/elsewhere/link/a.out" || fail "another module"
printf 'fmt 100\n' >budget
expect 1 "package fmt has " archived
expect 2 "package fmt has " again

printf 'fnt 100M\n' >budget
expect 1 "there is no package fnt" "$wald" build -o out.wasm --size-budget=budget .
printf 'fmt much\n' >budget
expect 1 "budget:1: want PACKAGE BYTES" "$wald" build -o out.wasm --size-budget=budget .
expect 1 "no number of bytes, and no file" "$wald" build -o out.wasm --size-budget=nosuch .
echo '{}' >other.json
expect 1 "no size report of wald's" "$wald" build -o out.wasm --size-baseline=other.json .
expect 1 "go.mod: " "$wald" build -o out.wasm --size-baseline=go.mod .

# Wrong words.
expect 2 "want a name that ends in .txt, .json, .csv or .html" "$wald" size --size-report=x.doc out.wasm
expect 1 "want a name that ends in" "$wald" build --size-report=x.doc .
expect 2 "one module expected" "$wald" size
expect 1 "wald: error: " "$wald" size go.mod

# The forms of other viewers.
expect 0 "" "$wald" build -o out.wasm --size-report=gsa.json --size-format=gsa .
expect 0 "" "$wald" build -o out.wasm --size-report=esbuild.json --size-format=esbuild .
expect 0 "viewers' forms are right" "$here/check_viewers.py" out.wasm gsa.json esbuild.json

# The page, in a browser, where there is one.
if browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome); then
  expect 0 "page is right" node "$here/check_page.mjs" "$browser" out.html new.html
else
  echo "size: no Chromium, so the page was not looked at"
fi

[ "$failures" -eq 0 ] && echo "size: ok"
exit "$((failures > 0))"
