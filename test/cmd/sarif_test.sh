#!/bin/bash
# The SARIF logs of wald check are valid by the schema of SARIF 2.1.0: with findings in odd places,
# in modules and contracts, and with none.
# usage: sarif_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"

(cd "$here/../directives/sarif" && go build -o "$tmp/sarif" .) || exit 1
# It would say so.
echo '{"version": "2.1.0", "runs": [{"results": []}]}' >"$tmp/wrong.sarif"
check_schema() { (cd "$here/../directives/sarif" && "$tmp/sarif" "$@"); }
check_schema "$tmp/wrong.sarif" 2>"$tmp/message" && fail "a log without a tool passes"
grep -q 'tool is required' "$tmp/message" || fail "another message: $(cat "$tmp/message")"

mkdir -p "$tmp/a b/lib"
cd "$tmp/a b" || exit 1
printf 'module example.com/odd\n\ngo 1.24\n' >go.mod
cat >a+b.go <<'GO'
package main

import _ "example.com/odd/lib"

//go:wasmexport memory
func memory() {}

// go:wasmexport "quoted\name"
func misspelt() {}

//go:wasmimport wasi_snapshot_preview1 fd_wrte
func write(fd int32) uint32

//go:wasmexport ünï/<&>
func odd() {}

func main() { write(1) }
GO
cat >lib/ß.go <<'GO'
package lib

//go:wasmimport wasi_snapshot_preview1 sock_open
func open(family, kind uint32, fd *int32) uint32

//go:wasmexport dropped
var x = 1

func init() { open(0, 0, nil) }
GO
printf '(module (import "guest" "gone" (func)))' >'host ü.wat'

# log NAME COMMAND...: the log of a check, which must find this many things.
log() {
  local name=$1 want=$2 got
  shift 2
  "$wald" check --format=sarif "$@" >"$tmp/$name.sarif" 2>"$tmp/message"
  got=$(grep -c '"ruleId"' "$tmp/$name.sarif")
  [ "$got" -eq "$want" ] || fail "$name: $got findings, not $want: $(cat "$tmp/message")"
}
log nothing 0 --check=off ./...
log packages 6 ./...
log contract 8 --host='host ü.wat' ./...
"$wald" build --check=off -o out.wasm . || fail "no module"
log module 4 out.wasm
(cd / && log outside 6 -C "$tmp/a b" ./...)
check_schema "$tmp"/{nothing,packages,contract,module,outside}.sarif || fail "a log is not valid"

echo "sarif_test: $failures failures"
[ $failures -eq 0 ]
