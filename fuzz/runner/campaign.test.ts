import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hex } from '../../src/core/index.ts'
import { campaign, type Outcome, replay } from './campaign.node.ts'

/** Makes a target, a module of its own, from the body of its `fuzz`. */
const target = (body: string, before = ''): string =>
  `data:text/javascript,${encodeURIComponent(`
    ${before}
    export const seeds = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)]
    export function fuzz(input) { ${body} }
  `)}`

/** Runs a campaign, which ends with what it finds: the time is only what a very slow machine may need. */
const run = (file: string, seed: number, ms = 240_000): Promise<Outcome> =>
  campaign(file, { seed, ms, bytesMax: 256 })

/** Returns the failure that must have been found. */
function failed(outcome: Outcome): Extract<Outcome, { at: 'failed' }> {
  assert.ok(outcome.at === 'failed', 'nothing was found')
  return outcome
}

test('what no input violates holds, until the time is over', async () => {
  // A machine with much else to do gives a campaign less of its time.
  for (let ms = 300; ; ms *= 4) {
    const outcome = await run(target('if (input.length > 256) throw new Error()'), 1, ms)
    assert.ok(outcome.at === 'done')
    if (outcome.inputs > 100) break
    assert.ok(ms < 60_000, `${outcome.inputs} inputs in ${ms} ms`)
  }
})

test('a violation three bytes deep is found, since each step towards it is kept, and shrunk to those bytes', async () => {
  const deep = target(`
    if (input[0] === 0x51) if (input[1] === 0xa7) if (input[2] === 0x3c) throw new Error('deep')
  `)
  const first = failed(await run(deep, 5))
  assert.equal(hex(first.shrunk), '51a73c')
  assert.match(first.why, /deep/)
  assert.equal(first.isAlone, true)
  const second = failed(await run(deep, 5))
  assert.equal(hex(second.input), hex(first.input), 'the same seed finds the same')
})

test('an input that never ends is ended, and found', async () => {
  const endless = failed(await run(target('if (input[3] === 9) for (;;);'), 2))
  assert.match(endless.why, /did not end within 1000 ms/)
  assert.equal(endless.input[3], 9)
})

test('an input that takes all the memory is found, whether by objects or by buffers', async () => {
  const objects = target('if (input[0] === 9) for (const all = [];;) all.push(new Array(10000).fill(0.5))')
  assert.match(failed(await run(objects, 3)).why, /MiB|did not end/)
  const buffers = target('if (input[0] === 9) kept = new Uint8Array(2 ** 28)', 'let kept')
  assert.match(failed(await run(buffers, 4)).why, /It took 25\d MiB/)
})

test('a target that keeps something between inputs is told so', async () => {
  const counting = target('if (++count === 500) throw new Error("the 500th")', 'let count = 0')
  assert.equal(failed(await run(counting, 5)).isAlone, false)
})

test('one input is tried again by itself', async () => {
  const file = target('if (input[0] === 7) throw new Error("seven")')
  assert.match((await replay(file, Uint8Array.of(7)))?.why ?? '', /seven/)
  assert.equal(await replay(file, Uint8Array.of(8)), undefined)
  await assert.rejects(replay(target('', 'throw new Error("broken")'), new Uint8Array(0)), /broken/)
})
