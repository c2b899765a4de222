import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { defaultLimits } from '../server/index.ts'
import { flagOf, options, settleOptions, variableOf } from './options.ts'

const nothing = { commandLine: {}, environment: {}, file: undefined }
const refusal = (given: Partial<Parameters<typeof settleOptions>[1]>): string => {
  try {
    settleOptions('serve', { ...nothing, ...given })
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

test('what is not given has its default', () => {
  const settings = settleOptions('serve', nothing)
  assert.deepEqual(settings.listen, ['ws://127.0.0.1:4000'])
  assert.equal(settings.players, 5000)
  assert.equal(settings.viewRadius, undefined)
  assert.equal(settings.seed, undefined)
  assert.equal('count' in settings, false, 'an option of another command is none of this one')
})

test('the command line goes before the environment, that before the file, that before the default', () => {
  const file = { path: 'f.json', values: { viewRadius: 10, players: 11, silenceTimeoutMs: 2000 } }
  const environment = { SHARDLESS_VIEW_RADIUS: '20', SHARDLESS_PLAYERS: '21' }
  const settings = settleOptions('serve', { commandLine: { viewRadius: '30' }, environment, file })
  assert.deepEqual([settings.viewRadius, settings.players, settings.silenceTimeoutMs], [30, 21, 2000])
})

test('a bad value is named by where it was given, with what it wants', () => {
  assert.equal(
    refusal({ commandLine: { players: '0' } }),
    '--players is "0"; it wants a whole number from 1 to 100000 (count).',
  )
  assert.equal(
    refusal({ environment: { SHARDLESS_PLAYERS: '1.5' } }),
    'SHARDLESS_PLAYERS is "1.5"; it wants a whole number from 1 to 100000 (count).',
  )
  assert.equal(
    refusal({ file: { path: 'f.json', values: { viewRadius: true } } }),
    '"viewRadius" in f.json is true; it wants a number from 1 to 4096 (metres).',
  )
  assert.match(
    refusal({ file: { path: 'f.json', values: { radius: 1 } } }),
    /^"radius" in f\.json is no option\./,
  )
  assert.match(refusal({ commandLine: { viewRadius: '' } }), /^--view-radius is ""/)
  assert.match(refusal({ environment: { SHARDLESS_GAME: '' } }), /^SHARDLESS_GAME is ""/)
})

test('a number is taken at its very bounds and refused beyond them', () => {
  for (const option of options) {
    if (option.kind !== 'whole' || option.least === undefined || option.most === undefined) continue
    const command = option.commands[0]
    const at = (value: number) =>
      settleOptions(command, { ...nothing, commandLine: { [option.name]: String(value) } })
    assert.equal(at(option.least)[option.name], option.least)
    assert.equal(at(option.most)[option.name], option.most)
    assert.throws(() => at((option.least as number) - 1), option.name)
    assert.throws(() => at((option.most as number) + 1), option.name)
  }
})

test('several values are given several times, or with commas', () => {
  const settings = settleOptions('serve', {
    ...nothing,
    commandLine: { listen: ['ws://a:1', 'udp://a:2'] },
    environment: { SHARDLESS_ORIGINS: 'https://a.example, https://b.example' },
  })
  assert.deepEqual(settings.listen, ['ws://a:1', 'udp://a:2'])
  assert.deepEqual(settings.origins, ['https://a.example', 'https://b.example'])
})

test('what is true or false is said by the flag alone, and by words elsewhere', () => {
  const watch = (given: Partial<Parameters<typeof settleOptions>[1]>) =>
    settleOptions('serve', { ...nothing, ...given }).watch
  assert.equal(watch({}), false)
  assert.equal(watch({ commandLine: { watch: true } }), true)
  assert.equal(watch({ environment: { SHARDLESS_WATCH: '1' } }), true)
  const file = (value: unknown) => ({ path: 'f.json', values: { watch: value } })
  assert.equal(watch({ environment: { SHARDLESS_WATCH: 'false' }, file: file(true) }), false)
  assert.equal(refusal({ file: file('yes') }), '"watch" in f.json is "yes"; it is true or false.')
})

test('a name is written as a flag and as a variable', () => {
  assert.equal(flagOf('viewBytesPerSecond'), '--view-bytes-per-second')
  assert.equal(variableOf('viewBytesPerSecond'), 'SHARDLESS_VIEW_BYTES_PER_SECOND')
})

test('every option says its unit and what it is, and defaults are within their bounds', () => {
  for (const option of options) {
    assert.ok(option.unit.length > 0 && option.describe.length >= 10, option.name)
    if (typeof option.default !== 'number') continue
    assert.ok(
      option.default >= (option.least ?? -Infinity) && option.default <= (option.most ?? Infinity),
      option.name,
    )
  }
})

test('every limit is an option of serve, with the default that holds in code, and is on the operator’s page', () => {
  const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
  for (const [name, standard] of Object.entries(defaultLimits)) {
    const option = options.find((option) => option.name === name)
    assert.ok(option !== undefined, name)
    assert.ok(option.commands.includes('serve'), name)
    assert.equal(option.default, standard)
    const unit = option.unit === 'count' ? '' : ` ${option.unit}`
    const row = `| \`${flagOf(name)}\` | ${standard.toLocaleString('en')}${unit} | ${option.describe} |`
    assert.ok(page.includes(row), `not in docs/operating.md: ${row}`)
  }
})
