#!/bin/bash
# What --verify leaves behind: with a linker that writes something else, and one that is stopped.
# usage: verify_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1
source "$here/fake_program.sh"
main_object runtime.mapinitnoop
mkdir fake temporary
export TMPDIR=$tmp/temporary GOOS=wasip1 GOARCH=wasm

# fake PROGRAM <SCRIPT: with the output's name in $output.
fake() {
  {
    echo '#!/bin/bash'
    # shellcheck disable=SC2016
    echo 'for word; do [ "${previous-}" = -o ] && output=$word; previous=$word; done'
    cat
  } >"fake/$1"
  chmod +x "fake/$1"
}

# verify OUTPUT
verify() {
  "$wald" toolexec --verify "$tmp/fake/link" -importcfg importcfg -o "$1" main.o
}

left_behind() {
  ls -A temporary
}

# -- A module that differs

fake link <<<'echo something else >"$output"'
has_device=
for output in file link device; do
  case $output in
    file) echo old >file ;;
    link) echo old >linked && ln -s linked link ;;
    device) mknod device c 1 3 2>/dev/null && has_device=1 || continue ;; # not everybody may
  esac
  expect 2 "wald: error: wald's module is not the Go linker's" verify $output
  [ "$(ls temporary/wald-verify*)" = $'reference.wasm\nwald.wasm' ] || fail "$output: not kept"
  rm -rf temporary/*
done
[ -e file ] && fail "a module that differs was left"
[ -L link ] || fail "a symbolic link is gone"
[ -z "$has_device" ] || [ -c device ] || fail "a device is gone"

# -- One that is the same

fake link <<SCRIPT
"$wald" link -importcfg importcfg -o "\$output" main.o
SCRIPT
expect 0 "" verify same.wasm
[ -z "$(left_behind)" ] || fail "left behind: $(left_behind)"

# -- Signals

# stop COMMAND...: sends it SIGTERM once the program that it has started says so.
stop() {
  rm -f started
  "$@" >output 2>&1 &
  local process=$!
  for _ in {1..300}; do
    [ -s started ] && break
    sleep 0.1
  done
  [ -n "$(left_behind)" ] || fail "$*: nothing to leave behind"
  kill -TERM $process
  wait $process
  local got=$?
  [ $got -eq 143 ] || fail "$*: exit status $got: $(cat output)"
  [ -z "$(left_behind)" ] || fail "$*: left behind: $(left_behind)"
  kill "$(cat started)"
}
# shellcheck disable=SC2016
wait_for_a_signal='echo part >"${output:-/dev/null}"; echo $$ >started.new; mv started.new started; exec sleep 60'
fake link <<<"$wait_for_a_signal"
fake go <<<"unset output; $wait_for_a_signal"
stop "$wald" toolexec --verify "$tmp/fake/link" -importcfg importcfg -o stopped.wasm main.o
PATH=$tmp/fake:$PATH stop "$wald" build --verify -o stopped.wasm .

[ $failures -eq 0 ] && echo "verify_test: passed" || echo "verify_test: $failures failures"
[ $failures -eq 0 ]
