/** How clients of opcodes come in: configuration, accounts, refusals. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FormName } from './client.ts'
import { accountsOf, FORMS, OpcodeStage } from './stage.ts'

const WELCOME: Record<FormName, number[]> = { desktop: [64], browser: [0] }
const REGISTERED: Record<FormName, number[]> = { desktop: [0], browser: [2] }

/** What a login, or a registration, is answered with where the accounts say this. */
function answerTo(form: FormName, answer: object, act: 'login' | 'register' = 'login') {
  const stage = new OpcodeStage({ admission: accountsOf(() => answer) })
  const { client, link } = stage.connect(form)
  client[act]('Ada', 'secret words')
  stage.run(200)
  return {
    answer: client.answers.at(-1)?.[0],
    isOpen: link.isOpen,
    frames: client.opcodes.length,
    client,
    stage,
  }
}

test('[OP1] [OP2] [OP3] both forms come over either carrier, and the first byte tells them apart', () => {
  const stage = new OpcodeStage()
  const [ada, bob] = [stage.join('desktop', 'Ada'), stage.join('browser', 'Bob')]
  assert.deepEqual(
    [ada.nameOf(ada.ownIndex), ada.people.map(({ index }) => ada.nameOf(index))],
    ['Ada', ['Bob']],
  )
  assert.deepEqual(
    [bob.nameOf(bob.ownIndex), bob.people.map(({ index }) => bob.nameOf(index))],
    ['Bob', ['Ada']],
  )
})

test('[OP3] a browser’s frames have a length of one byte below 160, and of two from there', () => {
  for (const [length, drop] of [
    [159, 0],
    [160, 0],
    [1000, 0],
    [1022, 0],
    [1023, 1],
  ]) {
    const stage = new OpcodeStage()
    const { client } = stage.connect('browser')
    client.send(
      200,
      Array.from({ length: length - 1 }, () => 7),
    )
    stage.run(50)
    const { 'unknown-opcode': unknown = 0, 'broken-frame': broken = 0 } = stage.drops
    assert.deepEqual([unknown, broken], [1 - drop, drop], `${length}`)
  }
})

test('[OP4] a frame of a desktop has at most 1024 bytes, and what can be none is counted', () => {
  for (const [length, broken] of [
    [1022, 0],
    [1023, 1],
  ]) {
    const stage = new OpcodeStage()
    const { client, link } = stage.connect('desktop')
    client.heartbeat()
    client.send(
      200,
      Array.from({ length: length - 1 }, () => 7),
    )
    stage.run(50)
    assert.equal(stage.drops['broken-frame'] ?? 0, broken)
    assert.equal(link.isOpen, true)
  }
})

test('[OP10] who asks for the configuration is told 86 fields, and the connection is closed', () => {
  for (const welcome of ['', 'Come in.', 'w'.repeat(300)]) {
    const stage = new OpcodeStage({ welcome })
    const { client, link } = stage.connect('desktop')
    client.configuration()
    stage.run(50)
    assert.deepEqual([client.opcodes, client.holds, link.isOpen], [[19], 0, false])
    const [body] = client.bodies
    assert.ok(body.length + 3 >= 100 && body.length + 3 <= 250, `${body.length}`)
    const fields: (number | string)[] = []
    const texts = [1, 2, 42, 45]
    for (let at = 0; at < body.length; at++) {
      if (!texts.includes(fields.length + 1)) fields.push(body[at])
      else {
        const end = body.indexOf(10, at)
        fields.push(String.fromCharCode(...body.slice(at, end)))
        at = end
      }
    }
    assert.equal(fields.length, 86)
    assert.deepEqual([fields[0], fields[1], fields[44]], ['Green', 'Green', '2010'])
    assert.equal(String(fields[41]).trim(), welcome.slice(0, 80))
  }
})

test('[OP11] a browser is given a session that is not 0', () => {
  const stage = new OpcodeStage()
  const { client } = stage.connect('browser')
  client.login('Ada', '')
  stage.run(100)
  const [session] = client.answers
  assert.equal(session.length, 8)
  assert.ok(session.some((byte) => byte !== 0))
})

test('[OP12] [OP17] who has the password is in, whether new or coming back', () => {
  for (const form of FORMS)
    for (const isComingBack of [false, true]) {
      const stage = new OpcodeStage({
        admission: accountsOf((page, name, password) =>
          page === 'login' && password === 'goodwords'
            ? { is: 'done', token: `token of ${name}` }
            : { is: 'refused', code: 'wrong', reason: 'No.' },
        ),
      })
      const { client } = stage.connect(form)
      client.login('Ada', 'goodwords', { isComingBack })
      stage.run(1500)
      assert.deepEqual(client.answers.at(-1), WELCOME[form])
      assert.deepEqual(client.opcodes.slice(0, 3), [25, 191, 234])
      assert.equal(stage.villager('Ada').id > 0, true)
    }
})

test('[OP12] a desktop’s password may be filled up with blanks or not', () => {
  const asked: string[] = []
  const stage = new OpcodeStage({
    admission: accountsOf((_page, name, password) => {
      asked.push(`${name}/${password}`)
      return { is: 'refused', code: 'wrong', reason: 'No.' }
    }),
  })
  const line = (text: string): number[] => [...new TextEncoder().encode(`${text}\n`)]
  for (const password of ['pass', 'pass'.padEnd(20)]) {
    const { client } = stage.connect('desktop')
    client.send(0, [0, 0, 0, 0x27, 0x19, ...line('Ada'), ...line(password), 0, 0, 0, 0, 0, 0, 0, 7])
  }
  const { client } = stage.connect('browser')
  client.login('Ada B', 'pass')
  stage.run(100)
  assert.deepEqual(asked, ['Ada/pass', 'Ada/pass', 'Ada B/pass'])
})

test('[OP13] who is not let in is told why by one byte, and nothing else', () => {
  const soon = { reason: 'No.', is: 'refused' }
  for (const form of FORMS)
    for (const [answer, byte] of [
      [{ ...soon, code: 'wrong' }, 3],
      [{ ...soon, code: 'name' }, 3],
      [{ ...soon, code: 'wait', waitSeconds: 9 }, 7],
      [{ ...soon, code: 'banned', until: 4e12 }, 11],
      [{ ...soon, code: 'banned' }, 12],
      [{ ...soon, code: 'busy' }, 16],
    ] as const)
      assert.deepEqual(
        { ...answerTo(form, answer), client: 0, stage: 0 },
        { answer: byte, isOpen: false, frames: 0, client: 0, stage: 0 },
      )
})

test('[OP13] a full server answers 14', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage({ limits: { players: 1 } })
    stage.join(form, 'Ada')
    const { client, link } = stage.connect(form)
    client.login('Bob', '')
    stage.run(100)
    assert.deepEqual([client.answers.at(-1), link.isOpen], [[14], false])
  }
})

test('[OP14] an account of the engine’s is made, on a connection of its own', () => {
  const no = (code: string) => ({ is: 'refused', code, reason: 'No.' })
  const answers: Record<FormName, readonly (readonly [object, number])[]> = {
    desktop: [
      [no('name-taken'), 2],
      [no('wait'), 5],
      [no('name'), 7],
      [no('password'), 8],
      [no('closed'), 4],
    ],
    browser: [
      [no('name-taken'), 3],
      [no('wait'), 7],
      [no('name'), 0],
      [no('password'), 0],
      [no('closed'), 8],
    ],
  }
  for (const form of FORMS) {
    const done = answerTo(form, { is: 'done', token: 't' }, 'register')
    assert.deepEqual([[done.answer], done.isOpen, done.frames], [REGISTERED[form], false, 0])
    assert.equal(done.stage.host.stats.players, 0)
    for (const [answer, byte] of answers[form])
      assert.equal(answerTo(form, answer, 'register').answer, byte, JSON.stringify(answer))
  }
})

test('[OP15] without a password one comes in as a guest, and without accounts with any', () => {
  for (const form of FORMS) {
    const withAccounts = new OpcodeStage({
      admission: accountsOf(() => ({ is: 'refused', code: 'wrong', reason: '' })),
    })
    assert.ok(withAccounts.join(form, 'Ada'))
    const without = new OpcodeStage()
    const { client } = without.connect(form)
    client.login('Ada', 'whatever')
    without.run(1000)
    assert.deepEqual(client.answers.at(-1), WELCOME[form])
    assert.ok(without.villager('Ada'))
  }
})

test('[OP16] another version of the program is refused and counted', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const { client, link } = stage.connect(form)
    client.login('Ada', '', { version: 235 })
    stage.run(100)
    assert.deepEqual([client.answers.at(-1), link.isOpen, stage.drops['other-version']], [[5], false, 1])
  }
  const stage = new OpcodeStage()
  const { client } = stage.connect('desktop')
  client.login('Ada', '', { version: 8 })
  stage.run(100)
  assert.deepEqual(client.answers, [[64]], 'one of 2020')
})
