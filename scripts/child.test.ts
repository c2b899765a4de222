import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

const url = new URL('./child.mjs', import.meta.url).href

/**
 * A process that runs a child with this code, the way `npm start` does; answers once the child has said "up".
 * @param options what `runChild` is given
 */
async function run(code: string, options = {}): Promise<{ parent: ChildProcess; heard: () => string }> {
  const script = `
    import { runChild } from '${url}'
    process.exitCode = await runChild(process.execPath, ['-e', ${JSON.stringify(code)}], ${JSON.stringify(options)})
  `
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of parent.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk
    if (output.includes('up')) break
  }
  parent.stdout.on('data', (chunk) => {
    output += chunk
  })
  return { parent, heard: () => output.replace(/\s+/g, ' ').trim() }
}

const posix = {
  skip: process.platform === 'win32' ? 'signals are the terminal\u2019s business there' : false,
}

test('the exit code is the child\u2019s', async () => {
  const { parent } = await run("console.log('up'); process.exit(7)")
  assert.deepEqual(await once(parent, 'exit'), [7, null])
})

test('a Ctrl-C that arrives twice reaches the child once, and its exit code counts', posix, async () => {
  const { parent, heard } = await run(`
    process.on('SIGINT', () => { console.log('asked'); setTimeout(() => process.exit(3), 100) })
    setInterval(() => {}, 1000)
    console.log('up')
  `)
  parent.kill('SIGINT')
  setTimeout(() => parent.kill('SIGINT'), 10)
  assert.deepEqual(await once(parent, 'close'), [3, null])
  assert.equal(heard(), 'up asked')
})

test('a child that does not listen is ended after 2 s, with what it started', posix, async () => {
  const { parent, heard } = await run(`
    const { spawn } = require('node:child_process')
    process.on('SIGTERM', () => {})
    const grandchild = spawn('sleep', ['60'])
    setInterval(() => {}, 1000)
    console.log('up', grandchild.pid)
  `)
  const started = performance.now()
  parent.kill('SIGTERM')
  // What takes 2 s takes longer where many want the processor.
  const tookTwo = once(spawn(process.execPath, ['-e', 'setTimeout(() => {}, 2000)']), 'exit').then(
    () => performance.now() - started,
  )
  assert.deepEqual(await once(parent, 'close'), [137, null])
  const took = performance.now() - started
  assert.ok(took > 1900 && took < (await tookTwo) + 2000, `${took} ms`)
  assert.throws(() => process.kill(Number(heard().split(' ')[1]), 0), /ESRCH/)
})

test('a second Ctrl-C ends the child at once', posix, async () => {
  const { parent } = await run(
    `
    process.on('SIGINT', () => {})
    setInterval(() => {}, 1000)
    console.log('up')
  `,
    { patienceMs: 3_600_000 },
  )
  parent.kill('SIGINT')
  setTimeout(() => parent.kill('SIGINT'), 500)
  assert.deepEqual(await once(parent, 'exit'), [137, null])
})
