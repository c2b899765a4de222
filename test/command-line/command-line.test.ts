import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect } from 'shardless/client'
import { serve } from 'shardless/server'
import { field, fieldServer } from '../field/field.ts'
import { OwnTime } from '../outside/own-time.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const game = 'docs/examples/meadow/server.node.ts'
const PORT = 24_201
const listen = ['--listen', `ws://127.0.0.1:${PORT}`]

interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The command line as a user runs it; `during` is told when a line of output has come. */
function run(
  args: string[],
  options: {
    env?: Record<string, string>
    during?: (line: string, stop: (signal: NodeJS.Signals) => void, pid: number) => void
  } = {},
): Promise<Run> {
  const child = spawn(process.execPath, ['-C', 'shardless-source', 'src/cli/main.node.ts', ...args], {
    cwd: root,
    env: { ...process.env, ...options.env },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  createInterface(child.stdout).on('line', (line) =>
    options.during?.(line, (signal) => child.kill(signal), child.pid as number),
  )
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err: err.trim() })))
}

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('help and version are printed, with every option and its default', async () => {
  const [help, serve, helpServe, version] = await Promise.all([
    run(['--help']),
    run(['serve', '--help']),
    run(['help', 'serve']),
    run(['--version']),
  ])
  assert.equal(helpServe.out, serve.out)
  assert.equal(help.code, 0)
  assert.match(help.out, /serve[\s\S]*\n.*bots/)
  assert.equal(serve.code, 0)
  assert.match(
    serve.out.replace(/\s+/g, ' '),
    /--players <count> players at a time \(default 5000\) \[SHARDLESS_PLAYERS\]/,
  )
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/)
})

test('Ctrl-C stops a server within two seconds, with exit code 0', async (t) => {
  const own = new OwnTime(t)
  let stoppedAt = 0
  const { code, out, err } = await run(['serve', '--game', game, ...listen], {
    during(line, stop) {
      if (!line.includes('127.0.0.1')) return
      stoppedAt = own.ms
      stop('SIGINT')
    },
  })
  assert.equal(code, 0)
  assert.ok(own.ms - stoppedAt < 2000, `${own.ms - stoppedAt} ms`)
  assert.match(
    out,
    /^Shardless \d.*, meadow: ws:\/\/127\.0\.0\.1:24201\n {2}\d+ x \d+ m in cells of \d+ m, \d+ ticks a second\n$/,
  )
  assert.equal(err, '')
})

test('[M18] with --watch a map that is written while the server runs is put under it', async (t) => {
  const file = join(scratch(t), 'field.tmj')
  const draw = (x: number): void => {
    const walls = { type: 'objectgroup', name: 'walls', objects: [{ id: 1, x, y: 8, width: 8, height: 8 }] }
    const size = { orientation: 'orthogonal', width: 256, height: 256, tilewidth: 8, tileheight: 8 }
    writeFileSync(file, JSON.stringify({ type: 'map', ...size, layers: [walls] }))
  }
  draw(8)
  const place = ['--listen', 'ws://127.0.0.1:0', '--map', file]
  const { code, out } = await run(['serve', '--game', 'test/field/server.ts', '--watch', ...place], {
    during(line, stop) {
      if (line.includes('127.0.0.1')) draw(64)
      else if (line.includes('replaced')) stop('SIGINT')
    },
  })
  assert.equal(code, 0)
  assert.match(out, /\nThe map home was replaced; 0 bodies were moved out of its walls, 0 could not be\.\n/)
})

test('what is wrong is one clear sentence, with exit code 1', async (t) => {
  const folder = scratch(t)
  const broken = join(folder, 'broken.tmj')
  writeFileSync(broken, '{"type": "map", "layers": 3}')
  const config = join(folder, 'config.json')
  writeFileSync(config, '{ "viewRadius": -1 }')
  const blocker = createServer().listen(PORT + 1, '127.0.0.1')
  t.after(() => blocker.close())
  const cases: [string[], RegExp][] = [
    [
      ['serve', '--game', game, '--listen', `ws://127.0.0.1:${PORT + 1}`],
      /^Port 24202 on 127\.0\.0\.1 is taken by another program/,
    ],
    [['serve', '--game', game, '--map', broken], /broken\.tmj/],
    [['serve', '--game', game, '--map', join(folder, 'none.tmj')], /none\.tmj cannot be read: ENOENT/],
    [
      ['serve', '--game', game, '--view-radius', 'far'],
      /^--view-radius is "far"; it wants a number from 1 to 4096 \(metres\)\.$/,
    ],
    [
      ['serve', '--config', config],
      /^"viewRadius" in .*config\.json is -1; it wants a number from 1 to 4096/,
    ],
    [
      ['serve', '--game', 'docs/guide.md'],
      /^--game names docs\/guide\.md, which is no module; it wants a \.ts/,
    ],
    [['account', 'create', 'Ada', 'king'], /^"king" is no role; it is one of/],
    [['serve', '--game', 'nowhere.ts'], /^--game names nowhere\.ts, and there is no such file\.$/],
    [['serve', '--game', 'docs/examples/meadow/game.ts'], /has no default export made by defineServer\.$/],
    [['serve', '--game', game, '--listen', 'http://127.0.0.1:1'], /begins with http:\/\//],
    [['serve', '--nonsense'], /^Unknown option '--nonsense'\.$/],
    [
      ['bots', '--url', `ws://127.0.0.1:${PORT + 2}`, '--count', '1', '--seconds', '600'],
      /could not join ws:\/\/127\.0\.0\.1:24203/,
    ],
    [['bots', '--bot', 'nowhere.ts', '--seconds', '600'], /^--bot names nowhere\.ts/],
  ]
  for (const [args, sentence] of cases) {
    const { code, out, err } = await run(args)
    assert.equal(code, 1, args.join(' '))
    assert.match(err, sentence)
    assert.equal(err.split('\n').length, 1, err)
    assert.equal(out, '')
  }
})

test('bots join over real sockets, and tell what they saw', async () => {
  const bots: Promise<Run>[] = []
  const server = await run(['serve', '--game', 'test/command-line/demo-without-pages.ts', ...listen], {
    during(line, stop) {
      if (!line.includes('127.0.0.1')) return
      const args = [
        'bots',
        '--bot',
        'demo/game/bot.ts',
        '--url',
        `ws://127.0.0.1:${PORT}`,
        '--count',
        '30',
        '--seconds',
        '3',
      ]
      bots.push(run(args))
      bots[0].then(() => stop('SIGINT'))
    },
  })
  assert.equal(server.code, 0)
  const { code, out, err } = await bots[0]
  assert.equal(err, '')
  assert.equal(code, 0)
  assert.match(out, /bots +30, 30 still connected/)
  assert.match(out, /ticks with news +\d+ in all/)
  assert.match(out, /stalls +\d+ times/)
})

test('bots end with the server that started them, even where it was killed', {
  skip: process.platform === 'linux' ? false : 'only Linux says here who started whom',
}, async () => {
  let bots = 0
  const { code } = await run(['serve', '--game', game, '--listen', 'ws://127.0.0.1:0', '--bots', '2'], {
    during(line, stop, pid) {
      if (!line.includes('127.0.0.1')) return
      bots = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
      stop('SIGKILL')
    },
  })
  assert.equal(code, null)
  assert.ok(bots > 0)
  // What it costs to wait for ever is the time limit of all tests.
  while (isRunning(bots)) await new Promise((resolve) => setTimeout(resolve, 50))
})

/** Looks whether a process is there, and not just waits to be asked how it ended. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('an inspector joins over a real socket, and shows topics, fields and the wire trace of one entity', async (t) => {
  const server = await serve(fieldServer, { listen: [`ws://127.0.0.1:${PORT}`] })
  t.after(() => server.close())
  const ada = await connect(field, server.urls[0], { name: 'Ada' })
  t.after(() => ada.close())
  const id = [...server.world.entities('walker')][0].id
  let north = 1
  const walking = setInterval(() => {
    north = -north
    ada.command({ east: 0, north })
  }, 300)
  t.after(() => clearInterval(walking))
  const url = ['--url', server.urls[0]]
  const { code, out, err } = await run([
    'inspect',
    '--game',
    'test/field/server.ts',
    ...url,
    '--entity',
    `${id}`,
    '--seconds',
    '3',
  ])
  assert.equal(err, '')
  assert.equal(code, 0)
  assert.match(out, /topics followed/)
  assert.match(out, /cell \d+ +\d+ +\d+/)
  assert.match(out, /walker +position +[\d.]+/)
  assert.match(out, new RegExp(`entity ${id}, the last that was told of it\n +tick \\d+: [a-z ]+, \\d+ bits`))
})

test('dialects of a game are served at their customary addresses, with a line that says how to join', async () => {
  const village = ['serve', '--game', 'docs/examples/text-dialect/server.node.ts', ...listen]
  const served = await run([...village, '--dialects'], {
    during: (line, stop) => line.includes('text+tcp') && stop('SIGINT'),
  })
  assert.equal(served.code, 0, served.err)
  assert.match(
    served.out,
    /^ {2}text\+tcp:\/\/127\.0\.0\.1:4100 {2}nc 127\.0\.0\.1 4100, and type: hello NAME$/m,
  )
  const [unknown, none] = await Promise.all([
    run([...village, '--dialects', 'telnet,text']),
    run(['serve', '--game', game, ...listen, '--dialects']),
  ])
  assert.deepEqual(
    [unknown.code, unknown.err],
    [1, 'Nobody speaks the dialect "telnet" here; there are text, and all.'],
  )
  assert.match(none.err, /^This game is shown to no other protocol: export `dialects` from its module/)
})
