#!/bin/bash
# wald check against contracts and baselines, as a user calls it: a host's and a guest's, as text,
# binary module and JSON; programs by package, import configuration and module; all formats.
# usage: contracts_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
programs=$(realpath "$here/../../testdata/programs")
source "$here/wald_check.sh"

reactor=-buildmode=c-shared
cp -r "$programs/adder" "$programs/reactor" "$tmp"
cd "$tmp/adder" || exit 1

# A new project has its contract written, and keeps it.
expect 0 '' "$wald" check $reactor --host=host.wat --guest=guest.json --baseline=old.json --update .
cat >want.wat <<'WAT'
;; The host of example.com/adder, written by wald check --update
(module
  (import "guest" "add" (func (param i32 i32) (result i32)))
  (import "guest" "_initialize" (func))
  (func (export "note") (param i32 i32 i32 i32 i32) unreachable)
)
WAT
diff want.wat host.wat >&2 || fail "host.wat is another one"
expect 0 '' "$wald" check $reactor --host=host.wat --guest=guest.json --baseline=old.json .
expect 0 '' "$wald" check $reactor --host=guest.json --update --guest=host.wat . # either format
expect 0 '' "$wald" check $reactor --host=guest.json --guest=host.wat .
expect 0 '' "$wald" check $reactor --host=host.wat --guest=guest.json --baseline=old.json --update .
"$wald" check $reactor --print --format=json . >printed.json
expect 0 '' "$wald" check $reactor --guest=printed.json --baseline=printed.json .

# The module itself is a contract and a baseline, and can be checked.
"$wald" build $reactor -o old.wasm .
expect 0 '' "$wald" check $reactor --guest=old.wasm --baseline=old.wasm .
expect 0 'note: the Go types of 2 functions' \
  "$wald" check --host=host.wat --guest=guest.json --baseline=old.json old.wasm
expect 1 'lacks export _initialize, which host.wat wants' "$wald" check --host=host.wat .
expect 1 'lacks export _initialize, which old.wasm wants' "$wald" check --guest=old.wasm .
expect 1 'example.com/adder is a command for GOOS=wasip1, and was a reactor' \
  "$wald" check --baseline=old.wasm .

# Go types: what the host reads behind a pointer.
cp main.go kept.txt
sed -i 's/A, B, Result int32/A, B, Result int64/; s/A: a, B: b, Result: a + b/Result: 1/
        s/return sum.Result/return int32(sum.Result)/' main.go
expect 0 '' "$wald" check $reactor --host=host.wat --baseline=old.wasm .
expect 1 'parameter sum of import env.note points to main.Sum, and A is int64, not int32 [contract-layout]
>>> main.note (main.go:' "$wald" check $reactor --guest=guest.json .
expect 1 'and A is int64, not int32 [baseline-breaking]' "$wald" check $reactor --baseline=old.json .
sed -i 's/first bool, text/first int32, text/; s/note(calls == 1,/note(calls,/' main.go
expect 1 'parameter first of import env.note is int32, not bool [contract-layout]' \
  "$wald" check $reactor --guest=guest.json .
mv kept.txt main.go
expect 0 '' "$wald" check $reactor -trimpath --guest=guest.json .
# Nobody knows where the sources are.
GOOS=wasip1 GOARCH=wasm go list -trimpath -export -deps \
  -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' . >trimmed.cfg
trimmed=$(sed -n 's/^packagefile example.com\/adder=//p' trimmed.cfg)
expect 0 'note: the Go types of 2 functions of main are not compared' \
  "$wald" check $reactor --guest=guest.json --importcfg=trimmed.cfg "$trimmed"
expect 0 '>>> a module has no Go types' "$wald" check --baseline=guest.json old.wasm

# What the end builder exports.
expect 1 'lacks export add' "$wald" check $reactor --host=host.wat --no-export=add .
expect 1 'contract.wat does not want' sh -c "sed /_initialize/d host.wat >contract.wat
  $wald check $reactor --host=contract.wat --export=main.main ."
expect 0 '' "$wald" check $reactor --host=host.wat --no-export=add --export=main.add .
expect 2 'there is no function gone in package main' "$wald" check --export=main.gone .
expect 2 'the program has no such export' "$wald" check --no-export=gone .
expect 2 'a module has its exports' "$wald" check --no-export=add old.wasm

# Four mistakes.
sed -i 's/wasmimport env note/wasmimport env notes/; s/add(a, b int32) int32/add(a, b int64) int64/
        s/Result: a + b/Result: int32(a + b)/; s/A: a, B: b/A: int32(a), B: int32(b)/
        s/return sum.Result/return int64(sum.Result)/' main.go
printf '\n//go:wasmexport reset\nfunc reset() { calls = 0 }\n' >>main.go
cat >contract.wat <<'WAT'
(module
  (import "guest" "add" (func (param i32 i32) (result i32)))
  (import "guest" "sub" (func (param i32 i32) (result i32)))
  (func (export "note") (param i32 i32 i32 i32 i32)))
WAT
check=("$wald" check $reactor --host=contract.wat)
expect 1 'wald: error: contract.wat does not offer import env.notes [contract-unknown-import]
>>> main.note (main.go:' "${check[@]}" .
expect 1 '>>> did you mean import env.note?' "${check[@]}" .
expect 1 'wald: error: export add is declared as (i64, i64) -> (i64), but contract.wat wants (i32, i32) -> (i32) [contract-signature]
>>> main.add (main.go:' "${check[@]}" .
expect 1 '>>> the contract is at contract.wat:2' "${check[@]}" .
expect 1 'wald: error: example.com/adder lacks export sub, which contract.wat wants [contract-missing-export]
>>> contract.wat:3' "${check[@]}" .
expect 1 'func sub(int32, int32) int32' "${check[@]}" .
expect 1 'wald: warning: contract.wat does not want export reset [contract-extra-export]
>>> main.reset (main.go:' "${check[@]}" .
[ "$("${check[@]}" . | grep -c '^wald: ')" -eq 4 ] || fail "not four findings"
expect 1 '::error file=contract.wat,line=3,title=contract-missing-export::' \
  "${check[@]}" --format=github .
expect 1 '"rule": "contract-signature"' "${check[@]}" --format=json .
expect 1 '"ruleId": "contract-extra-export"' "${check[@]}" --format=sarif .
expect 0 '' "${check[@]}" --allow=contract-signature --allow=contract-missing-export=sub \
  --allow=contract-unknown-import --allow=contract-extra-export .
expect 1 'export add is declared as' "$wald" check $reactor --guest=guest.json .
# By import configuration, and for the module.
GOOS=wasip1 GOARCH=wasm go list -export -deps \
  -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' . >all.cfg
main=$(sed -n 's/^packagefile example.com\/adder=//p' all.cfg)
expect 1 'main lacks export sub, which contract.wat wants' "${check[@]}" --importcfg=all.cfg "$main"
"$wald" build $reactor -o new.wasm .
expect 1 'new.wasm lacks export sub, which contract.wat wants' \
  "$wald" check --host=contract.wat new.wasm

# What a release breaks.
for baseline in old.json old.wasm; do
  expect 1 'wald: error: export add is (i64, i64) -> (i64), and was (i32, i32) -> (i32) [baseline-breaking]
>>> main.add (main.go:' "$wald" check $reactor --baseline=$baseline .
  expect 1 "import env.notes is new since $baseline [baseline-breaking]" \
    "$wald" check $reactor --baseline=$baseline .
  expect 1 "note: import env.note was in $baseline, and is gone" \
    "$wald" check $reactor --baseline=$baseline .
  expect 1 "note: export reset is new since $baseline [baseline-compatible]" \
    "$wald" check --baseline=$baseline new.wasm
done
expect 1 'old.wasm lists only imports that its code calls' \
  "$wald" check $reactor --baseline=old.wasm .
expect 0 'note: export reset is new' "$wald" check $reactor --baseline=old.json \
  --allow=baseline-breaking .

# Several programs: each has its own baseline, and a contract is for all of them.
cd "$tmp/reactor" || exit 1
mkdir second
printf 'package main\n\n//go:wasmexport one\nfunc one() {}\n\nfunc main() {}\n' >second/main.go
"$wald" check $reactor --print --format=json ./... >all.json
expect 0 '' "$wald" check $reactor --baseline=all.json ./...
expect 0 '' "$wald" check $reactor --baseline=all.json ./second
expect 1 'example.com/reactor lacks export one, which two.wat wants' \
  sh -c "$wald check $reactor --guest=two.wat --update ./second && $wald check $reactor --guest=two.wat ./..."
expect 2 'all.json has 2 interfaces, and a contract is one' "$wald" check --guest=all.json .
expect 2 '--update wants one program' "$wald" check --guest=all.wat --update ./...
expect 0 '' "$wald" check $reactor --baseline=two.json --update ./second
expect 0 '' "$wald" check $reactor --baseline=two.json ./second
expect 0 '' "$wald" check $reactor --baseline=two.json ./... # which the other program is not in
expect 2 'all.json is no baseline of example.com/adder' \
  sh -c "cd ../adder && $wald check --baseline=../reactor/all.json ."

# Two modules of the host's functions.
expect 0 '' "$wald" check $reactor --host=env.wat --host=other.module=other.wat --update .
expect 0 '' "$wald" check $reactor --host=env.wat --host=other.module=other.wat .
expect 1 'does not offer import other.module.unused' "$wald" check $reactor --host=env.wat .
expect 1 'import x.now is offered; --host=MODULE=FILE' "$wald" check $reactor --host=x=env.wat .

# What cannot be done.
expect 2 'cannot open gone.wat' "$wald" check --host=gone.wat .
printf '(module\n  (import "guest" "f" (func (param i31))))' >broken.wat
expect 2 'wald: error: broken.wat:2:' "$wald" check --host=broken.wat .
printf '{\n "exports": [\n  {"name": "f"}]}' >broken.json
expect 2 'wald: error: broken.json:3: exports[0]: key params is missing' \
  "$wald" check --guest=broken.json .
expect 2 '--host needs a file: --host=[MODULE=]FILE' "$wald" check --host= .
expect 2 'nothing to update' "$wald" check --update .
expect 2 'files that end in .wat or .json' "$wald" check --guest=x.wasm --update .
expect 2 'cannot' "$wald" check --guest=gone/x.wat --update .
expect 2 '--print compares nothing' "$wald" check --print --guest=env.wat .
echo 'func broken() int {}' >>main.go
cp env.wat kept.wat
expect 2 'missing return' "$wald" check --host=env.wat --update .
cmp env.wat kept.wat || fail "a contract was written for a program that does not compile"

echo "contracts_test: $failures failures"
[ $failures -eq 0 ]
