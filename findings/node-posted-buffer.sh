#!/usr/bin/env bash
# What most would guess: what goes to a worker with postMessage is copied, so a Buffer of ten bytes costs ten bytes.
# What happens: the copy is of the whole memory behind it, and a small Buffer is a piece of a pool (8 KiB in Node 20,
#   64 KiB in Node 24): each of ten bytes costs that much copying and stays so large on the other side. Buffer.alloc
#   has memory of its own.
# Seen on 2026-11-30 with Node 24.21.0, whose pool has 65,536 bytes, and with Node 20.20.2, whose pool has 8,192:
#     from: 10 bytes, and the pool with them; alloc: 10 bytes of 10
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
cat >post.cjs <<'JS'
const { Worker, isMainThread, parentPort } = require('node:worker_threads')

if (isMainThread) {
  console.error(`Node ${process.versions.node}, a pool of ${Buffer.poolSize} bytes`)
  const worker = new Worker(__filename)
  worker.on('message', ({ from, alloc }) => {
    const pool = from.behind === Buffer.poolSize ? 'and the pool with them' : `of ${from.behind}`
    console.log(`from: ${from.length} bytes, ${pool}; alloc: ${alloc.length} bytes of ${alloc.behind}`)
  })
  worker.postMessage({ from: Buffer.from('ten bytes.'), alloc: Buffer.alloc(10) })
} else {
  const sizeOf = (bytes) => ({ length: bytes.length, behind: bytes.buffer.byteLength })
  parentPort.once('message', ({ from, alloc }) => parentPort.postMessage({ from: sizeOf(from), alloc: sizeOf(alloc) }))
}
JS
seen=$(node post.cjs)
echo "$seen"
[ "$seen" = 'from: 10 bytes, and the pool with them; alloc: 10 bytes of 10' ]
