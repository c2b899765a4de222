import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, OutsideError, Random } from '../../core/index.ts'
import { parseWays } from '../weather-ways.ts'
import { Road, Spell } from './road.ts'
import { type Scenario, scenarioByName, scenarios, timetable } from './scenario.ts'

const bare: Scenario = {
  name: 'bare',
  about: 'nothing',
  seconds: 10,
  clients: 1,
  weather: ['LAN'],
  faults: [],
}

test('what happens again happens until the scenario ends, all in the order of time', () => {
  const faults = timetable({
    ...bare,
    faults: [
      { at: 4, do: 'join' },
      { at: 1, every: 3, do: 'stall', seconds: 1 },
    ],
  })
  assert.deepEqual(
    faults.map((fault) => [fault.at, fault.do]),
    [
      [1, 'stall'],
      [4, 'join'],
      [4, 'stall'],
      [7, 'stall'],
    ],
  )
})

test('each scenario has a name of its own, weather that can be read, and a timetable', () => {
  assert.equal(new Set(scenarios.map(({ name }) => name)).size, scenarios.length)
  for (const scenario of scenarios) {
    assert.equal(scenarioByName(scenario.name), scenario)
    for (const weather of scenario.weather) parseWays(weather)
    timetable(scenario)
  }
})

test('a scenario or weather that there is not is refused in a sentence', () => {
  assert.throws(() => scenarioByName('fog'), OutsideError)
  const faults = [{ at: 1, do: 'weather', who: 'all', weather: 'fog' }] as const
  assert.throws(() => timetable({ ...bare, faults }), OutsideError)
})

test('a spell lasts from its beginning to short of its end, and a second one makes it longer', () => {
  const spell = new Spell()
  spell.begin(100, 50)
  assert.deepEqual(
    [99, 100, 149, 150].map((at) => spell.isOn(at)),
    [false, true, true, false],
  )
  spell.begin(120, 100)
  assert.deepEqual(
    [spell.after(instant(130)), spell.after(instant(219)), spell.after(instant(220))],
    [220, 220, 220],
  )
  assert.equal(spell.after(instant(99)), 99)
})

test('what is sent into a cut is lost; what comes to one who is deaf is there afterwards, and what they send goes on', () => {
  const serverPause = new Spell()
  const road = new Road(parseWays('10ms'), { random: new Random(1), serverPause })
  assert.deepEqual(road.toClient(100, instant(0)), [10])
  road.deaf.begin(100, 50)
  assert.deepEqual([road.toClient(100, instant(95)), road.toServer(100, instant(95))], [[150], [105]])
  serverPause.begin(200, 30)
  assert.deepEqual([road.toClient(100, instant(195)), road.toServer(100, instant(195))], [[205], [230]])
  road.cut.begin(300, 10)
  assert.deepEqual([road.toClient(100, instant(300)), road.toServer(100, instant(309))], [[], []])
  assert.deepEqual(road.toServer(100, instant(310)), [320])
})
