/** Silence, logging out, restarts and bytes that make no sense. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORMS, OpcodeStage, TICK_MS } from './stage.ts'

test('[OP50] a heartbeat keeps one in, and 30 s of silence end it with a word', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const { client, link } = stage.connect(form)
    client.login('Ada', '')
    stage.run(60_000)
    assert.equal(link.isOpen, true)
    const frames = client.opcodes.filter((opcode) => opcode !== 191).length
    link.isQuiet = true
    stage.run(29_000)
    assert.equal(link.isOpen, true)
    stage.run(2000)
    assert.deepEqual(client.opcodes.filter((opcode) => opcode !== 191).slice(frames), [131, 4])
    assert.equal(stage.host.stats.players, 0)
    stage.run(1600)
    assert.equal(link.isOpen, false)
  }
})

test('[OP50] who does not log in is out after 10 s', () => {
  const stage = new OpcodeStage()
  const { link } = stage.connect('desktop')
  stage.run(9900)
  assert.equal(link.isOpen, true)
  stage.run(300)
  assert.equal(link.isOpen, false)
})

test('[OP51] who logs out is gone at once, and the connection ends by their goodbye or after a moment', () => {
  for (const form of FORMS)
    for (const saysGoodbye of [true, false]) {
      const stage = new OpcodeStage()
      const { client, link } = stage.connect(form)
      client.login('Ada', '')
      stage.run(2 * TICK_MS)
      const frames = client.opcodes.length
      client.logout()
      stage.run(60)
      assert.deepEqual([client.opcodes.slice(frames), stage.host.stats.players, link.isOpen], [[4], 0, true])
      if (saysGoodbye) client.send(31)
      stage.run(saysGoodbye ? 60 : 1600)
      assert.equal(link.isOpen, false)
    }
})

test('[OP52] when the server closes, clients are left to come back; who is thrown out is told so', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    const other = stage.join(form, 'Bob')
    const frames = client.opcodes.length
    for (let count = 0; count < 8; count++) client.send(187, [0])
    stage.run(100)
    const after = client.opcodes.slice(frames).filter((opcode) => opcode !== 191)
    assert.deepEqual(after, [131, 4])
    assert.equal(client.messages.length, 1)
    stage.host.close('The server is closing.')
    stage.run(50)
    assert.equal(other.messages.length, 1)
    assert.ok(!other.opcodes.includes(4))
  }
})

test('[OP52] who is thrown out has a moment to read it, in which nothing is heard of them or told to them', () => {
  for (const form of FORMS)
    for (const ends of ['by itself', 'with the server']) {
      const stage = new OpcodeStage()
      const { client, link } = stage.connect(form)
      client.login('Ada', '')
      stage.run(2 * TICK_MS)
      for (let count = 0; count < 8; count++) client.send(187, [0])
      stage.run(50)
      const { length } = client.opcodes
      assert.deepEqual([client.opcodes.at(-1), link.isOpen, stage.host.stats.players], [4, true, 0])
      client.chat('Here I am.')
      stage.run(1400)
      assert.deepEqual([client.opcodes.length, link.isOpen], [length, true])
      if (ends === 'with the server') stage.host.close('The server is closing.')
      else stage.run(200)
      assert.equal(link.isOpen, false)
    }
})

test('[OP53] opcodes that mean nothing here are counted and ignored, however many', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    for (let opcode = 0; opcode < 256; opcode++)
      if (![0, 2, 16, 19, 31, 32, 38, 67, 102, 163, 187, 216].includes(opcode)) client.send(opcode, [1, 2, 3])
    client.send(0, [1])
    client.send(19)
    const before = client.ticks
    stage.run(2 * TICK_MS)
    assert.deepEqual([stage.drops['unknown-opcode'], stage.drops['out-of-turn']], [244, 2])
    assert.ok(client.ticks > before)
  }
})

test('[OP54] frames that are too short are counted, and eight of them end the connection', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const { client, link } = stage.connect(form)
    client.heartbeat()
    for (let count = 0; count < 6; count++) client.send(count % 2 === 0 ? 0 : 2, [1, 2])
    stage.run(50)
    assert.deepEqual([stage.drops.short, stage.drops['out-of-turn'], link.isOpen], [6, 1, true])
    client.send(0, [])
    stage.run(50)
    assert.equal(link.isOpen, false)
  }
})
