#!/bin/bash
# --reproduce: archives of links, unpacked elsewhere and linked again without an environment, with the
# real go command. And --map of links that fail.
# usage: reproduce_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/go_cases.sh"

mkdir "$tmp/prog" "$tmp/broken"
cd "$tmp/prog" || exit 1
printf 'module example.org/again\n\ngo 1.24\n' >go.mod
cat >main.go <<'GO'
package main

type number = int32

var text = "x"

//go:wasmexport once
func once(a int32) int32 { return a }

func Twice(a number) int32 { return 2 * a }

func main() { println(text, once(1)) }
GO
sed '/wasmexport/d' main.go >"$tmp/main_js.go"
printf 'module example.org/broken\n\ngo 1.24\n' >"$tmp/broken/go.mod"
printf 'package main\n\nfunc missing()\n\nfunc main() { missing() }\n' >"$tmp/broken/main.go"
: >"$tmp/broken/empty.s"

# relink ARCHIVE: in another folder, from which no other folder of the test is to be seen.
relink() {
  rm -rf "$tmp/elsewhere"
  mkdir "$tmp/elsewhere"
  tar -C "$tmp/elsewhere" -xf "$1"
  mv "$tmp/prog" "$tmp/prog.away"
  (cd "$tmp/elsewhere/$(basename "$1" .tar)" && env -i "$wald" link @response.txt 2>&1)
  local status=$?
  mv "$tmp/prog.away" "$tmp/prog"
  return $status
}

# The module of the go command is the linker's as it is only without a build id.
relinks_elsewhere() {
  local out flags
  for flags in "" "-buildmode=c-shared" "-trimpath" "--optimize" "--strip=lines" \
    "--export=main.Twice=twice -buildmode=c-shared"; do
    # shellcheck disable=SC2086
    out=$("$wald" build "--reproduce=$tmp/r.tar" $flags "-ldflags=-buildid= -X 'main.text=a \"b'" \
      -o "$tmp/out.wasm" . 2>&1) || fail "wald build $flags: $out"
    out=$(relink "$tmp/r.tar") || fail "$flags: $out"
    cmp "$tmp/out.wasm" "$tmp/elsewhere/r/a.out" || fail "another module: $flags"
    rm -f "$tmp/r.tar"
  done
}

relinks_for_js_and_other_go_versions() {
  local out version
  for version in go1.24.13 go1.27.4; do
    out=$(GOTOOLCHAIN=$version "$wald" build "--reproduce=$tmp/r.tar" -ldflags=-buildid= \
      -o "$tmp/out.wasm" . 2>&1) || fail "wald build: $out"
    out=$(relink "$tmp/r.tar") || fail "$version: $out"
    cmp "$tmp/out.wasm" "$tmp/elsewhere/r/a.out" || fail "another module: $version"
  done
  mv main.go "$tmp/main.go"
  cp "$tmp/main_js.go" main.go
  out=$(GOOS=js "$wald" build "--reproduce=$tmp/r.tar" -ldflags=-buildid= -o "$tmp/out.wasm" . 2>&1) ||
    fail "wald build for js: $out"
  mv "$tmp/main.go" main.go
  out=$(relink "$tmp/r.tar") || fail "js: $out"
  cmp "$tmp/out.wasm" "$tmp/elsewhere/r/a.out" || fail "another module for js"
}

# Also where the go command has nothing to do the second time. (In the very first build the main
# package's archive comes from another folder than the cache.)
writes_the_same_archive_again() {
  "$wald" build -o "$tmp/first.wasm" . || fail "wald build"
  "$wald" build "--reproduce=$tmp/r.tar" -o "$tmp/twice.wasm" . || fail "wald build"
  mv "$tmp/r.tar" "$tmp/first.tar"
  "$wald" build "--reproduce=$tmp/r.tar" -o "$tmp/twice.wasm" . || fail "wald build again"
  cmp "$tmp/first.tar" "$tmp/r.tar" || fail "the archives differ"
  python3 - "$tmp/r.tar" <<'PY' || fail "times, owners or names"
import sys, tarfile
members = tarfile.open(sys.argv[1]).getmembers()
names = [member.name for member in members]
assert {"r/response.txt", "r/version.txt", "r/importcfg"} <= set(names), names
assert len(names) == len(set(names)) and len(names) > 10
for member in members:
    assert member.mtime == member.uid == member.gid == 0 and member.isfile(), member.name
    assert member.name.startswith("r/") and ".." not in member.name
PY
}

# The same failure elsewhere.
writes_it_of_a_link_that_fails() {
  local out again
  cd "$tmp/broken" || exit 1
  out=$("$wald" build "--reproduce=$tmp/r.tar" "--map=$tmp/map" -o "$tmp/none.wasm" . 2>&1) &&
    fail "a program with an undefined function links"
  expect_match "$out" "wald: error: undefined symbol: main.missing"
  [ ! -e "$tmp/none.wasm" ] || fail "a failed link has an output"
  cd "$tmp/prog" || exit 1
  again=$(relink "$tmp/r.tar") && fail "the failure is not reproduced"
  expect_match "$again" "wald: error: undefined symbol: main.missing"
  head -2 "$tmp/map" | tail -1 | grep -q '^       -        -        - <the link failed: ' ||
    fail "the map does not say that the link failed: $(head -3 "$tmp/map")"
  grep -q ' main:(main.main)$' "$tmp/map" || fail "the map has no main.main"
  # That of the links above, repeated there, is beside the response file.
  [ -s "$tmp/elsewhere/r/map" ] || fail "the map goes elsewhere"
}

says_when_it_cannot_be_written() {
  local out
  out=$("$wald" build "--reproduce=$tmp/no/folder.tar" -o "$tmp/none.wasm" . 2>&1) &&
    fail "an archive that cannot be written is no error"
  expect_match "$out" "wald: error: cannot write $tmp/no/folder.tar: "
  [ ! -e "$tmp/none.wasm" ] || fail "a failed link has an output"
  [ -w /dev/full ] || return
  out=$("$wald" build "--reproduce=/dev/full" -o "$tmp/none.wasm" . 2>&1) &&
    fail "an archive on a full disk is no error"
  expect_match "$out" "wald: error: "
}

for current in relinks_elsewhere relinks_for_js_and_other_go_versions \
  writes_the_same_archive_again writes_it_of_a_link_that_fails says_when_it_cannot_be_written; do
  $current
done
[ "$failures" -eq 0 ] && echo "reproduce: ok"
exit "$((failures > 0))"
