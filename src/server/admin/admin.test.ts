/** The operator's connection in virtual time: who is let in, what is run, what is left out. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { field, fieldServer } from '../../../test/field/field.ts'
import { type Instant, instant, Random, Readings } from '../../core/index.ts'
import { defineServer, type OperatorCommand } from '../../region/index.ts'
import { type Link, MemoryNetwork } from '../../transport/index.ts'
import { Host } from '../host.ts'
import { OperatorConsole } from '../operator-console.ts'
import { AdminClient } from './admin-client.ts'
import { AdminDesk } from './admin-desk.ts'
import { planAdmin } from './admin-listener.node.ts'
import { writeAdminAsk, writeAdminHello } from './admin-message.ts'
import { adminMetrics } from './metrics.ts'
import { openTokenFile, readTokenFile } from './token-file.node.ts'

const TOKEN = 'a token that nobody guesses'

class Stage {
  readonly desk: AdminDesk
  readonly told: string[] = []
  readonly ran: string[] = []
  now = instant(1000)
  readonly #network = new MemoryNetwork()
  #release = (): void => {}

  constructor() {
    const commands: OperatorCommand[] = [
      {
        name: 'slow',
        about: 'wait until it is released',
        run: () =>
          new Promise((resolve) => {
            this.#release = () => resolve('done')
          }),
      },
      { name: 'note', about: 'note it', run: ({ words }) => `noted ${this.ran.push(words.join(' '))}` },
      { name: 'long', about: 'say much', run: () => 'A line of an answer that is long.\n'.repeat(10_000) },
    ]
    const definition = defineServer(field, fieldServer.options)
    const host = new Host(definition, { random: new Random(1) }, this.now)
    const console = new OperatorConsole({ host, commands, quit: () => {} })
    this.desk = new AdminDesk({
      console,
      isToken: (text) => text === TOKEN,
      told: (sentence) => this.told.push(sentence),
    })
    this.#network.listen('console', (link) => this.desk.accept(link, () => this.now))
  }

  /** Opens a connection. `heard` are its packets' sizes, and why it was closed. */
  link(from?: string): { link: Link; heard: string[] } {
    const link = this.raw(from)
    const heard: string[] = []
    link.open({
      receive: (packet) => void heard.push(`${packet.length} bytes`),
      closed: (reason) => void heard.push(reason),
    })
    return { link, heard }
  }

  raw(from = '127.0.0.1'): Link {
    return this.#network.connect('console', { from })
  }

  async greet(token = TOKEN): Promise<AdminClient> {
    const greeted = AdminClient.greet(this.raw(), token)
    greeted.catch(() => {})
    await this.run(100)
    return greeted
  }

  release(): void {
    this.#release()
  }

  async run(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end; ) {
      this.now = instant(this.now + 10) as Instant
      while (this.#network.deliver(this.now) > 0);
      this.desk.advance(this.now)
      await new Promise(setImmediate)
    }
  }

  count(metric: { readonly name: string }): Record<string, number> {
    const readings = new Readings()
    this.desk.measure(readings)
    const [row] = readings.rows(Object.values(adminMetrics)).filter(({ name }) => name === metric.name)
    return Object.fromEntries(
      row.readings.flatMap(({ labels, value }) =>
        value ? [[Object.values(labels).join() || 'all', value]] : [],
      ),
    )
  }
}

test('[AD2] [AD4] who says hello with the token is let in, and hears what the terminal would print', async () => {
  const stage = new Stage()
  const ada = await stage.greet()
  const answers = ['players', '', 'dance', 'note "two words" three'].map((line) => ada.run(line))
  await stage.run(100)
  assert.deepEqual(await Promise.all(answers), [
    'Nobody is here.',
    '',
    'There is no command "dance"; "help" lists those there are.',
    'noted 1',
  ])
  assert.deepEqual(stage.ran, ['two words three'])
  const completed = [ada.complete('no'), ada.complete('map re'), ada.complete('xyz')]
  await stage.run(100)
  assert.deepEqual(await Promise.all(completed), [
    [['note '], 'no'],
    [['reload '], 're'],
    [[], 'xyz'],
  ])
  assert.match(stage.told[0], /^An operator has come in from 127\.0\.0\.1/)
  assert.match(stage.told.at(-1) ?? '', / says: note "two words" three$/)
  assert.deepEqual(stage.count(adminMetrics.asked), { run: 4, complete: 3 })
  assert.deepEqual(stage.count(adminMetrics.operators), { all: 1 })
  ada.close()
  await stage.run(100)
  assert.match(stage.told.at(-1) ?? '', / is gone\.$/)
  assert.deepEqual(stage.count(adminMetrics.operators), {})
  assert.equal(await ada.run('players'), await ada.closed)
})

test('[AD2] another token, another version, no hello, a late one and a ninth operator are refused with a sentence, and counted', async () => {
  const stage = new Stage()
  await assert.rejects(stage.greet('another token, as long'), {
    message: 'The token is not the one of this server.',
  })
  const old = stage.link('10.0.0.1')
  const version = writeAdminHello(TOKEN)
  version[0] = 2
  old.link.send(version)
  const stranger = stage.link('10.0.0.2')
  stranger.link.send(new TextEncoder().encode('GET / HTTP/1.1'))
  const silent = stage.link('10.0.0.3')
  await stage.run(4900)
  assert.deepEqual(old.heard, ["This server speaks version 1 of the operator's protocol, and you version 2."])
  assert.deepEqual(stranger.heard, ['That is no hello of an operator.'])
  assert.deepEqual(silent.heard, [])
  await stage.run(200)
  assert.deepEqual(silent.heard, ['No hello came in time.'])
  for (let count = 1; count <= 8; count++) {
    await stage.greet()
    await stage.run(1000)
  }
  await assert.rejects(stage.greet(), { message: '8 operators are here already.' })
  assert.deepEqual(stage.count(adminMetrics.refused), {
    token: 1,
    version: 1,
    malformed: 1,
    late: 1,
    limit: 1,
  })
})

test('[AD3] what makes no sense ends the connection, before and after the hello', async () => {
  const stage = new Stage()
  for (const [at, nonsense] of [
    new Uint8Array([255]),
    new Uint8Array(5000),
    writeAdminHello(TOKEN),
  ].entries()) {
    const { link, heard } = stage.link(`10.0.1.${at}`)
    link.send(writeAdminHello(TOKEN))
    await stage.run(50)
    link.send(nonsense)
    await stage.run(50)
    assert.equal(heard.at(-1), 'That is no line of an operator.')
  }
  assert.deepEqual(stage.count(adminMetrics.refused), { malformed: 3 })
  assert.deepEqual(stage.count(adminMetrics.operators), {})
})

test('[AD4] an answer that is too long is cut at a line, and says so', async () => {
  const stage = new Stage()
  const ada = await stage.greet()
  const long = ada.run('long')
  await stage.run(100)
  const answer = await long
  const { length } = new TextEncoder().encode(answer)
  assert.ok(length <= 60_000 && length > 59_900, `${length} bytes`)
  assert.match(answer, /that is long\.\n\.\.\. and more, which is too long for one answer\.$/)
})

test('[AD5] a line waits for the one before it, and none is run for who is gone', async () => {
  const stage = new Stage()
  const ada = await stage.greet()
  const [first, second] = [ada.run('slow'), ada.run('note after')]
  await stage.run(500)
  assert.deepEqual(stage.ran, [])
  stage.release()
  await stage.run(100)
  assert.deepEqual([await first, await second], ['done', 'noted 1'])
  void ada.run('slow')
  void ada.run('note never')
  await stage.run(100)
  ada.close()
  await stage.run(100)
  stage.release()
  await stage.run(100)
  assert.deepEqual(stage.ran, ['after'])
})

test('[AD6] lines beyond the rate are not run and say so; hellos beyond it are refused', async () => {
  const stage = new Stage()
  const ada = await stage.greet()
  const answers: string[] = []
  for (let at = 0; at < 5; at++) {
    const some = Array.from({ length: 16 }, () => ada.run('note x'))
    await stage.run(50)
    answers.push(...(await Promise.all(some)))
  }
  const ran = answers.filter((answer) => answer.startsWith('noted')).length
  assert.ok(ran >= 60 && ran <= 66, `${ran} lines`)
  assert.equal(answers.at(-1), 'Too much at once: this line was not run. Wait a second.')
  assert.deepEqual(stage.count(adminMetrics.asked), { run: ran, 'left out': 80 - ran })
  const raw = new Stage()
  const { link, heard } = raw.link()
  link.send(writeAdminHello(TOKEN))
  await raw.run(20)
  for (let number = 1; number <= 20; number++) link.send(writeAdminAsk({ is: 'run', number, line: 'slow' }))
  await raw.run(50)
  assert.equal(heard.length, 1 + 4, 'of twenty that wait for the first, four are one too many')
  const guesses = Array.from({ length: 5 }, () => raw.greet('a guess that is long enough'))
  const reasons = await Promise.all(guesses.map((guess) => guess.catch(({ message }) => message)))
  assert.equal(reasons.filter((reason) => reason.startsWith('Too many tries')).length, 3)
})

test('[AD7] an address that others reach needs TLS, or the word that the token may be read', () => {
  const token = TOKEN
  for (const listen of ['tcp://127.0.0.1:4010', 'tcp://[::1]:4010', 'ws://localhost:0', 'wss://0.0.0.0:4010'])
    assert.equal(planAdmin({ listen, token }).scheme, listen.split(':', 1)[0])
  for (const listen of [
    'tcp://0.0.0.0:4010',
    'ws://192.0.2.1:4010',
    'tcp://[::]:4010',
    'ws://town.example:4010',
  ]) {
    assert.throws(() => planAdmin({ listen, token }), {
      message: /would carry the console's token where others can read/,
    })
    assert.ok(planAdmin({ listen, token, inClear: true }))
  }
  for (const listen of ['udp://127.0.0.1:4010', 'text+tcp://127.0.0.1:4010'])
    assert.throws(() => planAdmin({ listen, token }), { message: /The console cannot listen at/ })
})

test('[AD8] a token is long, and its file is made once, for its owner alone', (t) => {
  const listen = 'tcp://127.0.0.1:4010'
  assert.throws(() => planAdmin({ listen, token: 'x'.repeat(15) }), {
    message: /has 15 bytes; it needs 16 to 200/,
  })
  assert.throws(() => planAdmin({ listen, token: 'x'.repeat(201) }), { message: /has 201 bytes/ })
  const folder = mkdtempSync(join(tmpdir(), 'shardless-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'console.token')
  assert.throws(() => readTokenFile(path), { message: /cannot be read: ENOENT/ })
  const token = openTokenFile(path)
  assert.equal(token.length, 43)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(readFileSync(path, 'utf8'), `${token}\n`)
  assert.equal(openTokenFile(path), token)
  chmodSync(path, 0o640)
  assert.throws(() => openTokenFile(path), { message: /can be read by others \(mode 640\)/ })
})
