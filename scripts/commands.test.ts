import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitTestArguments } from './commands.mjs'

test('arguments of npm test are places, flags of the runner, and values of flags', () => {
  const split = (...args: string[]): unknown => splitTestArguments(args)
  assert.deepEqual(split(), { places: [], flags: [] })
  assert.deepEqual(split('src/wire', 'test/*.test.ts'), { places: ['src/wire', 'test/*.test.ts'], flags: [] })
  assert.deepEqual(split('--test-name-pattern', 'src', 'demo'), {
    places: ['demo'],
    flags: ['--test-name-pattern', 'src'],
  })
  assert.deepEqual(split('--test-name-pattern=W1', 'src'), {
    places: ['src'],
    flags: ['--test-name-pattern=W1'],
  })
  assert.deepEqual(split('--test-only', 'src'), { places: ['src'], flags: ['--test-only'] })
})
