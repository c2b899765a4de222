import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { test } from 'node:test'
import { createPasswords, DEFAULT_COST } from './password.node.ts'
import { passwordProblem } from './password.ts'
import { readPhc, writePhc } from './phc.ts'

const cheap = { memory: 8, passes: 1, lanes: 1 }

test('[A5] a hash says how it was made, and its password verifies against it, whatever new ones cost', async () => {
  const old = createPasswords({ cost: cheap })
  const hashed = await old.hash('correct horse')
  assert.ok(hashed.is === 'hashed')
  assert.match(hashed.hash, /^\$argon2id\$v=19\$m=8,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  assert.deepEqual(await old.verify('correct horse', hashed.hash), { is: 'right', isOld: false })
  assert.deepEqual(await old.verify('correct horsE', hashed.hash), { is: 'wrong' })
  const today = createPasswords({ cost: { ...cheap, passes: 2 } })
  assert.deepEqual(await today.verify('correct horse', hashed.hash), { is: 'right', isOld: true })
  const again = await old.hash('correct horse')
  assert.notEqual(again.is === 'hashed' && again.hash, hashed.hash, 'each has salt of its own')
})

test('[A5] new hashes cost 19 MiB and two passes, and are Argon2id as the standard has it', async () => {
  assert.deepEqual(DEFAULT_COST, { memory: 19_456, passes: 2, lanes: 1 })
  const hashed = await createPasswords().hash('correct horse')
  const parts = readPhc(hashed.is === 'hashed' ? hashed.hash : '')!
  const tag = argon2Sync('argon2id', {
    message: 'correct horse',
    nonce: parts.salt,
    parallelism: 1,
    tagLength: 32,
    memory: 19_456,
    passes: 2,
  })
  assert.deepEqual(Buffer.from(parts.tag), tag)
})

test('[A5] the string of a hash reads back, and another string is none', () => {
  for (const [salt, tag] of [
    [16, 32],
    [9, 12],
    [17, 33],
    [18, 64],
  ]) {
    const hash = { ...cheap, salt: new Uint8Array(salt).fill(251), tag: new Uint8Array(tag).fill(62) }
    assert.deepEqual(readPhc(writePhc(hash)), hash)
    const buffer = Buffer.from(hash.tag).toString('base64').replace(/=+$/, '')
    assert.ok(writePhc(hash).endsWith(`$${buffer}`))
  }
  const good = writePhc({ ...cheap, salt: new Uint8Array(16), tag: new Uint8Array(32) })
  for (const bad of [
    '',
    'x',
    good.replace('argon2id', 'argon2i'),
    good.replace('v=19', 'v=16'),
    good.replace('m=8', 'm=7'),
    good.replace('m=8', 'm=9999999'),
    good.replace('t=1', 't=0'),
    good.replace('p=1', 'p=0'),
    `${good}=`,
    `${good.slice(0, -1)}B`,
    `${good}$`,
  ])
    assert.equal(readPhc(bad), undefined, bad)
})

test('[A6] a password has 8 to 1,024 bytes, is not the name, and is not the first that is guessed', () => {
  const problem = (password: string): boolean => passwordProblem(password, 'Ada Lovelace') !== undefined
  assert.ok(problem('seven77') && !problem('eight888'.replace('888', 'abc')))
  assert.ok(!problem('ab3'.repeat(341)) && problem(`${'ab3'.repeat(341)}ab`))
  assert.ok(problem('é'.repeat(512)), 'one letter only')
  assert.ok(!problem('éàü'.repeat(170)) && problem('éàü'.repeat(171)), 'bytes, not letters')
  for (const bad of ['password', 'PASSWORD1', '12345678', 'abababab', 'ada lovelace', '\ud800abcdefgh'])
    assert.ok(problem(bad), bad)
})

test('[A6] a password typed in another form of the same letters is the same', async () => {
  const passwords = createPasswords({ cost: cheap })
  const hashed = await passwords.hash('Caf\u00e9-latte')
  const verified = await passwords.verify('Cafe\u0301-latte', hashed.is === 'hashed' ? hashed.hash : '')
  assert.equal(verified.is, 'right')
})

test('[A7] so many are hashed at once, so many wait, and the rest is told that it is busy', async () => {
  const passwords = createPasswords({ cost: cheap, atOnce: 2, waitingMax: 3 })
  const all = await Promise.all(Array.from({ length: 9 }, () => passwords.verify('some password', undefined)))
  assert.deepEqual(
    all.map(({ is }) => is),
    ['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'busy', 'busy', 'busy', 'busy'],
  )
  const hashed = await passwords.hash('some password')
  assert.equal(hashed.is, 'hashed', 'and there is room again')
})

test('[A8] an account that is not there takes as long as one that is', async () => {
  const passwords = createPasswords({ cost: { memory: 4096, passes: 2, lanes: 1 } })
  const hashed = await passwords.hash('some password')
  const hash = hashed.is === 'hashed' ? hashed.hash : ''
  const took = { known: Infinity, unknown: Infinity }
  for (let round = 0; round < 8; round++) {
    for (const who of ['known', 'unknown'] as const) {
      // Of the processor, in µs: however many others want it at the moment.
      const start = process.cpuUsage()
      await passwords.verify('another one', who === 'known' ? hash : undefined)
      const { user, system } = process.cpuUsage(start)
      took[who] = Math.min(took[who], user + system)
    }
  }
  assert.ok(took.unknown > took.known * 0.5 && took.unknown < took.known * 2, JSON.stringify(took))
})
