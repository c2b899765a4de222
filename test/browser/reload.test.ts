import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { defineServer, serve } from 'shardless/server'
import { field, fieldServer } from '../field/field.ts'
import { selfSigned } from '../outside/certificate.ts'
import { inEachBrowser, once, openPage } from './browser.node.ts'

interface Hooked {
  isQuiet?: boolean
  readonly reloader?: { readonly isStale: boolean; readonly version: string | undefined }
  readonly client?: { readonly content: string; readonly flags: { readonly client: boolean } }
}

const PORT = 24_075

const script = once(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./reload-page.web.ts', import.meta.url)),
    resolve: { conditionNames: ['shardless-source', 'browser', 'import', 'default'] },
  })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  return output[0].code
})

/** A server whose content is its page, and how to change that. */
async function site(t: TestContext, scheme: 'ws' | 'wss') {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'page.js'), await script())
  const write = (words: string) =>
    writeFileSync(
      join(folder, 'index.html'),
      `<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script><p>${words}</p>`,
    )
  write('one')
  const tls = { cert: join(folder, '.cert.pem'), key: join(folder, '.key.pem') }
  const { cert, key } = selfSigned()
  writeFileSync(tls.cert, cert)
  writeFileSync(tls.key, key)
  const web = pathToFileURL(`${folder}/`)
  const definition = defineServer(field, { ...fieldServer.options, web, content: web })
  const server = await serve(definition, {
    listen: [`${scheme}://127.0.0.1:${PORT}`],
    tls: scheme === 'wss' ? tls : undefined,
  })
  t.after(() => server.close())
  return { server, write }
}

async function shows(page: Page, words: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector('p')?.textContent === wanted, words, {
    timeout: 90_000,
  })
}

/** Waits until the page knows which version it is. */
async function isKnown(page: Page): Promise<void> {
  await page.waitForFunction(() => (window as Hooked).reloader?.version, undefined, { timeout: 90_000 })
}

async function isStale(page: Page, wanted: boolean): Promise<void> {
  await page.waitForFunction((wanted) => (window as Hooked).reloader?.isStale === wanted, wanted, {
    timeout: 90_000,
  })
}

async function quieten(page: Page): Promise<void> {
  await page.evaluate(() => {
    ;(window as Hooked).isQuiet = true
  })
}

inEachBrowser(
  '[U23] a real page loads itself again when the content is newer and the moment is quiet, once',
  async (t, kind) => {
    const { server, write } = await site(t, 'ws')
    const { page, problems } = await openPage(t, { kind })
    let loads = 0
    page.on('load', () => loads++)
    await page.goto(server.pageUrl)
    await isKnown(page)
    write('two')
    await isStale(page, true)
    assert.equal(await page.textContent('p'), 'one', 'not while it would disturb')
    await quieten(page)
    await shows(page, 'two')
    await quieten(page)
    await isKnown(page)
    await page.waitForTimeout(1000)
    await isStale(page, false)
    assert.equal(loads, 2)
    assert.deepEqual(problems, [])
  },
)

inEachBrowser(
  '[U23] [N42] [N44] [H6] a page that plays, over TLS, is told by its server that there is a newer one, and comes back fresh',
  async (t, kind) => {
    const { server, write } = await site(t, 'wss')
    const { page, problems } = await openPage(t, { kind, believesAll: true })
    await page.goto(`${server.pageUrl}/?play`)
    await page.waitForFunction(() => (window as Hooked).client?.content, undefined, { timeout: 90_000 })
    const before = server.host.information.content
    assert.equal(await page.evaluate(() => (window as Hooked).client?.content), before)
    write('two')
    await page.waitForFunction(() => (window as Hooked).client?.flags.client, undefined, { timeout: 90_000 })
    await isStale(page, true)
    assert.equal(await page.textContent('p'), 'one', 'not while it would disturb')
    await quieten(page)
    await shows(page, 'two')
    await page.waitForFunction(
      (old) => ![undefined, '', old].includes((window as Hooked).client?.content),
      before,
      { timeout: 90_000 },
    )
    assert.notEqual(server.host.information.content, before)
    assert.equal(
      await page.evaluate(() => (window as Hooked).client?.content),
      server.host.information.content,
    )
    assert.equal(await page.evaluate(() => (window as Hooked).client?.flags.client), false)
    assert.deepEqual(problems, [])
  },
)
