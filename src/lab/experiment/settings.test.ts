import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutsideError } from '../../core/index.ts'
import { timetable } from '../simulation/scenario.ts'
import {
  defaultSettings,
  readScript,
  readSettings,
  scriptForms,
  writeScript,
  writeSettings,
} from './settings.ts'

test('an address holds all settings, and what it leaves out is as by default', () => {
  const settings = {
    seed: 4_294_967_295,
    players: 12,
    link: 'udp',
    weather: ['4G loss=5%', 'wifi'],
    off: ['prediction', 'delta'],
    script: readScript('2 cut 0 3\n5 every 7 weather one 100ms±20 loss=1%'),
  } as const
  assert.deepEqual(readSettings(`?${writeSettings(settings)}`), settings)
  assert.deepEqual(readSettings(''), defaultSettings)
  assert.equal(writeSettings(defaultSettings), '')
  assert.deepEqual(readSettings('weather=40ms loss=10%&players=3').weather, ['40ms loss=10%'])
})

test('an address with a value that cannot be read is refused with a sentence that names it', () => {
  for (const [query, names] of [
    ['seed=-1', 'seed'],
    ['seed=1.5', 'seed'],
    ['players=13', 'players'],
    ['players=1', 'players'],
    ['link=pigeon', 'pigeon'],
    ['weather=hail', 'hail'],
    ['off=prediction,gravity', 'gravity'],
    ['script=soon+cut', 'Line 1'],
    ['script=0+every+0.000001+strange+1000', 'Line 1'],
    ['weather=%E0%A4%A', 'address'],
  ])
    assert.throws(
      () => readSettings(query),
      (error: Error) => error instanceof OutsideError && error.message.includes(names),
      query,
    )
})

test('every form of a script that is shown can be read, and is written as it was read', () => {
  const lines = scriptForms.flatMap((form) => form.split(/ {2,}/)[0].split(', '))
  assert.equal(lines.length, 14)
  for (const line of lines) assert.equal(writeScript(readScript(line)), line)
})

test('lines of a script that cannot be read are named: of the wrong length, time, player or unit', () => {
  for (const line of [
    'cut 0 3',
    '5 cut',
    '5 cut 0',
    '5 cut bob 3',
    '-1 cut 0 3',
    '5 every 0 join',
    '5 join 3',
    '5 fly 0',
  ])
    assert.throws(() => readScript(`1 join\n${line}`), /Line 2/, line)
  assert.throws(() => readScript('5 weather 0 hail'), /hail/)
})

test('a script is a scenario: what happens again and again is listed one by one', () => {
  const faults = readScript('# by hand\n5 every 7 cut one 3\n\n1 join # one more')
  const times = timetable({ name: '', about: '', seconds: 20, clients: 2, weather: [''], faults }).map(
    ({ at }) => at,
  )
  assert.deepEqual(times, [1, 5, 12, 19])
})
