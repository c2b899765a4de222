/**
 * Firefox as Playwright drives it: over WebDriver BiDi, through a door of our own that answers for Firefox what it
 * does not know.
 *
 *     Playwright <--ws--> this program <--ws--> firefox --remote-debugging-port
 *
 * Playwright 1.65 says `emulation.setMediaFeaturesOverride` of each new page, which Firefox 153 refuses as unknown,
 * and then gives up. Started in Firefox' stead: the browser's path, then its arguments.
 */
import { spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { WebSocket, WebSocketServer } from 'ws'

const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/
/** Commands that are answered as done. */
const GRANTED = new Set(['emulation.setMediaFeaturesOverride'])

const firefox = spawn(process.argv[2], process.argv.slice(3), {
  stdio: ['ignore', 'ignore', 'pipe'],
})
firefox.once('exit', (code) => process.exit(code ?? 1))
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => firefox.kill(signal))
createInterface(firefox.stderr).on('line', (line) => {
  const url = LISTENING.exec(line)?.[1]
  if (url === undefined) console.error(line)
  else openDoor(url)
})

function openDoor(url: string): void {
  const door = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  door.on('connection', (asker, { url: path }) => {
    join(asker, new WebSocket(`${url}${path}`))
    // Whoever drives it may have been killed, and nobody else would end it.
    asker.once('close', () => firefox.kill())
  })
  door.once('listening', () => {
    const { port } = door.address() as { port: number }
    console.error(`WebDriver BiDi listening on ws://127.0.0.1:${port}`)
  })
}

function join(asker: WebSocket, browser: WebSocket): void {
  const early: string[] = []
  browser.once('open', () => {
    for (const words of early.splice(0)) browser.send(words)
  })
  browser.on('message', (words) => asker.send(String(words)))
  asker.on('message', (words) => {
    const { id, method } = JSON.parse(String(words))
    if (GRANTED.has(method)) asker.send(JSON.stringify({ type: 'success', id, result: {} }))
    else if (browser.readyState === WebSocket.OPEN) browser.send(String(words))
    else early.push(String(words))
  })
  for (const [one, other] of [
    [asker, browser],
    [browser, asker],
  ]) {
    one.on('close', () => other.close())
    one.on('error', () => other.terminate())
  }
}
