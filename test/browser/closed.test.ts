/** Clients that were closed in a page that stays: the browser itself is asked what is left of them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { CDPSession } from 'playwright-core'
import { rolldown } from 'rolldown'
import { defineServer, serve } from 'shardless/server'
import { field, fieldServer } from '../field/field.ts'
import { openPage } from './browser.node.ts'

const PORT = 24_077
const TIMES = 15

async function site(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'closed-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./closed-page.web.ts', import.meta.url)),
    resolve: { conditionNames: ['shardless-source', 'browser', 'import', 'default'] },
  })
  await bundle.write({ file: join(folder, 'page.js'), format: 'esm' })
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
  )
  const definition = defineServer(field, {
    ...fieldServer.options,
    web: pathToFileURL(`${folder}/`),
  })
  const server = await serve(definition, {
    listen: [`ws://127.0.0.1:${PORT}`],
    limits: { connectionsPerAddress: 100 },
  })
  t.after(() => server.close())
  return server.pageUrl
}

/** Returns how many objects of a prototype are left once the browser has collected what nobody holds. */
async function aliveOf(cdp: CDPSession, prototype: string): Promise<number> {
  const { result } = await cdp.send('Runtime.evaluate', { expression: prototype })
  const { objects } = await cdp.send('Runtime.queryObjects', { prototypeObjectId: result.objectId as string })
  const count = await cdp.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.length }',
    returnByValue: true,
  })
  await cdp.send('Runtime.releaseObject', { objectId: objects.objectId as string })
  return count.result.value
}

/** Lists what a page listens to, by target and event. */
async function listeners(cdp: CDPSession): Promise<string[]> {
  const heard: string[] = []
  for (const target of ['window', 'document']) {
    const { result } = await cdp.send('Runtime.evaluate', { expression: target })
    const all = await cdp.send('DOMDebugger.getEventListeners', { objectId: result.objectId as string })
    heard.push(...all.listeners.map(({ type }) => `${target} ${type}`))
  }
  return heard.sort()
}

test('many clients that were closed, refused or given up leave no listener in their page, no socket, and none of themselves', async (t) => {
  const url = await site(t)
  const { page } = await openPage(t)
  await page.goto(url)
  const cdp = await page.context().newCDPSession(page)
  const before = await listeners(cdp)
  for (const what of ['comeAndGo', 'giveUp', 'beRefused']) await page.evaluate(`${what}(${TIMES})`)
  // What closes a socket may take a moment.
  for (const end = performance.now() + 60_000; performance.now() < end; )
    if ((await aliveOf(cdp, 'client')) + (await aliveOf(cdp, 'WebSocket.prototype')) === 0) break
  assert.deepEqual(
    {
      clients: await aliveOf(cdp, 'client'),
      sockets: await aliveOf(cdp, 'WebSocket.prototype'),
      listeners: await listeners(cdp),
    },
    { clients: 0, sockets: 0, listeners: before },
  )
  // And it does count those that are there.
  await page.evaluate(`(async () => { globalThis.kept = await comeAndStay() })()`)
  assert.equal(await aliveOf(cdp, 'client'), 1)
  assert.ok((await listeners(cdp)).length > before.length)
})
