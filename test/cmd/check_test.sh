#!/bin/bash
# wald check as a user calls it: formats, exit statuses, import configurations and modules. What the
# rules find is tested by test/directives/corpus_test.py.
# usage: check_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"

mkdir -p "$tmp/reactor/geo"
cd "$tmp/reactor" || exit 1
cat >go.mod <<'GO'
module example.com/reactor

go 1.24
GO
cat >main.go <<'GO'
package main

import "example.com/reactor/geo"

//go:wasmexport memory
func memory() { geo.Area(1, 1) }

// go:wasmexport area
func area(w, h float64) float64 { return geo.Area(w, h) }

func main() {}
GO
cat >geo/geo.go <<'GO'
package geo

//go:wasmimport wasi_snapshot_preview1 fd_wrte
func write(fd int32, p *byte, n uint32, written *uint32) uint32

func Area(w, h float64) float64 { write(1, nil, 0, nil); return w * h }
GO

expect 1 'wald: error: export name memory is reserved' "$wald" check -buildmode=c-shared .
expect 1 '>>> main.area (main.go:8:1)' "$wald" check -buildmode=c-shared .
expect 1 '>>> example.com/reactor/geo.write (geo/geo.go:3:1)' "$wald" check ./...
[ "$("$wald" check . | grep -c '^wald: ')" -eq 4 ] || fail "not four findings"
expect 1 '::error file=main.go,line=5,col=1,title=reserved-export::' "$wald" check --format=github .
expect 1 '"rule": "reserved-export"' "$wald" check --format=json .
expect 1 '"version": "2.1.0"' "$wald" check --format=sarif .
expect 1 'wald: error: WASI has no function' "$wald" check --deny=unknown-wasi-import .
expect 0 '' "$wald" check --allow=reserved-export=memory --allow=misspelt-directive \
  --allow=unknown-wasi-import --allow=export-in-command .
expect 0 '' "$wald" check --check=off .
expect 0 'note: hosts can call the exports of a command only while main runs: memory' "$wald" check \
  --allow=reserved-export=memory --allow=misspelt-directive --allow=unknown-wasi-import .
expect 0 'import wasi_snapshot_preview1 fd_wrte (i32, i32, i32, i32) -> (i32)' \
  "$wald" check --print .
expect 0 'func(fd int32, p *uint8, n uint32, written *uint32) uint32' "$wald" check --print .
expect 0 '"name": "memory"' "$wald" check --print --format=json .
expect 0 'reserved-export (error, in every link)' "$wald" check --rules
expect 2 'there is no such rule' "$wald" check --allow=memory .
expect 2 'unknown --format=xml' "$wald" check --format=xml .
expect 2 'wald builds for GOARCH=wasm only' env GOARCH=arm64 "$wald" check .
expect 2 'example.com/reactor/gone' "$wald" check example.com/reactor/gone
[ "$(ls)" = $'geo\ngo.mod\nmain.go' ] || fail "files were written: $(ls)"

# A link says what is wrong with it, and only the rules' options let it pass.
expect 1 'export name memory is reserved' "$wald" build -buildmode=c-shared -o out.wasm .
[ ! -e out.wasm ] || fail "a failed link left a module"
expect 0 'WASI has no function fd_wrte [unknown-wasi-import]' \
  "$wald" build --allow=reserved-export -buildmode=c-shared -o out.wasm .
expect 0 ">>> example.com/reactor/geo.write ($PWD/geo/geo.go:3:1)" \
  "$wald" build --allow=reserved-export -buildmode=c-shared -o out.wasm .
expect 0 '' "$wald" build --check=off -buildmode=c-shared -o out.wasm .

# The module, and other build systems' archives.
expect 1 'export name memory is reserved' "$wald" check out.wasm
expect 2 'cannot open gone.wasm' "$wald" check gone.wasm
# Nobody writes into these: opening them must not wait.
mkfifo pipe.wasm pipe
expect 2 'cannot open pipe.wasm: Illegal seek' timeout 20 "$wald" check pipe.wasm
expect 2 'cannot open pipe.wasm: Illegal seek' timeout 20 "$wald" run pipe.wasm
expect 2 'pipe' timeout 20 "$wald" check pipe
rm pipe.wasm pipe
head -c 100 out.wasm >cut.wasm
expect 2 'cut.wasm: ' "$wald" check cut.wasm
GOOS=wasip1 GOARCH=wasm go list -export -deps \
  -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' . >all.cfg
main=$(sed -n 's/^packagefile example.com\/reactor=//p' all.cfg)
expect 1 'export name memory is reserved' "$wald" check --importcfg=all.cfg "$main"
expect 1 "main.area ($PWD/main.go:8:1)" \
  sh -c "cd / && $wald check --importcfg=$PWD/all.cfg -buildmode=c-shared $main"
grep -v reactor/geo all.cfg >part.cfg
expect 2 'cannot find package example.com/reactor/geo' "$wald" check --importcfg=part.cfg "$main"
expect 2 'cannot open gone.cfg' "$wald" check --importcfg=gone.cfg "$main"
expect 2 'wants one archive' "$wald" check --importcfg=all.cfg

# Sources that are not where objects say, or not what was compiled.
GOOS=wasip1 GOARCH=wasm go list -trimpath -export -deps \
  -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' . >trimmed.cfg
trimmed=$(sed -n 's/^packagefile example.com\/reactor=//p' trimmed.cfg)
expect 0 'Go types are not known: cannot read example.com/reactor/main.go' \
  "$wald" check --print --importcfg=trimmed.cfg "$trimmed"
expect 0 'func(fd int32, p *uint8, n uint32, written *uint32) uint32' \
  "$wald" check --print -trimpath .
cp geo/geo.go geo.old
sed -i 's/fd int32/fd int64/' geo/geo.go
expect 0 "the declaration in $PWD/geo/geo.go is not the one that was compiled" \
  sh -c "cd / && $wald check --print --importcfg=$PWD/all.cfg $main"
mv geo.old geo/geo.go

# Mended.
sed -i 's/wasmexport memory/wasmexport memory_size/; s,// go:,//go:,' main.go
sed -i s/fd_wrte/fd_write/ geo/geo.go
expect 0 '' "$wald" check -buildmode=c-shared ./...

# What does not compile.
echo 'func broken() int {}' >>main.go
expect 2 'missing return' "$wald" check .
printf 'package main\n\nfunc host()\n\nfunc main() { host() }\n' >main.go
expect 2 '>>> is a //go:wasmimport MODULE NAME missing in front of the function?' "$wald" check .

# Packages that are all of C, or partly.
mkdir -p c
printf 'package main\n\nimport "example.com/reactor/c"\n\nfunc main() { c.F() }\n' >main.go
printf 'package c\n\n// int f(void);\nimport "C"\n\nfunc F() { C.f() }\n' >c/c.go
expect 2 'c/c.go is left out, for it has import "C": there is no cgo for WebAssembly' "$wald" check .
expect 2 '>>> the package has no other files' "$wald" check .
printf 'package c\n' >c/doc.go
expect 2 'c/c.go is left out, for it has import "C": there is no cgo for WebAssembly' "$wald" check .

# Files of other kinds.
printf '\0asm\15\0\1\0' >component.wasm
for command in check run dump 'check --host=component.wasm'; do
  # shellcheck disable=SC2086
  "$wald" $command component.wasm 2>&1 | grep -q 'this is a component (WebAssembly component model)' ||
    fail "$command does not know a component"
done
expect 2 "this is an archive of objects, which go build writes for a package that is not main" \
  "$wald" run "$main"
expect 2 ">>> Go's targets for WebAssembly are GOOS=wasip1 and GOOS=js" env GOOS=wasip2 "$wald" build .
expect 2 '>>> a component for WASI 0.2 is made from a module for wasip1' env GOOS=wasip2 "$wald" check .

echo "check_test: $failures failures"
[ $failures -eq 0 ]
