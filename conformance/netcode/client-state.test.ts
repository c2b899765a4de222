import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, Random } from '../../src/core/index.ts'
import { type ClientStateName, clientStates } from '../../src/netcode/index.node.ts'
import { ClientModel } from './client-model.ts'
import { kinds, StandardServer } from './peers.node.ts'

/** "Client State Machine": the states, and which may follow which. */
const table: Record<ClientStateName, { code: number; next: ClientStateName[] }> = {
  'connect token expired': { code: -6, next: ['sending connection request', 'invalid connect token'] },
  'invalid connect token': { code: -5, next: ['sending connection request', 'invalid connect token'] },
  'connection timed out': { code: -4, next: ['sending connection request', 'invalid connect token'] },
  'connection response timed out': {
    code: -3,
    next: ['sending connection request', 'invalid connect token'],
  },
  'connection request timed out': { code: -2, next: ['sending connection request', 'invalid connect token'] },
  'connection denied': { code: -1, next: ['sending connection request', 'invalid connect token'] },
  disconnected: { code: 0, next: ['sending connection request', 'invalid connect token'] },
  'sending connection request': {
    code: 1,
    next: [
      ...(['sending connection response', 'sending connection request', 'connection denied'] as const),
      ...(['connection request timed out', 'connect token expired', 'disconnected'] as const),
    ],
  },
  'sending connection response': {
    code: 2,
    next: [
      ...(['connected', 'sending connection request', 'connection denied'] as const),
      ...(['connection response timed out', 'connect token expired', 'disconnected'] as const),
    ],
  },
  connected: { code: 3, next: ['connection timed out', 'disconnected'] },
}

const words: [word: string, kind: number, length: number][] = [
  ['denied', kinds.denied, 0],
  ['challenge', kinds.challenge, 308],
  ['keep-alive', kinds.keepAlive, 8],
  ['keep-alive', kinds.keepAlive, 8],
  ['payload', kinds.payload, 10],
  ['disconnect', kinds.disconnect, 0],
]

/**
 * Lives one random life of our client beside the model's. @returns the states that our client reported, in order
 */
function live(seed: number): ClientStateName[] {
  const dice = new Random(seed)
  const count = dice.integer(1, 3)
  const servers = Array.from({ length: count }, (_, i) => `203.0.113.${i + 1}:40000`)
  const timeoutSeconds = dice.integer(1, 3)
  const life = BigInt(dice.integer(1, 12))
  const peer = new StandardServer({ servers, timeoutSeconds, expiresAt: 1000n + life })
  const model = new ClientModel()
  const told: ClientStateName[] = []
  const steps: string[] = []
  for (let step = 0; step < 60; step++) {
    const now = peer.now
    const act = dice.integer(0, 99)
    if (act < 8) {
      const isValid = dice.chance(0.8)
      peer.client.connect(isValid ? peer.token : peer.token.subarray(1), now)
      model.connect(
        { servers: count, timeoutMs: timeoutSeconds * 1000, lifeMs: Number(life) * 1000, isValid },
        now,
      )
      steps.push(`connect ${isValid}`)
    } else if (act < 10) {
      peer.client.disconnect(now)
      model.disconnect()
      steps.push('disconnect')
    } else if (act < 60) {
      const [word, kind, length] = dice.pick(words)
      const from = dice.chance(0.9) ? model.server : dice.integer(0, count - 1)
      peer.say(kind, new Uint8Array(length).fill(1), servers[from])
      if (from === model.server) model.hear(word, now)
      steps.push(`${word} from ${from}`)
    } else {
      peer.now = instant(now + dice.pick([1, 50, 100, 400, 999, 1000, 1001]))
      steps.push(`at ${peer.now}`)
      model.wait(peer.now)
    }
    for (const output of peer.poll()) if (output.do === 'state') told.push(output.state)
    assert.equal(peer.client.state, model.state, `seed ${seed}: ${steps.join(', ')}`)
  }
  return told
}

test('the ten states have the numbers of the standard', () => {
  assert.deepEqual(
    clientStates,
    Object.fromEntries(Object.entries(table).map(([name, { code }]) => [name, code])),
  )
})

test('in five hundred random lives our client does what the standard tells, and every licensed step is taken', () => {
  const taken = new Set<string>()
  for (let seed = 1; seed <= 500; seed++) {
    let state: ClientStateName = 'disconnected'
    for (const next of live(seed)) {
      // To connect anew from within a connection is to disconnect first, which is told as such.
      assert.ok(table[state].next.includes(next), `seed ${seed}: ${state} -> ${next}`)
      taken.add(`${state} -> ${next}`)
      state = next
    }
  }
  const licensed = Object.entries(table).flatMap(([state, { next }]) =>
    next.map((after) => `${state} -> ${after}`),
  )
  assert.deepEqual(
    licensed.filter((step) => !taken.has(step)),
    [],
  )
})

test('only the answer to a challenge leads to the goal, and an idle connected client stays there', () => {
  const peer = new StandardServer()
  peer.client.connect(peer.token, peer.now)
  for (const [, kind, length] of words.slice(2)) peer.say(kind, new Uint8Array(length).fill(1))
  assert.equal(peer.client.state, 'sending connection request')
  peer.say(kinds.challenge, new Uint8Array(308))
  assert.equal(peer.client.state, 'sending connection response')
  peer.say(kinds.keepAlive, new Uint8Array(8))
  peer.poll()
  for (let ms = 100; ms <= 20_000; ms += 100) {
    peer.now = instant(ms)
    peer.say(kinds.keepAlive, new Uint8Array(8))
    assert.ok(peer.poll().every((output) => output.do !== 'state'))
  }
  assert.equal(peer.client.state, 'connected')
})
