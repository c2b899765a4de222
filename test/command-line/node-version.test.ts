/** What an old Node is told: by a process that takes itself for one. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a file of the sources, or a line of code, in a process that says it were this version. */
function asNode(version: string, args: readonly string[]) {
  const claim = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const all = [
    '-C',
    'shardless-source',
    '--import',
    `data:text/javascript,${encodeURIComponent(claim)}`,
    ...args,
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: root, encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('every command of a Node that is too old is one sentence, and of the oldest that will do it runs', () => {
  const { engines, version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
  const least = engines.node.replace('>=', '')
  for (const old of ['22.18.0', '24.6.0', '18.0.0']) {
    assert.deepEqual(asNode(old, ['src/cli/start.node.ts', 'serve', 'game.ts']), {
      status: 1,
      stdout: '',
      stderr: `Shardless needs Node ${least} or newer; this is Node ${old}. Install a newer one from https://nodejs.org.\n`,
    })
  }
  for (const fit of [`${least}.0`, '25.0.0']) {
    assert.deepEqual(asNode(fit, ['src/cli/start.node.ts', '--version']), {
      status: 0,
      stdout: `${version}\n`,
      stderr: '',
    })
  }
})

test('the addon for datagrams is not loaded by what uses none', () => {
  const code = `await import('shardless/server'); await import('shardless/client')
    console.log(Object.keys((await import('node:module')).default._cache).filter((path) => path.includes('sodium')).length)`
  assert.equal(asNode(process.versions.node, ['--input-type=module', '-e', code]).stdout, '0\n')
})
