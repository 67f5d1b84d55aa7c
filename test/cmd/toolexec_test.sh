#!/bin/bash
# The commands around a link: wald toolexec, wald build and wald test, with the real go command.
# usage: toolexec_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/go_cases.sh"
wasm_go() { GOOS=${goos:-wasip1} GOARCH=wasm go "$@"; }

# A program without imports, so that a fresh cache is filled quickly, and one that imports.
mkdir "$tmp/tiny" "$tmp/lib"
cd "$tmp/tiny" || exit 1
echo 'module example.org/tiny' >go.mod
printf 'package main\n\nvar name = "x"\n\nfunc Twice(a int32) int32 { return 2 * a }\n\nfunc main() { println(name) }\n' >main.go
printf 'package main\n\nimport "testing"\n\nfunc TestName(t *testing.T) { _ = name }\n' >main_test.go
linker=$(go env GOTOOLDIR)/link

# A linker that only says how it was called.
mkdir "$tmp/fake"
printf '#!/bin/sh\necho "fake linker: $*"\nexit 7\n' >"$tmp/fake/link"
chmod +x "$tmp/fake/link"
fake_object() { printf 'go object wasip1 wasm %s X:none\n\nmain\n\n\n!\n' "$1"; }
toolexec_fake() {
  GOOS=wasip1 GOARCH=wasm "$wald" toolexec "$tmp/fake/link" -o "$tmp/fake.out" "$@" 2>&1
}

builds_the_same_file_with_fresh_caches() {
  GOCACHE=$tmp/cache1 "$wald" build -o "$tmp/wald.wasm" . || fail "wald build"
  GOCACHE=$tmp/cache2 wasm_go build -o "$tmp/go.wasm" . || fail "go build"
  expect_same_file "$tmp/wald.wasm" "$tmp/go.wasm"
  expect_equal "$(go tool buildid "$tmp/wald.wasm")" "$(go tool buildid "$tmp/go.wasm")"
  expect_match "$(go tool buildid "$tmp/wald.wasm")" /
  expect_equal "$(stat -c %a "$tmp/wald.wasm")" "$(stat -c %a "$tmp/go.wasm")"
}

builds_every_mode_the_same() {
  local mode
  for mode in "-buildmode=c-shared" "-ldflags=-s" "-ldflags=-buildid=" "-trimpath" \
    "-ldflags=-X=main.name=y"; do
    "$wald" build "$mode" -o "$tmp/wald.wasm" . || fail "wald build $mode"
    wasm_go build "$mode" -o "$tmp/go.wasm" . || fail "go build $mode"
    expect_same_file "$tmp/wald.wasm" "$tmp/go.wasm"
  done
  GOOS=js "$wald" build -o "$tmp/wald.wasm" . || fail "wald build for js"
  goos=js wasm_go build -o "$tmp/go.wasm" .
  expect_same_file "$tmp/wald.wasm" "$tmp/go.wasm"
}

takes_settings_of_go_env() {
  local file=$tmp/go.env
  cp "$(go env GOENV)" "$file" 2>/dev/null || : >"$file"
  GOENV=$file go env -w GOOS=linux GOARCH=amd64
  GOENV=$file "$wald" build -o "$tmp/wald.wasm" . || fail "wald build, GOOS=linux set"
  wasm_go build -o "$tmp/go.wasm" .
  expect_same_file "$tmp/wald.wasm" "$tmp/go.wasm"
  GOENV=$file go env -w GOOS=js GOARCH=wasm
  GOENV=$file "$wald" build -o "$tmp/wald.wasm" . || fail "wald build, GOOS=js set"
  goos=js wasm_go build -o "$tmp/go-js.wasm" .
  expect_same_file "$tmp/wald.wasm" "$tmp/go-js.wasm"
  GOENV=$file GOOS=wasip1 "$wald" build -o "$tmp/wald.wasm" . || fail "wald build, GOOS given"
  expect_same_file "$tmp/wald.wasm" "$tmp/go.wasm"
}

answers_version_as_the_real_linker() {
  local line
  line=$(wasm_go tool link -V=full)
  expect_equal "$(GOOS=wasip1 GOARCH=wasm "$wald" toolexec "$linker" -V=full)" "$line"
  expect_equal "$(GOOS=wasip1 GOARCH=wasm "$wald" toolexec --threads=2 --verify "$linker" -V=full)" \
    "$line+wald-$("$wald" --version | sed -n '1s/wald //p'),--threads=2,--verify"
}

links_again_for_options_of_wald() {
  local out
  "$wald" build -o "$tmp/again.wasm" . || fail "wald build"
  out=$("$wald" build --verify -o "$tmp/again.wasm" . 2>&1) || fail "wald build --verify"
  expect_match "$out" "wald: note: 1 of 1 links identical to the Go linker's"
}

leaves_other_tools_and_targets_alone() {
  expect_equal "$(GOARCH=wasm "$wald" toolexec /bin/echo --verify -V=full)" "--verify -V=full"
  fake_object go1.26.0 >"$tmp/main.o"
  local out
  out=$(GOARCH=amd64 "$wald" toolexec "$tmp/fake/link" -nope "$tmp/main.o" 2>&1)
  expect_equal "$? $out" "7 fake linker: -nope $tmp/main.o"
}

hands_over_silently_when_switched_off() {
  fake_object go1.26.0 >"$tmp/main.o"
  expect_equal "$(WALD=off toolexec_fake "$tmp/main.o")" \
    "fake linker: -o $tmp/fake.out $tmp/main.o"
  local out
  out=$(WALD=off "$wald" build -a -o "$tmp/off.wasm" . 2>&1) || fail "WALD=off wald build"
  expect_equal "$out" ""
  wasm_go build -o "$tmp/go.wasm" .
  expect_same_file "$tmp/off.wasm" "$tmp/go.wasm"
}

hands_over_what_it_does_not_know() {
  local out
  fake_object go1.99.0 >"$tmp/main.o"
  out=$(toolexec_fake "$tmp/main.o")
  expect_equal "$?" 7
  expect_match "$out" "wald: note: handing over to the Go linker: "
  expect_match "$out" "fake linker: -o $tmp/fake.out $tmp/main.o"
  expect_equal "$(echo "$out" | wc -l)" 2
  fake_object go1.24.1 >"$tmp/main.o"
  out=$(toolexec_fake -e "$tmp/main.o")
  expect_match "$out" "handing over to the Go linker: unknown flag -e: Go 1.24 does not have it"
  out=$(toolexec_fake -randlayout=7 "$tmp/main.o")
  expect_match "$out" "handing over to the Go linker: -randlayout is not supported by wald"
  out=$(toolexec_fake -brandnew "$tmp/main.o")
  expect_match "$out" "handing over to the Go linker: unknown flag -brandnew"
}

reports_mistakes_itself() {
  local out
  echo old >"$tmp/fake.out"
  out=$(toolexec_fake -X nodot=1 "$tmp/main.o")
  expect_equal "$? $out" \
    "2 wald: error: -X \"nodot=1\" is not of the form importpath.name=value"
  out=$(toolexec_fake -importcfg "$tmp/gone" "$tmp/main.o")
  expect_equal "$?" 1
  expect_match "$out" "wald: error: cannot open import configuration $tmp/gone"
  expect_equal "$(cat "$tmp/fake.out")" old
}

works_from_a_path_with_spaces_and_quotes() {
  mkdir -p "$tmp/it's here"
  cp "$wald" "$tmp/it's here/wald"
  "$tmp/it's here/wald" build -o "$tmp/spaces.wasm" . || fail "wald build"
  wasm_go build -o "$tmp/go.wasm" .
  expect_same_file "$tmp/spaces.wasm" "$tmp/go.wasm"
}

builds_in_another_directory() {
  (cd / && "$wald" build -C "$tmp/tiny" -o "$tmp/elsewhere.wasm" .) || fail "wald build -C"
  wasm_go build -o "$tmp/go.wasm" .
  expect_same_file "$tmp/elsewhere.wasm" "$tmp/go.wasm"
}

refuses_what_it_would_have_to_overrule() {
  local out
  out=$("$wald" build -toolexec=x . 2>&1)
  expect_equal "$?" 2
  expect_match "$out" "wald: error: wald build sets -toolexec itself"
  out=$(GOFLAGS=-toolexec=x "$wald" test . 2>&1)
  expect_match "$out" "wald: error: wald test sets -toolexec itself"
  out=$(GOOS=linux "$wald" build . 2>&1)
  expect_equal "$?" 2
  expect_match "$out" "wald: error: GOOS=linux has no WebAssembly"
  out=$(GOARCH=amd64 "$wald" build . 2>&1)
  expect_match "$out" "wald: error: GOARCH=amd64: wald builds for GOARCH=wasm only"
}

passes_on_the_status_of_go() {
  (cd "$tmp/lib" && echo 'module example.org/lib' >go.mod && echo 'package main; x' >x.go)
  (cd "$tmp/lib" && "$wald" build . >/dev/null 2>&1)
  expect_equal "$?" 1
}

runs_tests_with_the_script_of_the_toolchain() {
  mkdir -p "$tmp/bin"
  printf '#!/bin/sh\necho "ran by a fake wasmtime"\n' >"$tmp/bin/wasmtime"
  chmod +x "$tmp/bin/wasmtime"
  expect_match "$(PATH=$tmp/bin:$PATH "$wald" test -v . 2>&1)" "ran by a fake wasmtime"
  wasm_go test -c -o "$tmp/go.test" . && "$wald" test -c -o "$tmp/wald.test" . || fail "test -c"
  expect_same_file "$tmp/wald.test" "$tmp/go.test"
}

# With only the go command in PATH, and bash for what the script of the toolchain would need.
runs_tests_without_any_engine() {
  local out
  mkdir -p "$tmp/only-go"
  ln -sf "$(command -v go)" "$(command -v bash)" "$tmp/only-go/"
  out=$(PATH=$tmp/only-go "$wald" test -v . 2>&1) || fail "wald test: $out"
  expect_match "$out" "wald: note: no wasmtime in PATH: tests run in wald's interpreter"
  expect_match "$out" "--- PASS: TestName"
}

verifies_against_the_linker() {
  local out
  out=$("$wald" build --verify -o "$tmp/verified.wasm" -ldflags=-X=main.name=verify . 2>&1)
  expect_equal "$?" 0
  expect_match "$out" "wald: note: 1 of 1 links identical to the Go linker's"
}

# With this entry the reference, too, writes a module that no engine takes.
validates_the_module() {
  local out
  out=$("$wald" build --validate -ldflags=-E=main.main -o "$tmp/invalid.wasm" . 2>&1)
  expect_equal "$?" 1
  expect_match "$out" "wald: error: the module is not valid WebAssembly"
  [ -e "$tmp/invalid.wasm" ] && fail "an output was left"
  "$wald" build --validate -o "$tmp/valid.wasm" . || fail "wald build --validate"
}

# A go command whose linker is off by one byte in the names and one in the value of main.name.
keeps_both_files_when_they_differ() {
  local out kept
  cat >"$tmp/fake/wrap" <<SCRIPT
#!/bin/bash
tool=\$1; shift
if [ "\$(basename "\$tool")" != link ] || [ "\$1" = -V=full ]; then exec "\$tool" "\$@"; fi
mkdir -p "$tmp/off-by-one"
cat >"$tmp/off-by-one/link" <<LINK
#!/bin/bash
"\$tool" "\\\$@" || exit
for word; do [ "\\\$previous" = -o ] && output=\\\$word; previous=\\\$word; done
printf X | dd of="\\\$output" bs=1 seek=\\\$((\\\$(stat -c %s "\\\$output") - 3)) conv=notrunc status=none
LC_ALL=C sed -i 's/differ\\x00/diffex\\x00/' "\\\$output"
LINK
chmod +x "$tmp/off-by-one/link"
TMPDIR=$tmp exec "$wald" toolexec --verify "$tmp/off-by-one/link" "\$@"
SCRIPT
  chmod +x "$tmp/fake/wrap"
  out=$(wasm_go build -toolexec="$tmp/fake/wrap" -o "$tmp/differs.wasm" \
    -ldflags=-X=main.name=differ . 2>&1)
  expect_equal "$?" 1
  expect_match "$out" "wald: error: wald's module is not the Go linker's"
  expect_match "$out" 'section custom "name" differs'
  expect_match "$out" ", data symbol main.name.str+5):"
  [ -e "$tmp/differs.wasm" ] && fail "an output was left"
  kept=$(ls "$tmp"/wald-verify*/ | sort | xargs)
  expect_equal "$kept" "reference.wasm wald.wasm"
}

# Another tool of -toolexec behind wald: it logs what it runs, as long as the environment does not
# say how to run the linker.
cat >"$tmp/mytool" <<SCRIPT
#!/bin/bash
[ "\$1" = --its-flag ] || exit 3
shift
echo "\$(basename "\$1") \${*: -1}" >>"$tmp/mytool.log"
if [ "\$(basename "\$1")" = link ] && [ "\$2" != -V=full ]; then
  case \${MYTOOL-} in
    skip) : >"\$3"; exit 0 ;;
    fail) exit 9 ;;
    change) tool=\$1; shift; set -- "\$tool" -X=main.name=changed "\$@" ;;
  esac
fi
"\$@" | if [ "\$2" = -V=full ]; then sed 's/$/+mytool/'; else cat; fi
exit "\${PIPESTATUS[0]}"
SCRIPT
chmod +x "$tmp/mytool"
chained() { # OPTION... -- GO FLAG...: an option must hold no spaces
  local options=
  while [ "$1" != -- ]; do options+=" $1" && shift; done
  shift
  wasm_go build -toolexec="'$wald' toolexec$options '$tmp/mytool' --its-flag" -o "$tmp/chain.wasm" "$@" . 2>&1
}

chains_another_tool() {
  local out
  : >"$tmp/mytool.log"
  out=$(chained --export=main.Twice --validate --stats -- -a) || fail "a chain: $out"
  expect_match "$out" "write_module"
  expect_match "$("$wald" dump --exports "$tmp/chain.wasm")" 'export "Twice" (i32) -> (i32)'
  for line in "compile -V=full" "link -V=full" "link $(grep -o '/.*_pkg_.a' "$tmp/mytool.log")"; do
    grep -qF -- "$line" "$tmp/mytool.log" || fail "the other tool has not run: $line"
  done
  chained -- -ldflags=-buildid=x || fail "a chain without options"
  wasm_go build -o "$tmp/go.wasm" -ldflags=-buildid=x . && expect_same_file "$tmp/chain.wasm" "$tmp/go.wasm"
  out=$(MYTOOL=change chained --verify -- -ldflags=-buildid=change) || fail "--verify: $out"
  grep -q changed "$tmp/chain.wasm" || fail "what the other tool changes has no effect"
  out=$(MYTOOL=fail chained -- -ldflags=-buildid=y) && fail "the other tool's status is lost"
  expect_match "$out" ": exit status 9"
  [ -z "$(ls -d "${TMPDIR:-/tmp}"/wald-toolexec-* 2>/dev/null)" ] || fail "something is left behind"
}

says_what_the_other_tool_does_not_link() {
  local out
  out=$(MYTOOL=skip chained -- -ldflags=-buildid=skip)
  expect_match "$out" "wald: note: $tmp/mytool has not run the linker that it was given"
  out=$(MYTOOL=skip chained --validate -- -ldflags=-buildid=skip) && fail "--validate without effect"
  expect_match "$out" "wald: error: $tmp/mytool has not run the linker that it was given"
}

# In the order of the go command: the other tool's version, then the options of wald's.
answers_version_of_a_chain() {
  local line
  line=$(wasm_go tool link -V=full)
  answer() { GOOS=wasip1 GOARCH=wasm "$wald" toolexec "$@" "$tmp/mytool" --its-flag "$linker" -V=full; }
  expect_equal "$(answer)" "$line+mytool"
  expect_equal "$(answer --verify)" "$line+mytool+wald-$("$wald" --version | sed -n '1s/wald //p'),--verify"
}

# Which of the words is Go's linker: that in a toolchain's folder, or by its name.
finds_the_linker_among_the_words() {
  local out
  fake_object go1.99.0 >"$tmp/main.o"
  mkdir -p "$tmp/go/pkg/tool/host" "$tmp/other/pkg/tool/host"
  cp "$tmp/fake/link" "$tmp/go/pkg/tool/host/link"
  cp "$tmp/fake/link" "$tmp/other/pkg/tool/host/link"
  printf '#!/bin/sh\nshift 2\nexec "$@"\n' >"$tmp/shift-two"
  chmod +x "$tmp/shift-two"
  words() { GOOS=wasip1 GOARCH=wasm "$wald" toolexec "$@" 2>&1; }
  out=$(words "$tmp/shift-two" --with "$tmp/fake/link" "$tmp/go/pkg/tool/host/link" "$tmp/main.o")
  expect_match "$out" "handing over to the Go linker: "
  out=$(words "$tmp/shift-two" --with x "$tmp/fake/link" "$tmp/main.o")
  expect_match "$out" "handing over to the Go linker: "
  set -- "$tmp/shift-two" --with "$tmp/other/pkg/tool/host/link" "$tmp/go/pkg/tool/host/link" \
    -importcfg x main.a
  out=$(words "$@")
  expect_equal "$?" 7
  expect_match "$out" "wald: note: none of the words after \`wald toolexec\` can be told to be Go's linker"
  out=$(words --threads=1 "$@")
  expect_equal "$?" 2
  expect_match "$out" "wald: error: none of the words after \`wald toolexec\` can be told"
}

lists_its_options() {
  local out option
  for command in toolexec "build --help" "test --help" "build -h"; do
    # shellcheck disable=SC2086
    out=$("$wald" $command 2>&1)
    for option in --verify --validate --stats --time-trace= --export= --no-export= --allow= --deny= \
      --check=off --threads=; do
      expect_match "$out" "  $option"
    done
  done
  expect_match "$out" "go help build"
  expect_match "$("$wald" test --help)" "  --stub"
  "$wald" build --help >/dev/null || fail "--help is an error"
}

takes_its_options_anywhere_before_the_packages() {
  local out
  "$wald" build -trimpath --validate -o "$tmp/anywhere.wasm" -ldflags --export=x -v --export=main.name=a . \
    >/dev/null 2>&1 && fail "a value of a flag of go's was taken"
  out=$("$wald" build -ldflags=-buildid=z --export=main.Twice -o "$tmp/anywhere.wasm" . 2>&1) || fail "$out"
  expect_match "$("$wald" dump --exports "$tmp/anywhere.wasm")" 'export "Twice"'
  (cd "$tmp" && rm -f -- --stats && "$wald" build -C tiny -o --stats . 2>&1) | grep . && fail "-o --stats"
  [ -s "$tmp/tiny/--stats" ] || fail "-o --stats wrote nothing"
  rm -f -- "$tmp/tiny/--stats"
  out=$("$wald" build -o "$tmp/anywhere.wasm" . --stats 2>&1) && fail "an option after the package"
  out=$("$wald" build -o "$tmp/anywhere.wasm" -- . --stats 2>&1) && fail "an option after --"
  out=$("$wald" test --stats -c -o "$tmp/wald.test" --nonsense 2>&1) && fail "--nonsense"
  expect_match "$out" "-nonsense"
}

takes_the_engine_of_goflags() {
  mkdir -p "$tmp/only-go"
  ln -sf "$(command -v go)" "$(command -v bash)" "$tmp/only-go/"
  printf '#!%s\necho "engine $1"\n' "$(command -v bash)" >"$tmp/an engine"
  chmod +x "$tmp/an engine"
  run() { PATH=$tmp/only-go "$wald" test -v "$@" . 2>&1; }
  expect_match "$(GOFLAGS="-buildvcs=false '-exec=\"$tmp/an engine\" x'" run)" "engine x"
  expect_match "$(GOFLAGS="\"--exec='$tmp/an engine' y\"" run)" "engine y"
  expect_match "$(GOFLAGS="\"-exec='$tmp/an engine' y\"" run -exec "'$tmp/an engine' z")" "engine z"
  echo "GOFLAGS=\"-exec='$tmp/an engine' file\"" >"$tmp/exec.env"
  expect_match "$(unset GOFLAGS && GOENV=$tmp/exec.env run)" "engine file"
  expect_match "$(GOFLAGS="'-toolexec=a b'" run)" "wald test sets -toolexec itself"
}

# The advice for a missing import is an option that the command has.
stubs_imports_of_tests() {
  local out
  mkdir -p "$tmp/imports"
  cd "$tmp/imports" || exit 1
  echo 'module example.org/imports' >go.mod
  printf 'package imports\n\n//go:wasmimport env tick\nfunc tick() int32\n' >imports.go
  printf 'package imports\n\nimport "testing"\n\nfunc TestTick(t *testing.T) { println("tick", tick()) }\n' \
    >imports_test.go
  out=$(PATH=$tmp/only-go "$wald" test . 2>&1) && fail "a missing import passes"
  expect_match "$out" "with --stub, such functions print"
  for _ in with without; do # an engine
    out=$(PATH=$tmp/only-go "$wald" test --stub -v . 2>&1) || fail "--stub: $out"
    expect_match "$out" "tick 0"
    ln -sf "$(command -v true)" "$tmp/only-go/wasmtime"
  done
  rm -f "$tmp/only-go/wasmtime"
  expect_match "$(GOOS=js "$wald" test --stub . 2>&1)" "wald: error: --stub is for GOOS=wasip1"
  expect_match "$("$wald" test --stub -exec=x . 2>&1)" "wald: error: --stub is for wald's interpreter"
  cd "$tmp/tiny" || exit 1
}

for current in builds_the_same_file_with_fresh_caches builds_every_mode_the_same \
  takes_settings_of_go_env answers_version_as_the_real_linker links_again_for_options_of_wald leaves_other_tools_and_targets_alone \
  hands_over_silently_when_switched_off hands_over_what_it_does_not_know \
  reports_mistakes_itself works_from_a_path_with_spaces_and_quotes builds_in_another_directory \
  refuses_what_it_would_have_to_overrule passes_on_the_status_of_go \
  runs_tests_with_the_script_of_the_toolchain runs_tests_without_any_engine verifies_against_the_linker validates_the_module \
  keeps_both_files_when_they_differ chains_another_tool says_what_the_other_tool_does_not_link \
  answers_version_of_a_chain finds_the_linker_among_the_words lists_its_options \
  takes_its_options_anywhere_before_the_packages takes_the_engine_of_goflags \
  stubs_imports_of_tests; do
  $current
done
[ "$failures" = 0 ] && echo "toolexec_test: passed" || echo "toolexec_test: $failures failures"
[ "$failures" = 0 ]
