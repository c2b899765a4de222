import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { inEachBrowser, once, openPage } from './browser.node.ts'
import { run, walkOfTown } from './same-run.ts'

const SEED = 3
const TICKS = 10_000

const script = once(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./same-run.ts', import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['shardless-source', 'browser', 'import', 'default'] },
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'same' })
  await bundle.close()
  return output[0].code
})

/** What comes of it in Node. */
const here = once(async () => ({ run: await run(SEED), walk: walkOfTown(TICKS) }))

inEachBrowser('a seed plays the same run as in Node, and the demo steps the same', async (t, kind) => {
  const { page, problems } = await openPage(t, { kind })
  await page.addScriptTag({ content: await script() })
  const there = await page.evaluate(
    async ([seed, ticks]) => {
      const { same } = globalThis as unknown as { same: { run: typeof run; walkOfTown: typeof walkOfTown } }
      return { run: await same.run(seed), walk: same.walkOfTown(ticks) }
    },
    [SEED, TICKS] as const,
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(there, await here())
  assert.equal(there.run.failure, undefined)
  assert.ok(there.run.packets > 500)
})
