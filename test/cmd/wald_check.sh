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
