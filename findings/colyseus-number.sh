#!/usr/bin/env bash
# What most would guess: a field of the type 'number' comes over as the number that it is, whatever its value; only
#   types that say so, as 'float32', are less exact.
# What happens: a fraction that a 32-bit float has to within 0.0001 comes over as that float, so 0.1 is not 0.1 at the
#   other side and two sides that compare or add up differ; a larger fraction comes over exact. 'float64' always is.
# Seen on 2026-11-30 with @colyseus/schema 5.0.34:
#     number 0.1 -> 0.10000000149011612; number 1234567.891 -> 1234567.891; float64 0.1 -> 0.1
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
npm install --silent --ignore-scripts --prefix . @colyseus/schema@5.0.34 >/dev/null
cat >send.mjs <<'JS'
import { Decoder, Encoder, schema, t } from '@colyseus/schema'

function over(type, value) {
  const State = schema({ value: t[type]() })
  const sent = new State()
  sent.value = value
  const received = new State()
  new Decoder(received).decode(new Encoder(sent).encodeAll())
  return `${type} ${value} -> ${received.value}`
}
console.log([over('number', 0.1), over('number', 1234567.891), over('float64', 0.1)].join('; '))
JS
seen=$(node send.mjs)
echo "$seen"
[ "$seen" = 'number 0.1 -> 0.10000000149011612; number 1234567.891 -> 1234567.891; float64 0.1 -> 0.1' ]
