import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEntity } from '../../world/index.ts'
import type { WorldGroup } from '../foreign/speaker.ts'
import { jsonKeyOf, PlayerStates } from './player-states.ts'

const people = ['Ada', 'Bo', 'Cy', 'Di'].map((name, at) => {
  return { id: at + 1, kind: 'person', name, mood: 1, position: { x: at + 1, y: 2 } }
})
const whole = { entities: people, isWhole: true, moved: [] } as unknown as WorldGroup & { whole: WorldGroup }
whole.whole = whole

const partOf = (...names: string[]): WorldGroup => {
  const entities = people.filter(({ name }) => names.includes(name))
  return { entities, isWhole: false, whole, moved: [] }
}

const statesOf = (): PlayerStates =>
  new PlayerStates(
    {
      adapter: { figure: ({ name }: AnyEntity) => ({ name: String(name) }) } as never,
      details: ({ mood }) => ({ mood: Number(mood) }),
    },
    { unitsPerMetre: 1, ticksPerSecond: 20, height: 10 },
  )

/** What one viewer is written of one group, by id. */
function told(
  states: PlayerStates,
  group: WorldGroup,
  tick: number,
  own?: AnyEntity,
): Record<string, unknown> {
  const head = '{"data":{"players":{'
  const frame = states.write([group], { tick, head, own, ownKey: jsonKeyOf('"me"') })
  return JSON.parse(new TextDecoder().decode(frame.subarray(4))).data.players
}

test('whoever sees a part of a group is written those alone, in the bytes of all', () => {
  const states = statesOf()
  assert.deepEqual(Object.keys(told(states, whole, 1)), ['Ada:1', 'Bo:2', 'Cy:3', 'Di:4'])
  assert.deepEqual(Object.keys(told(states, partOf('Bo', 'Di'), 1)), ['Bo:2', 'Di:4'])
  assert.deepEqual(Object.keys(told(states, partOf('Ada', 'Bo'), 1, people[1])), ['Ada:1', 'me'])
  assert.deepEqual(Object.keys(told(states, whole, 1, people[0])), ['me', 'Bo:2', 'Cy:3', 'Di:4'])
  assert.deepEqual(told(states, partOf('Cy'), 1), {
    'Cy:3': { position: { x: 3, y: 8 }, velocity: { x: 0, y: 0 }, mood: 1 },
  })
})

test('a change of who was written before it was known, for viewers who see others, is told in the same tick', () => {
  const states = statesOf()
  told(states, partOf('Ada'), 1)
  people[1].mood = 7
  told(states, partOf('Ada'), 2)
  states.changed(people[1], 2)
  assert.equal((told(states, partOf('Bo'), 2)['Bo:2'] as { mood: number }).mood, 7)
  people[1].mood = 1
})

test('who has come into a group since it was written is in the state', () => {
  const states = statesOf()
  told(states, { ...partOf('Ada', 'Bo'), whole: { ...whole, entities: people.slice(0, 2) } }, 3)
  const grown = { ...whole, entities: people.slice(0, 2) } as unknown as {
    entities: AnyEntity[]
    whole: WorldGroup
  }
  grown.whole = grown as unknown as WorldGroup
  const group = grown as unknown as WorldGroup
  told(states, group, 4)
  grown.entities.push(people[2])
  assert.deepEqual(Object.keys(told(states, { ...group, isWhole: false }, 4)), ['Ada:1', 'Bo:2', 'Cy:3'])
})
