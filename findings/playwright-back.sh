#!/usr/bin/env bash
# What most would guess: a page that was left by a link and comes back by the back button does in a driven Chromium what
#   it does in a user's.
# What happens: Playwright starts Chromium with its cache for back and forward switched off, so the page is loaded anew;
#   a user's Chromium shows the very page that was left, with its variables, told by `pageshow` with `persisted`. What
#   goes wrong for pages that come back is seen by no test until the flag is taken out.
# Seen on 2026-11-30 with playwright-core 1.65.1 and Debian's chromium 156.0.8078.108-1~deb12u1:
#     as started: persisted false, another page; without the flag: persisted true, the same page
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
dpkg-query -W chromium
npm install --silent --ignore-scripts --prefix . playwright-core@1.65.1 >/dev/null
cat >back.mjs <<'JS'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

let shown
const page = `<!doctype html><script>
const page = Math.random()
onpageshow = ({ persisted }) => fetch('/shown', { method: 'POST', body: JSON.stringify({ page, persisted }) })
</script>`
const server = createServer(async (request, response) => {
  response.setHeader('content-type', 'text/html').end(page)
  if (request.method === 'POST') shown(JSON.parse(Buffer.concat(await request.toArray()).toString()))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${server.address().port}/`

async function back(ignoreDefaultArgs) {
  const executablePath = '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], ignoreDefaultArgs })
  const tab = await browser.newPage()
  const next = () => new Promise((resolve) => (shown = resolve))
  const go = async (leave) => (await Promise.all([next(), leave().catch(() => {})]))[0]
  const first = await go(() => tab.goto(url))
  await go(() => tab.goto(`${url}other`))
  const again = await go(() => tab.goBack({ waitUntil: 'commit' }))
  await browser.close()
  return `persisted ${again.persisted}, ${again.page === first.page ? 'the same page' : 'another page'}`
}
console.log(`as started: ${await back([])}; without the flag: ${await back(['--disable-back-forward-cache'])}`)
server.close()
JS
seen=$(node back.mjs)
echo "$seen"
[ "$seen" = 'as started: persisted false, another page; without the flag: persisted true, the same page' ]
