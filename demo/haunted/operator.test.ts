/** The operator's console, with the engine's commands and those of the house; in virtual time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from 'shardless/lab'
import { OperatorConsole } from 'shardless/server'
import { newHouse } from './visit.ts'

async function evening() {
  const house = newHouse({ fillTo: 4 })
  const pair = new Pair(house.definition, { seed: 1 })
  const [ada, ben] = [pair.connect({ name: 'Ada' }), pair.connect({ name: 'Ben' })]
  await pair.run(500)
  for (const one of [ada, ben]) one.ask('quickMatch', {}).catch(assert.fail)
  await pair.run(500)
  let hasQuit = false
  const operator = new OperatorConsole({
    host: pair.host,
    commands: house.definition.options.operatorCommands as never,
    quit: () => {
      hasQuit = true
    },
  })
  const [room] = house.rooms().open
  const match = house.matchIn(room.world)
  assert.ok(match)
  return { pair, ada, ben, operator, match, room, hasQuit: () => hasQuit }
}

test('an operator sees who is here, speaks to all, and sends somebody out, who is told why', async () => {
  const { pair, ada, ben, operator, match } = await evening()
  assert.match(await operator.run('players'), /^#\d+ Ada, [B-Z]{5}, \S+\n#\d+ Ben, /)
  const heard: string[] = []
  ada.on('notice', ({ text }) => heard.push(text))
  assert.equal(await operator.run('say "The house closes" at ten'), 'Said.')
  await pair.run(300)
  assert.deepEqual(heard, ['The house closes at ten'])
  assert.equal(await operator.run('kick Nobody'), 'There is no player Nobody.')
  assert.equal(await operator.run('kick Ben You talk too much.'), 'Ben is out.')
  await pair.run(300)
  assert.deepEqual([ben.status, ben.refusal?.message], ['closed', 'You talk too much.'])
  assert.equal(match.named('Ben'), undefined)
  assert.equal(
    await operator.run('ban Ada 3 Enough'),
    'Ada has no account; an address is shut out until the server ends, without hours.',
  )
  const answer = await operator.run('ban Ada')
  const [, address] = /^Ada is out, and nobody comes in from (\S+)\.$/.exec(answer) ?? []
  await pair.run(300)
  assert.equal(ada.status, 'closed')
  assert.equal(pair.host.admit(address), 'The operator lets nobody in from this address.')
  assert.equal(pair.host.admit('192.0.2.1'), undefined)
})

test('an operator begins and stops matches, switches lights and sets rules while they run', async () => {
  const { pair, ada, operator, match, room } = await evening()
  assert.equal(await operator.run('start'), 'The countdown begins.')
  await pair.run(100)
  assert.equal(match.phase, 'counting')
  assert.equal(await operator.run(`stop ${room.code.toLowerCase()}`), 'Stopped.')
  await pair.run(100)
  assert.equal(match.phase, 'lobby')
  assert.equal(await operator.run('set huntSeconds four'), 'huntSeconds is a whole number from 5 to 3600.')
  assert.equal(await operator.run('set speed 4'), 'The rules are huntSeconds, headStartSeconds, fillTo.')
  await operator.run('start')
  await pair.runUntil(() => match.phase === 'hunt', 10_000)
  const left = match.secondsLeft
  assert.equal(await operator.run('set huntSeconds 100'), 'huntSeconds is 100.')
  assert.ok(match.secondsLeft > left + 70)
  const [{ id }] = match.lamps
  assert.equal(await operator.run(`lights #${id} off`), `The light #${id} is off.`)
  await pair.run(200)
  assert.equal([...ada.entities('lamp')].find((lamp) => lamp.id === id)?.isOn, false)
  assert.equal(await operator.run('lights #99999 off'), 'There is no light #99999.')
  assert.match(await operator.run('teams'), /^neutral: (Ada|Ben) \(not ready\), .+\nseekers: \S+ \(bot\)/)
  assert.equal((await operator.run('walls')).split('\n').length, 67)
  assert.equal(await operator.run('stop'), 'Stopped.')
  assert.equal(match.view.winner, 'nobody')
})

test('a line is completed to commands, players and rules, and one that makes no sense changes nothing', async () => {
  const { operator, hasQuit, room } = await evening()
  assert.deepEqual(operator.complete('ki'), [['kick '], 'ki'])
  assert.deepEqual(operator.complete('kick B'), [['Ben '], 'B'])
  assert.deepEqual(operator.complete('map '), [['reload '], ''])
  assert.deepEqual(operator.complete('set hunt'), [['huntSeconds '], 'hunt'])
  assert.deepEqual(operator.complete('start '), [[`${room.code} `], ''])
  assert.equal(await operator.run('  '), '')
  assert.equal(await operator.run('dance'), 'There is no command "dance"; "help" lists those there are.')
  assert.match(await operator.run('help'), /^ban NAME \[HOURS\] \[REASON\] +kick for good/)
  assert.equal(await operator.run('map reload'), 'No map here was read from a file.')
  assert.equal(hasQuit(), false)
  await operator.run('quit')
  assert.equal(hasQuit(), true)
})

test('a map that is read again while people hunt has its walls and lights at once', async () => {
  const { pair, operator, match } = await evening()
  await operator.run('start')
  await pair.runUntil(() => match.phase === 'hunt', 10_000)
  const before = match.lamps.length
  const { map } = match.world
  const objects = map.objects.filter(({ layer }, i) => layer !== 'lamps' || i % 2 === 0)
  const { worldMap } = await import('shardless')
  pair.host.reloadMap(worldMap({ ...map, objects }), 'house')
  await pair.run(500)
  assert.ok(match.lamps.length < before && match.lamps.length > 0)
  await pair.run(2000)
  assert.equal(match.phase, 'hunt')
})
