/** The operator's console: over real sockets, on a terminal, and by the command line. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect } from 'shardless/client'
import { connectAdmin, type Server, serve } from 'shardless/server'
import { connectWebSocket } from 'shardless/transport/node'
import { field, fieldServer } from '../field/field.ts'
import { selfSigned } from '../outside/certificate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const TOKEN = 'a token that nobody guesses'
const PATIENCE_MS = 20_000

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

async function opened(t: TestContext, admin: string, options: object = {}): Promise<Server> {
  const server = await serve(fieldServer as never, {
    listen: ['ws://127.0.0.1:0'],
    admin: { listen: admin, token: TOKEN },
    ...options,
  })
  t.after(() => server.close())
  return server as never
}

for (const scheme of ['tcp', 'ws'])
  test(`[AD1] an operator sees over ${scheme}:// who is here, and sends somebody out, who is told why`, async (t) => {
    const server = await opened(t, `${scheme}://127.0.0.1:0`)
    const ada = await connect(field, server.urls[0], { name: 'Ada' })
    const operator = await connectAdmin(String(server.adminUrl), TOKEN)
    assert.match(await operator.run('players'), /^#\d+ Ada, home, 127\.0\.0\.1$/)
    assert.deepEqual(await operator.complete('kick A'), [['Ada '], 'A'])
    const left = new Promise<string | undefined>((resolve) =>
      ada.onStatus((status) => status === 'closed' && resolve(ada.refusal?.message)),
    )
    assert.equal(await operator.run('kick Ada "No shouting here."'), 'Ada is out.')
    assert.equal(await left, 'No shouting here.')
    assert.equal(await operator.run('players'), 'Nobody is here.')
    await assert.rejects(connectAdmin(String(server.adminUrl), 'another token than that'), {
      message: 'The token is not the one of this server.',
    })
    const { metrics } = (await (await fetch(`${server.pageUrl}/stats`)).json()) as {
      metrics: { name: string; readings: { labels: object; value: number }[] }[]
    }
    const read = (name: string) => metrics.find((row) => row.name === name)?.readings
    assert.equal(read('shardless_operators')?.[0].value, 1)
    assert.deepEqual(
      read('shardless_operators_refused_total')?.filter(({ value }) => value > 0),
      [{ labels: { reason: 'token' }, value: 1 }],
    )
    const reply = operator.run('quit')
    assert.equal(await reply, 'The server is closing.')
    assert.equal(await operator.closed, 'The server is closing.')
  })

test('[AD1] [AD7] over wss:// with a certificate; a page of any origin is refused at the door', async (t) => {
  const folder = scratch(t)
  const pair = selfSigned()
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  writeFileSync(files.cert, pair.cert)
  writeFileSync(files.key, pair.key)
  const server = await opened(t, 'wss://0.0.0.0:0', { tls: files })
  const url = String(server.adminUrl).replace('0.0.0.0', '127.0.0.1')
  // Node is told of the certificate when it starts.
  const script = `import { connectAdmin } from 'shardless/server'
    const operator = await connectAdmin(${JSON.stringify(url)}, ${JSON.stringify(TOKEN)})
    console.log(await operator.run('players'))
    operator.close()`
  const args = ['-C', 'shardless-source', '--input-type=module', '-e', script]
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: files.cert }
  const child = spawn(process.execPath, args, { cwd: root, env })
  const { said } = listen(child)
  assert.equal(await new Promise((resolve) => child.on('close', resolve)), 0, said())
  assert.equal(said().trim(), 'Nobody is here.')
  const plain = await opened(t, 'ws://127.0.0.1:0')
  const headers = { Origin: plain.pageUrl }
  await assert.rejects(connectWebSocket(String(plain.adminUrl), { headers }), /refused: /)
})

/** Gathers what a process says. `until` waits for it. */
function listen(child: ChildProcess): { said(): string; until(what: RegExp): Promise<void> } {
  let all = ''
  const woken = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => {
      all += part
      for (const wake of woken) wake()
    })
  return {
    said: () => all,
    until: (what) =>
      new Promise((resolve, reject) => {
        const patience = setTimeout(() => reject(new Error(`${what} has not come: ${all}`)), PATIENCE_MS)
        const look = (): void => {
          if (!what.test(all)) return
          clearTimeout(patience)
          woken.delete(look)
          all = all.slice((what.exec(all)?.index ?? 0) + (what.exec(all)?.[0].length ?? 0))
          resolve()
        }
        woken.add(look)
        look()
      }),
  }
}

const hasScript = spawnSync('script', ['--version']).status === 0

/** Runs the command line at a terminal of its own. */
function atTerminal(t: TestContext, args: readonly string[], cwd: string) {
  const command = [process.execPath, '-C', 'shardless-source', join(root, 'src/cli/main.node.ts'), ...args]
  // `exec`: a shell that stays between answers Ctrl-C with a code of its own.
  const line = `exec ${command.map((word) => `'${word}'`).join(' ')}`
  const child = spawn('script', ['-qefc', line, '/dev/null'], { cwd })
  t.after(() => child.kill('SIGKILL'))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { ...listen(child), ended, type: (keys: string) => child.stdin.write(keys) }
}

const UP = '\x1b[A'
const TAB = '\t'
const ENTER = '\r'

test('a terminal has a line editor with history and completion, here and by shardless console; quit ends the server', {
  skip: hasScript ? false : 'there is no `script` of util-linux, which makes a terminal',
}, async (t) => {
  const folder = scratch(t)
  const game = join(root, 'test/field/server.ts')
  const serving = ['serve', '--game', game, '--listen', 'ws://127.0.0.1:24231']
  const server = atTerminal(t, [...serving, '--admin', 'tcp://127.0.0.1:24232'], folder)
  await server.until(/The console: shardless console tcp:\/\/127\.0\.0\.1:24232/)
  await server.until(/> /)
  server.type(`pla${TAB}`)
  await server.until(/players /)
  server.type(ENTER)
  await server.until(/Nobody is here\./)
  server.type(`${UP}${ENTER}`)
  await server.until(/Nobody is here\./)
  const away = atTerminal(t, ['console', 'tcp://127.0.0.1:24232'], folder)
  await away.until(/"help" lists the commands[\s\S]*127\.0\.0\.1:24232> /)
  await server.until(/An operator has come in from 127\.0\.0\.1/)
  away.type(`ma${TAB}`)
  await away.until(/map /)
  away.type(`re${TAB}`)
  await away.until(/reload /)
  away.type(ENTER)
  await away.until(/No map here was read from a file\./)
  away.type(`${UP}${ENTER}`)
  await away.until(/No map here was read from a file\./)
  away.type(`quit${ENTER}`)
  assert.equal(await server.ended, 0)
  await away.until(/The server is closing\./)
  await away.ended
  const quiet = atTerminal(t, [...serving, '--no-console'], folder)
  await quiet.until(/Shardless [\s\S]*24231/)
  quiet.type(`players${ENTER}`)
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.doesNotMatch(quiet.said(), /Nobody is here|> /)
  quiet.type('\x03')
  assert.equal(await quiet.ended, 0)
})

test('shardless console runs the lines of standard input, and ends with a sentence where it is not let in', async (t) => {
  const server = await opened(t, 'tcp://127.0.0.1:0')
  const file = join(scratch(t), 'console.token')
  const run = async (token: string, lines: string) => {
    writeFileSync(file, token, { mode: 0o600 })
    const args = ['console', String(server.adminUrl), '--admin-token-file', file]
    const child = spawn(process.execPath, ['-C', 'shardless-source', 'src/cli/main.node.ts', ...args], {
      cwd: root,
    })
    const { said } = listen(child)
    child.stdin.end(lines)
    return { code: await new Promise((resolve) => child.on('close', resolve)), said: said().trim() }
  }
  assert.deepEqual(await run(TOKEN, 'players\n\nkick Ben\n'), {
    code: 0,
    said: 'Nobody is here.\nThere is no player Ben.',
  })
  assert.deepEqual(await run('another token than that', 'players\n'), {
    code: 1,
    said: 'The token is not the one of this server.',
  })
})
