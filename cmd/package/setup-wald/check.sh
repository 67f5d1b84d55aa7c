# A step of action.yml: wald check, for people at the lines of the pull request, and as SARIF for code
# scanning. Findings do not end this step, for they have to be uploaded; their status is an output.
set -euo pipefail
sarif=$RUNNER_TEMP/wald.sarif
status=0
# Words, as in the shell.
# shellcheck disable=SC2086
wald check --format=github $FLAGS $PACKAGES || status=$?
# shellcheck disable=SC2086
wald check --format=sarif $FLAGS $PACKAGES >"$sarif" || true
[ -s "$sarif" ] || {
  echo "::error::setup-wald: wald check wrote no findings"
  exit 1
}
{
  echo "sarif=$sarif"
  echo "status=$status"
} >>"$GITHUB_OUTPUT"
