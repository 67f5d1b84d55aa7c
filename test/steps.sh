# Sourced by .ci/run and test/nightly: steps with a title, each timed; at the end the times, and which
# step failed.
# shellcheck shell=bash

timings=()
running=start
# step TITLE COMMAND...: ends the script if the command fails.
step() {
  local title=$1 start=$SECONDS
  running=$title
  shift
  say "$title"
  "$@"
  timings+=("$(printf '%5d s  %s' $((SECONDS - start)) "$title")")
}
print_timings() {
  printf '%s\n' "${timings[@]}" "$(printf '%5d s  in all' "$SECONDS")"
  # The exit status alone would say 0 after a signal.
  if [ "$running" = none ]; then echo "$0: passed"; else echo "$0: FAILED: $running"; fi
}
trap print_timings EXIT

# all_steps_passed: to be called last.
all_steps_passed() { running=none; }
