#!/usr/bin/env bash
# The steps of the GitHub Action: which program, building it, the review.
#
# What users write comes in variables and is never read as shell text.
set -euo pipefail

# The summary of a step may have 1 MiB.
readonly summary_limit=1000000

fail() {
  printf '::error title=underpin::%s\n' "$1"
  exit 2
}

output() {
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# The version that this checkout builds.
version() {
  sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1
}

is_ours() {
  [ "$("$1" --version 2>/dev/null)" = "underpin $(version)" ]
}

# A name for the content of this checkout.
content() (
  cd "$GITHUB_ACTION_PATH"
  find Cargo.toml Cargo.lock src grammar schemas -type f | LC_ALL=C sort |
    git hash-object --no-filters --stdin-paths | git hash-object --stdin
)

# Says whether the program must be built, where to, and under which name to keep it.
plan() {
  if is_ours underpin; then
    output build false
    return
  fi
  output build true
  output root "$RUNNER_TEMP/underpin"
  output key "underpin-$RUNNER_OS-$RUNNER_ARCH-${ImageOS:-any}-$(content)"
}

# Builds the program, if what was kept does not run here.
build() {
  if ! is_ours "$UNDERPIN_ROOT/bin/underpin"; then
    command -v cargo >/dev/null || fail 'underpin is built with cargo, which is not here: install Rust in a step before'
    cd "$GITHUB_ACTION_PATH" # A configuration of cargo in the reviewed repository does not count.
    cargo install --locked --force --path . --root "$UNDERPIN_ROOT" --target-dir "$RUNNER_TEMP/underpin-target"
  fi
  printf '%s\n' "$UNDERPIN_ROOT/bin" >>"$GITHUB_PATH"
}

# Reviews, hands the reports on, and ends as the review did.
review() {
  local paths=() args=() line words given status=0 reports
  reports="$(mktemp -d "$RUNNER_TEMP/underpin-reports.XXXXXX")"
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line%$'\r'}"
    case "$line" in
    '') ;;
    -) paths+=(./-) ;; # Not stdin, of which there is none.
    *) paths+=("$line") ;;
    esac
  done <<<"${INPUT_PATHS:-.}"
  given="${INPUT_ARGS:-}"
  while read -r -a words || [ ${#words[@]} -gt 0 ]; do
    args+=(${words[@]+"${words[@]}"})
  done <<<"${given//$'\r'/}"

  local formats=(--output-format "jsonl=$reports/findings.jsonl")
  if [ "${INPUT_ANNOTATIONS:-true}" = true ]; then
    formats+=(--output-format github)
  else
    formats+=(--output-format full)
  fi
  if [ "${INPUT_SUMMARY:-true}" = true ]; then
    formats+=(--output-format "markdown=$reports/review.md")
  fi
  if [ "${INPUT_SARIF:-false}" = true ]; then
    command -v jq >/dev/null || fail 'code scanning needs jq, which is not here: install it in a step before'
    formats+=(--output-format "sarif=$reports/all.sarif")
  fi

  underpin check "${formats[@]}" ${args[@]+"${args[@]}"} -- ${paths[@]+"${paths[@]}"} </dev/null || status=$?
  hand_on "$reports"
  exit "$status"
}

# Hands on what there is: where the review could not be made there is nothing.
hand_on() {
  local reports="$1"
  if [ -f "$reports/findings.jsonl" ]; then
    output findings "$(($(wc -l <"$reports/findings.jsonl")))"
  fi
  if [ -f "$reports/review.md" ]; then
    summarize "$reports/review.md"
  fi
  if [ -f "$reports/all.sarif" ]; then
    # Code scanning takes no notice of suppressions and baselines, and would raise all.
    jq '.runs[].results |= map(select(.suppressions == [] and .baselineState != "unchanged"))' \
      "$reports/all.sarif" >"$reports/underpin.sarif" ||
      fail 'jq could not read the report'
    output sarif-file "$reports/underpin.sarif"
  fi
}

summarize() {
  if [ "$(wc -c <"$1")" -lt "$summary_limit" ]; then
    cat "$1" >>"$GITHUB_STEP_SUMMARY"
  else
    printf '## Design review\n\nThe review is too long for a summary; the log has it.\n' >>"$GITHUB_STEP_SUMMARY"
  fi
}

case "${1-}" in
plan) plan ;;
build) build ;;
review) review ;;
*) fail "say 'plan', 'build' or 'review'" ;;
esac
