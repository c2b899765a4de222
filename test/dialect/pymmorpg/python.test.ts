/** A client in Python, of Debian's python3, in a world with accounts, attributes and content over real sockets. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { connect } from '../../../src/client/index.node.ts'
import { type PymmorpgAdapter, pymmorpgDialect } from '../../../src/dialect/pymmorpg/index.ts'
import { emptyMap } from '../../../src/geometry/index.ts'
import { AttributeBook, attributeAnswers, attributeRequests } from '../../../src/play/index.ts'
import { defineServer, serve } from '../../../src/server/index.node.ts'
import { portOf } from '../../../src/transport/index.ts'
import { until } from '../../../src/transport/socket-stage.suite.ts'
import { bool, integer, quantized, record, text } from '../../../src/wire/index.ts'
import { attribute, defineGame, entity, motion, once } from '../../../src/world/index.ts'

const PYTHONS = ['/usr/bin/python3', process.env.PYTHON2 ?? '/usr/bin/python2']
const CLIENT = fileURLToPath(new URL('../../../docs/examples/pymmorpg-client/pymmorpg.py', import.meta.url))

const axis = integer({ min: -1, max: 1 })
const yard = defineGame({
  name: 'yard',
  version: '3.1',
  map: { width: 128, height: 128, cellSize: 32 },
  player: 'smith',
  entities: {
    smith: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      name: once(text({ bytesMax: 64 })),
    }),
  },
  command: record({ east: axis, north: axis }),
  attributes: {
    gold: attribute({
      type: integer({ min: 0, max: 1000 }),
      readers: 'owner',
      writers: 'owner',
      initial: 10,
    }),
    warmth: attribute({
      type: quantized({ min: 0, max: 4, step: 0.25 }),
      readers: 'near',
      writers: 'owner',
      initial: 2,
    }),
    motto: attribute({ type: text({ bytesMax: 64 }), readers: 'near', writers: 'owner', initial: '' }),
    isMaster: attribute({ type: bool(), readers: 'near', initial: false }),
  },
  requests: { ...attributeRequests() },
  step(self, { east, north }, near) {
    near.map.slide(self.position, 4 * east * near.seconds, 4 * north * near.seconds, 0.4)
  },
})

const adapter: PymmorpgAdapter<typeof yard> = {
  figure: ({ name }) => ({ name: String(name), look: 7 }),
  walk: (east, north) => ({ east: Math.round(east), north: Math.round(north) }),
}

/** A yard with accounts and a folder of content. */
async function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'pymmorpg-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const content = join(folder, 'content')
  mkdirSync(join(content, 'map'), { recursive: true })
  writeFileSync(join(content, 'map', 'yard.json'), '{}')
  writeFileSync(join(content, 'client.py'), 'print(1)\n')
  writeFileSync(
    join(content, 'picture.bin'),
    Uint8Array.from({ length: 300_000 }, (_, i) => i),
  )
  const attributes = new AttributeBook(yard.attributes)
  const definition = defineServer(yard, {
    map: emptyMap(128, 128),
    content: pathToFileURL(`${content}/`),
    accounts: { guests: true },
    join({ world, player: { name, character } }) {
      return world.spawn('smith', { position: { ...(character?.position ?? { x: 64, y: 64 }) }, name })
    },
    attributes,
    requests: attributeAnswers(attributes),
  })
  const server = await serve(definition, {
    listen: ['pymmorpg+tcp://127.0.0.1:0', 'ws://127.0.0.1:0'],
    dialects: [pymmorpgDialect(adapter)],
    store: 'memory:',
  })
  t.after(() => server.close())
  return { server, content, folder, port: portOf(server.urls[0]) }
}

/** A running client: `ask` types a line and waits for what is printed. */
class Python {
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  #rest = ''

  constructor(t: TestContext, python: string, ...args: readonly (string | number)[]) {
    this.#child = spawn(python, [CLIENT, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
    t.after(() => this.#child.kill())
    this.#child.stdout?.on('data', (chunk) => {
      const parts = (this.#rest + chunk).split('\n')
      this.#rest = parts.pop() ?? ''
      this.#lines.push(...parts)
    })
  }

  async ask(line: string): Promise<string> {
    const before = this.#lines.length
    // An answer may be of several lines, which may come in parts: that of a wait is an empty line, and the end.
    this.#child.stdin?.write(`${line}\nwait 0\n`)
    await until(
      () => this.#lines.length > before + 1 && /^( {2}flags: .*)?$/.test(this.#lines.at(-1) as string),
    )
    return this.#lines.slice(before, -1).join('\n')
  }

  /** Asks the same again and again until it is answered as wanted, for half a minute. */
  async until(line: string, wanted: RegExp): Promise<void> {
    for (const end = performance.now() + 30_000; !wanted.test(await this.ask(line)); await sleep(50))
      if (performance.now() > end) assert.fail(`${line} is never answered ${wanted}`)
  }

  async quit(): Promise<void> {
    this.#child.stdin?.write('quit\n')
    await until(() => this.#child.exitCode !== null)
  }
}

for (const python of PYTHONS)
  test(`[PY7] [PY8] [PY9] [PY10] [PY14] [PY16] ${python} upgrades, makes an account, walks, changes attributes, and is where it was`, {
    skip: !existsSync(python) && `There is no ${python} here.`,
  }, async (t) => {
    const { server, content, folder, port } = await open(t)
    const ada = new Python(t, python, '127.0.0.1', port)
    assert.match(await ada.ask('ver'), /^3\.1\.\d+\.\d+\.\d+$/)
    const version = await ada.ask('ver')
    assert.equal(await ada.ask(`upgrade ${join(folder, 'here')}`), 'client.py map picture.bin')
    for (const file of ['client.py', 'map/yard.json', 'picture.bin'])
      assert.deepEqual(readFileSync(join(folder, 'here', file)), readFileSync(join(content, file)), file)

    assert.equal(await ada.ask('login Ada wrong-horse'), 'False  flags: refused:wrong')
    assert.equal(await ada.ask('new Ada correct-horse-battery'), 'True  flags: name:Ada')
    assert.equal(await ada.ask('look'), 'Ada 64.0 64.0 7')
    const bob = await connect(yard, server.urls[1], { name: 'Bob' })
    t.after(() => bob.close())
    await ada.until('look', /Bob/)

    for (const line of ['move 1', 'move far away 0', 'set', 'login a b c', 'wait'])
      assert.match(await ada.ask(line), /^This is not understood \(.+\); what may be said/, line)
    assert.equal(await ada.ask('move 3 0 0'), 'True')
    await ada.until('look', /Ada 6[67]\.\d 64\.0/)
    assert.equal(await ada.ask('get Ada gold'), '10')
    assert.equal(await ada.ask('get Ada warmth'), '2.0')
    assert.equal(await ada.ask('get Ada isMaster'), 'False')
    assert.equal(await ada.ask('get Ada nothing'), 'None')
    assert.equal(await ada.ask('set Ada gold 25'), 'True')
    assert.equal(await ada.ask('add Ada gold -5'), 'True')
    assert.equal(await ada.ask('add Ada gold -50'), 'False')
    assert.equal(await ada.ask("set Ada gold 'much'"), 'False')
    assert.equal(await ada.ask('set Ada isMaster True'), 'False')
    assert.equal(await ada.ask("set Ada motto 'Strike while it is hot'"), 'True')
    assert.equal(await ada.ask('set Bob motto mine'), 'False')
    assert.equal(await ada.ask("edit attributes ('gold',5) ('warmth',0.5)"), 'True')
    assert.equal(await ada.ask("edit attributes ('gold',5) ('warmth',9)"), 'False')
    assert.equal(await ada.ask('get Ada gold'), '25')
    assert.equal(await ada.ask('get Ada warmth'), '2.5')
    assert.equal(await ada.ask('get Bob gold'), 'None')

    server.host.raise('map')
    assert.match(await ada.ask('ver'), / {2}flags: map$/)
    assert.doesNotMatch(await ada.ask('ver'), /flags/)
    writeFileSync(join(content, 'new.txt'), 'grown')
    await ada.until('ver', / {2}flags: client$/)
    assert.match(await ada.ask('ver'), / {2}flags: client$/)
    assert.equal(await ada.ask('upgrade'), 'client.py map new.txt picture.bin')
    assert.doesNotMatch(await ada.ask('ver'), /flags/)
    assert.notEqual(await ada.ask('ver'), version)

    const [, place] = /Ada (\S+ \S+)/.exec(await ada.ask('look')) ?? []
    await ada.quit()
    await until(() => server.host.stats.players === 1)
    const again = new Python(t, python, '127.0.0.1', port)
    assert.equal(await again.ask('login Ada correct-horse-battery'), 'True  flags: name:Ada')
    await again.until('look', new RegExp(`Ada ${place} 7`))
    assert.equal(await again.ask('get Ada motto'), 'Strike while it is hot')
    await again.quit()
  })
