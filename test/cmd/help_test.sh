#!/bin/bash
# wald help, the man page and completion in bash, as a user meets them.
# usage: help_test.sh [WALD]
set -u
here=$(cd "$(dirname "$0")" && pwd)
wald=$(realpath "${1:-$here/../../build/wald}")
source "$here/wald_check.sh"
cd "$tmp" || exit 1

# -- Help

for command in toolexec build test check dump run version install-toolchain; do
  for help in --help -h; do
    [ "$("$wald" $command $help)" = "$("$wald" help $command)" ] || fail "wald $command $help"
  done
  expect 0 "usage: " "$wald" $command --help
done
expect 2 "usage: wald link" "$wald" link --help
expect 0 "  wald build " "$wald" help
expect 2 "  wald build " "$wald"
expect 2 "wald: error: unknown command 'bulid'" "$wald" bulid
expect 0 "PKG is an import path" "$wald" help exports
expect 0 "PKG is an import path" "$wald" help --no-export
expect 2 "did you mean exports, export?" "$wald" help exprts
expect 2 "did you mean --validate?" "$wald" build --valdate .
expect 2 "did you mean --rules?" "$wald" check --rule
expect 2 "did you mean --symbols, --symbol?" "$wald" dump --sybols x
expect 2 "did you mean --invoke?" "$wald" run --invok f x.wasm
expect 2 "did you mean --stats?" "$wald" link --stat main.a

# -- The man page: without warnings, and with the options as they are typed

"$wald" help --man >wald.1 || fail "no man page"
if [ -x "$(command -v groff)" ]; then
  groff -ww -man -Tascii wald.1 >text 2>warnings || fail "groff: $(cat warnings)"
  [ -s warnings ] && fail "groff: $(cat warnings)"
  grep -q -- '--time-trace=FILE' <(sed 's/\x1b\[[0-9;]*m//g; s/.\x08//g' text) || fail "no --time-trace"
fi

# -- Completion

# complete WORD...: what bash offers for the last of the words.
complete_words() {
  bash --norc -c '
    source <("$0" completion bash)
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _wald
    echo "${COMPREPLY[*]}"' "$wald" "$@" 2>&1
}
# offers "WORDS" WORD...
offers() {
  local want=$1
  shift
  local got
  got=$(complete_words "$@")
  [ "$got" = "$want" ] || fail "$*: got '$got', want '$want'"
}
: >a.json
offers "build" wald bu
offers "--stats" wald test --sta
offers "--stats" wald build --sta
offers "--time-trace=" wald link --ti
offers "a.json" wald link --time-trace = a.
offers "text json sarif github" wald check --format =
offers "sarif" wald check --format = s
offers "spdx" wald version --format = s
offers "a.json" wald dump --header a
for shell in zsh fish; do
  "$wald" completion $shell >script || fail "no completion for $shell"
  [ -z "$(command -v $shell)" ] || $shell -n script || fail "$shell does not take its script"
done
expect 2 "wald: error: wald completion wants the name of a shell" "$wald" completion
expect 2 "wald: error: wald completion wants the name of a shell" "$wald" completion tcsh

[ "$failures" -eq 0 ] && echo "help_test: passed" || echo "help_test: $failures failures"
[ "$failures" -eq 0 ]
