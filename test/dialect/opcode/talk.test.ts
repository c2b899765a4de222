/** What is said in either form, and heard in the other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORMS, OpcodeStage, TICK_MS, TILE } from './stage.ts'

test('[OP40] [OP41] what one says in one form is heard in the other, over the head of who said it', () => {
  const stage = new OpcodeStage()
  const desktop = stage.join('desktop', 'Ada')
  const browser = stage.join('browser', 'Bob')
  desktop.chat('Good morning, you there!')
  stage.run(100)
  browser.chat('And a good one to you.')
  stage.run(100)
  const said = ['Ada: Good morning, you there!', 'Bob: And a good one to you.']
  assert.deepEqual([desktop.said, browser.said], [said, said])
  desktop.chat('x'.repeat(200))
  stage.run(100)
  assert.equal(desktop.said.slice(2).join('').replaceAll('Ada: ', ''), 'x'.repeat(200))
})

test('[OP41] who speaks before they were told of is told of first', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage({ tickMs: 3000 })
    const client = stage.join(form, 'Ada')
    stage.run(3000)
    const { id } = stage.spawn('Newcomer', 1)
    stage.run(100)
    const before = client.ticks
    stage.host.world.tell('said', { who: id as never, text: 'Hello.' }, { everyone: true })
    stage.run(100)
    assert.equal(client.ticks, before + 1)
    assert.deepEqual(client.said, ['Newcomer: Hello.'])
  }
})

test('[OP42] long words come as several lines, and those of somebody out of sight as a message', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    const near = stage.spawn('Near', 1)
    const far = stage.spawn('Far', 25, 25)
    if (form === 'desktop') far.position.x += 10 * TILE
    stage.run(2 * TICK_MS)
    const word = 'lorem ipsum '
    stage.host.world.tell('said', { who: near.id as never, text: word.repeat(14) }, { everyone: true })
    stage.host.world.tell('said', { who: far.id as never, text: 'Over here' }, { everyone: true })
    stage.run(100)
    assert.ok(client.said.length >= 3)
    assert.ok(client.said.every((line) => line.length <= 'Near: '.length + 80))
    assert.match(client.said.map((line) => line.slice(6)).join(' '), /^(lorem ipsum ?)+$/i)
    assert.deepEqual(client.messages, ['Far: Over here'])
  }
})

test('[OP43] what is typed behind two colons is an order of the game, and is answered', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage({
      order: (words) =>
        words.startsWith('say ') ? { request: 'say', body: { text: words.slice(4) } } : undefined,
      answer: (request, body) => `${request}: ${(body as { heardBy: number }).heardBy}`,
    })
    const client = stage.join(form, 'Ada')
    for (const words of ['say Hello', 'say Nonsense', 'fly'])
      client.send(38, [...new TextEncoder().encode(words), ...(form === 'desktop' ? [10] : [])])
    stage.run(200)
    assert.deepEqual([...client.messages].sort(), ['Nobody here understands that.', 'Speak up.', 'say: 1'])
  }
})

test('[OP40] what is no chat is counted, and silence is not said', () => {
  const stage = new OpcodeStage()
  const client = stage.join('desktop', 'Ada')
  client.send(216, [20, 1])
  client.send(216, [])
  client.send(216, [0x81, 0x00, 1, 2, 3])
  client.chat('   ')
  stage.run(100)
  assert.equal(stage.drops['bad-chat'], 3)
  assert.deepEqual([client.said, client.messages], [[], []])
})
