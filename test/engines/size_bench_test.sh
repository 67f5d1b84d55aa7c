#!/usr/bin/env bash
# The bench of sizes and start-up: it runs in all engines and writes its table, and a module that does
# not start ends it. No time is asserted.
#
# usage: size_bench_test.sh    WALD_UNDER_TEST=... for another one than build/wald
set -euo pipefail
source "$(dirname "$0")/bench_check.sh"
bench=$here/../bench/size

"$bench" --quick --wald "$wald" --work "$work" --output "$work/results" >"$work/out" 2>&1 ||
  fail "exit status $?: $(cat "$work/out")"
for program in hello reactor filter; do
  # The reference's bytes and the proportion of the others, which are smaller.
  grep -Eq "^\| $program, bytes \| [1-9],[0-9]{3},[0-9]{3} (\| 0\.[0-9]{3} ){2}\|$" "$work/results/size.md" ||
    fail "no sizes of $program: $(cat "$work/results/size.md")"
  for engine in wazero wasmtime node; do
    for what in instantiate 'first call'; do
      grep -Eq "^\| $program, $engine: $what, ms (\| [0-9.,]+ ){3}\|$" "$work/results/size.md" ||
        fail "no times of $program in $engine: $(cat "$work/results/size.md")"
    done
  done
done
grep -q 'hold' "$work/out" || fail "nothing about what is promised: $(cat "$work/out")"

# A linker whose module is another program: it has no such export.
cat >"$work/wald" <<END
#!/bin/bash
"$wald" "\$@" || exit
case " \$* " in
*" --optimize=tables "*)
  while [ "\$1" != -o ]; do shift; done
  cp "$work/1.27.4/hello/reference.wasm" "\$2"
  ;;
esac
END
chmod +x "$work/wald"
if "$bench" --quick --programs filter --engines wasmtime --no-packed --wald "$work/wald" --work "$work" \
  --output "$work/none" >"$work/out" 2>&1; then
  fail "a module that does not start passed: $(cat "$work/out")"
fi
grep -q 'FAILED: filter: .* cannot start .*optimize_tables.wasm' "$work/out" ||
  fail "not the error that was expected: $(cat "$work/out")"
[ ! -e "$work/none" ] || fail "a table of a run that failed"
[ "$failures" -eq 0 ]
