/** The package as others get it: packed, installed into a project of its own, opened in Node and in a browser. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { openPage } from '../browser/browser.node.ts'
import { type Consumer, importName, installPacked, targetsOf } from './install.node.ts'

let consumer: Consumer
let subpaths: string[]
let server: ChildProcess | undefined
let url: string

before(async () => {
  consumer = installPacked()
  subpaths = Object.keys(consumer.manifest.exports).filter((subpath) => subpath !== './package.json')
  server = spawn(process.execPath, ['serve.js'], { cwd: consumer.folder, stdio: ['pipe', 'pipe', 'inherit'] })
  assert.ok(server.stdout)
  const [line] = await once(server.stdout.setEncoding('utf8'), 'data')
  url = line.trim()
})

after(async () => {
  if (server?.exitCode === null) {
    server.stdin?.end()
    await once(server, 'exit')
  }
  if (consumer) rmSync(consumer.folder, { recursive: true, force: true })
})

/** Runs a script of the consumer to its end. */
const run = (file: string, ...args: string[]): string =>
  execFileSync(process.execPath, [file, ...args], { cwd: consumer.folder, encoding: 'utf8' })

/** Exports that a browser can open: those that do not lead to a file for Node alone. */
const forBrowsers = (): string[] =>
  subpaths.filter((subpath) => {
    const targets = targetsOf(consumer.manifest.exports[subpath])
    return targets.some(([conditions, file]) => conditions.endsWith('default') && !file.endsWith('.node.js'))
  })

/** A module that imports every one of `subpaths` and exports how many names each has. */
const everyExport = (names: readonly string[]): string =>
  [
    ...names.map((subpath, at) => `import * as export${at} from '${importName(subpath)}'`),
    `export const counts = { ${names.map((subpath, at) => `'${subpath}': Object.keys(export${at}).length`)} }`,
  ].join('\n')

describe('the packed package', () => {
  test('holds every file that an export or a command leads to, and no tests', () => {
    for (const [subpath, target] of Object.entries(consumer.manifest.exports)) {
      for (const [conditions, file] of targetsOf(target)) {
        assert.ok(existsSync(join(consumer.installed, file)), `${subpath} (${conditions}) leads to ${file}`)
      }
    }
    for (const file of Object.values(consumer.manifest.bin)) {
      assert.match(readFileSync(join(consumer.installed, file), 'utf8'), /^#!\/usr\/bin\/env node\n/)
    }
    const packed = execFileSync('find', ['.', '-name', '*.test.*', '-o', '-name', '*.suite.*'], {
      cwd: consumer.installed,
      encoding: 'utf8',
    })
    assert.equal(packed, '')
  })

  test('opens every export in Node, and none is empty', () => {
    const script = `${everyExport(subpaths)}\nconsole.log(JSON.stringify(counts))`
    writeFileSync(join(consumer.folder, 'every-export.js'), script)
    const counts: Record<string, number> = JSON.parse(run('every-export.js'))
    assert.deepEqual(Object.keys(counts), subpaths)
    for (const [subpath, count] of Object.entries(counts)) assert.ok(count > 0, `${subpath} is empty`)
  })

  test('has types that hold for a consumer, in Node and in a browser, without skipping any', () => {
    writeFileSync(join(consumer.folder, 'every-export.node.ts'), everyExport(subpaths))
    writeFileSync(join(consumer.folder, 'every-export.web.ts'), everyExport(forBrowsers()))
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
    for (const project of ['tsconfig.node.json', 'tsconfig.web.json']) {
      try {
        run(tsc, '--pretty', 'false', '-p', project)
      } catch (error) {
        assert.fail(`${project}: ${(error as { stdout: string }).stdout}`)
      }
    }
  })

  test('has a command that says its version', () => {
    assert.equal(
      run(join(consumer.installed, consumer.manifest.bin.shardless), '--version').trim(),
      consumer.manifest.version,
    )
  })

  test('keeps accounts in a SQLite file, in a thread of its own', () => {
    const script = `import { openStore, backupStore, restoreStore } from 'shardless/store/node'
      const store = await openStore('world.db')
      await store.accounts.create({ id: 'a', name: 'Dolly', nameKey: 'dolly', role: 'player', at: 1 })
      await backupStore(store, 'backup')
      await store.accounts.delete('a')
      await restoreStore(store, 'backup')
      console.log((await store.accounts.findByKey('dolly')).name)
      await store.close()`
    writeFileSync(join(consumer.folder, 'keep.js'), script)
    assert.equal(run('keep.js').trim(), 'Dolly')
  })

  test('serves a game and joins it, in Node', () => {
    assert.deepEqual(JSON.parse(run('join.js', url)), { name: 'Dolly', heardBy: 1, heardMyself: true })
  })

  test('opens every export in a bundled browser page, and joins the game from there', async (t) => {
    const entry = join(consumer.folder, 'entry.js')
    writeFileSync(entry, `${everyExport(forBrowsers())}\nglobalThis.counts = counts\nimport './page.js'`)
    const bundle = await rolldown({
      input: entry,
      platform: 'browser',
      cwd: consumer.folder,
      logLevel: 'silent',
    })
    const { output } = await bundle.generate({ format: 'esm' })
    await bundle.close()

    const pages = createServer((request, response) => {
      const name = new URL(request.url ?? '', 'http://localhost').pathname.slice(1)
      const script = output.find((file) => file.fileName === name)
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
      response.end(script?.type === 'chunk' ? script.code : '<link rel="icon" href="data:,">')
    })
    await once(pages.listen(0, '127.0.0.1'), 'listening')
    t.after(() => pages.close())

    const { page, problems } = await openPage(t)
    const { port } = pages.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/?server=${encodeURIComponent(url)}`)
    await page.addScriptTag({ type: 'module', url: '/entry.js' })
    assert.deepEqual(problems, [])
    const counts = await page.evaluate('counts')
    assert.deepEqual(Object.keys(counts as object), forBrowsers())
    assert.deepEqual(await page.evaluate('visited'), {
      mover: { at: { x: 3.5, y: 60.25 }, health: 88 },
      name: 'Shaun',
      heardBy: 1,
    })
    assert.deepEqual(problems, [])
  })
})
