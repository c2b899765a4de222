/** Tests the laboratory as a static site: it runs from a plain server of files. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { test } from 'node:test'
import { violationsOf } from '../../test/browser/axe.node.ts'
import { openPage, waitUntil } from '../../test/browser/browser.node.ts'
import { buildLab } from './build-lab.node.ts'
import { mechanisms } from './mechanisms.ts'

/** The site is put into a folder of somebody's server. */
const BELOW = '/some/where/'
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

test('built, it runs from a folder of a plain server of files: the laboratory, and a page of the docs with two of its own', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-lab-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const pages = await buildLab(folder)
  assert.deepEqual(pages.sort(), ['index.html', ...mechanisms.map((name) => `${name}.html`)].sort())
  for (const name of pages) {
    const links = [...readFileSync(join(folder, name), 'utf8').matchAll(/ (?:href|src)="([^"#?]+)/g)]
    for (const [, to] of links)
      assert.ok(/^\.?\/?[\w.-]/.test(to) && existsSync(join(folder, to)), `${name}: ${to}`)
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    try {
      // What is asked for above the folder is not there.
      const path = pathname.startsWith(BELOW) ? pathname.slice(BELOW.length) : 'nowhere'
      const bytes = readFileSync(join(folder, path === '' ? 'index.html' : path))
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/html' }).end(bytes)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BELOW}`
  const { page, problems } = await openPage(t)
  await page.goto(`${url}interpolation.html`)
  const lab = page.locator('shardless-lab').first()
  await lab.getByText(/Ping \d+ ms/).waitFor()
  assert.ok(Number(await lab.locator('canvas').getAttribute('width')) > 200)
  await lab.getByLabel('interpolation').focus()
  await page.keyboard.press('Space')
  assert.equal(await lab.getByLabel('interpolation').isChecked(), false)
  await lab.getByRole('button', { name: 'Pause' }).press('Enter')
  await lab.getByRole('button', { name: 'Play' }).waitFor()
  assert.deepEqual(await violationsOf(page), [])
  const scene = page.locator('shardless-lab[scenario]')
  await scene.scrollIntoViewIfNeeded()
  await scene.getByText(/Ping \d+ ms/).waitFor()
  // The first stands still, the second goes on; one that is taken off the page and put back goes on as well.
  await lab.getByRole('button', { name: 'Play' }).waitFor()
  await page.evaluate(`(() => { const lab = document.querySelector('shardless-lab[scenario]'); const { parentNode, nextSibling } = lab
    lab.remove(); parentNode.insertBefore(lab, nextSibling); lab.shadowRoot.querySelectorAll('span').forEach((span) => span.remove()) })()`)
  await scene.getByText(/Ping \d+ ms/).waitFor()
  await lab.scrollIntoViewIfNeeded()
  await lab.getByRole('link', { name: 'the whole laboratory' }).click()
  await waitUntil(page, 'window.laboratory !== undefined')
  assert.equal(basename(new URL(page.url()).pathname), 'index.html')
  assert.equal(await page.locator('#town').count(), 0)
  assert.match(await page.locator('main').innerText(), /lag-compensation/)
  assert.deepEqual(problems, [])
})
