#!/usr/bin/env bash
# What most would guess: a GritQL plugin that fails while it reads a file fails the run; at the least what it found
#   before is reported.
# What happens: one report whose message names a variable that its branch has not bound ends the plugin for the whole
#   file with a remark, "cannot create resolved snippet from unresolved variable". What its other branches found is
#   gone, and the run passes: a file with one thing to mend fails, and with a second one added it passes.
# Seen on 2026-11-29 with @biomejs/biome 2.5.15:
#     Math.sin: exit 1, reported; Math.sin and a power: exit 0, not reported, remarked
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
npm install --silent --ignore-scripts --prefix . \
  @biomejs/biome@2.5.15 >/dev/null
cat >plugin.grit <<'GRIT'
language js

or { `Math.$name` as $found, `$a ** $b` as $found } where {
  register_diagnostic(span = $found, message = `take another than $name`, severity = "error")
}
GRIT
cat >biome.json <<'JSON'
{ "plugins": ["./plugin.grit"], "linter": { "rules": { "recommended": false } }, "formatter": { "enabled": false } }
JSON
try() {
  local code=0 said reported='not reported'
  said=$(node_modules/.bin/biome lint game.js 2>&1) || code=$?
  [[ $said == *'take another'* ]] && reported=reported
  [[ $said == *'cannot create resolved snippet from unresolved variable'* ]] && reported="$reported, remarked"
  printf '%s: exit %s, %s' "$1" "$code" "$reported"
}
echo 'export const a = Math.sin(1)' >game.js
one=$(try 'Math.sin')
echo 'export const b = 2 ** 3' >>game.js
both=$(try 'Math.sin and a power')
seen="$one; $both"
echo "$seen"
[ "$seen" = 'Math.sin: exit 1, reported; Math.sin and a power: exit 0, not reported, remarked' ]
