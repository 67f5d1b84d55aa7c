# What the tests of wald check share; they source this. $wald and $here are theirs.
# shellcheck shell=bash
tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
unset GOOS GOARCH GOFLAGS GOEXPERIMENT WALD
export GOTOOLCHAIN=go1.27.4 GOFLAGS=-buildvcs=false GOWORK=off
failures=0

fail() {
  echo "FAIL: $*" >&2
  failures=$((failures + 1))
}

# run_module NAME: runs NAME.wasm, of $goos and of Go $version; NAME.out gets its output and exit status,
# NAME.err what it says of errors.
run_module() {
  # shellcheck disable=SC2154
  case $goos in
  wasip1) "$wald" run "$1.wasm" ;;
  js) PATH=$(dirname "$(command -v node)"):/usr/bin:/bin node --stack-size=8192 "$(GOTOOLCHAIN=go$version go env GOROOT)/lib/wasm/wasm_exec_node.js" "$1.wasm" ;;
  esac >"$1.out" 2>"$1.err"
  echo "exit status $?" >>"$1.out"
}

# expect STATUS TEXT COMMAND...: the exit status, and what stands in the output; "" for no output.
expect() {
  local status=$1 text=$2 output
  shift 2
  output=$("$@" 2>&1)
  local got=$?
  [ $got -eq "$status" ] || fail "$*: exit status $got, not $status: $output"
  [[ $output == *"$text"* ]] || fail "$*: no '$text' in: $output"
  [ -n "$text" ] || [ -z "$output" ] || fail "$*: not silent: $output"
}
