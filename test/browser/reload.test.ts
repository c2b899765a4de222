import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { defineServer, serve } from 'shardless/server'
import { field, fieldServer } from '../town.ts'
import { openPage } from './chromium.node.ts'

interface Hooked {
  isQuiet?: boolean
  readonly reloader?: { readonly isStale: boolean }
}

const PORT = 24_075

test('[U23] a real page loads itself again when the content is newer and the moment is quiet, once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./reload-page.web.ts', import.meta.url)),
    resolve: { conditionNames: ['shardless-source', 'browser', 'import', 'default'] },
  })
  await bundle.write({ file: join(folder, 'page.js'), format: 'esm' })
  const page1 =
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script><p>one</p>'
  writeFileSync(join(folder, 'index.html'), page1)
  const web = pathToFileURL(`${folder}/`)
  const definition = defineServer(field, { ...fieldServer.options, web, content: web })
  const server = await serve(definition, { listen: [`ws://127.0.0.1:${PORT}`] })
  t.after(() => server.close())
  const { page, problems } = await openPage(t)
  let loads = 0
  page.on('load', () => loads++)
  await page.goto(server.pageUrl)
  await page.waitForTimeout(600)
  assert.equal(await page.evaluate(() => (window as Hooked).reloader?.isStale), false)
  writeFileSync(join(folder, 'index.html'), page1.replace('one', 'two'))
  await page.waitForFunction(() => (window as Hooked).reloader?.isStale === true, undefined, {
    timeout: 10_000,
  })
  assert.equal(await page.textContent('p'), 'one', 'not while it would disturb')
  await page.evaluate(() => {
    ;(window as Hooked).isQuiet = true
  })
  await page.waitForFunction(() => document.querySelector('p')?.textContent === 'two', undefined, {
    timeout: 10_000,
  })
  await page.evaluate(() => {
    ;(window as Hooked).isQuiet = true
  })
  await page.waitForTimeout(1500)
  assert.equal(await page.evaluate(() => (window as Hooked).reloader?.isStale), false)
  assert.equal(loads, 2)
  // A page that loads itself again breaks off what it was just asking for.
  assert.deepEqual(
    problems.filter((problem) => !problem.endsWith('ERR_ABORTED')),
    [],
  )
})
