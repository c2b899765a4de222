import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { inEachBrowser, once, openPage } from './browser.node.ts'
import { proof } from './steps.ts'

/** Steps over each map; `STEPS=500000` makes it a million. */
const STEPS = Number(process.env.STEPS ?? 100_000)

const script = once(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./steps.ts', import.meta.url)),
    platform: 'browser',
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'steps' })
  await bundle.close()
  return output[0].code
})

const town: unknown = JSON.parse(readFileSync(new URL('../../demo/map/town.tmj', import.meta.url), 'utf8'))
/** What comes of it in Node. */
const here = once(async () => proof(town, STEPS))

inEachBrowser(
  `[M1] ${STEPS} steps over the town, and over a random map, end at the same bits as in Node`,
  async (t, kind) => {
    const { page, problems } = await openPage(t, { kind })
    await page.addScriptTag({ content: await script() })
    const there = await page.evaluate(
      ([map, steps]) => (globalThis as unknown as { steps: { proof: typeof proof } }).steps.proof(map, steps),
      [town, STEPS] as const,
    )
    assert.deepEqual(problems, [])
    assert.deepEqual(there, await here())
  },
)
