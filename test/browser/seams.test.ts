import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { inEachBrowser, once, openPage } from './browser.node.ts'

const script = once(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('./seams-page.web.ts', import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['shardless-source', 'browser', 'import', 'default'] },
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'ground', codeSplitting: false })
  await bundle.close()
  return output[0].code
})

inEachBrowser(
  'on a plain canvas no line shows between two chunks of the ground, at whatever scale and place',
  async (t, kind) => {
    const { page, problems } = await openPage(t, { kind })
    await page.addScriptTag({ content: await script() })
    for (const [scale, at] of [
      [24, 3],
      [21.7, 3.33],
      [33.3, 7.77],
      [40.01, 1.234],
    ])
      assert.equal(
        await page.evaluate(`ground.seen(${scale}, ${at})`),
        0,
        `${scale} pixels a metre from ${at} m`,
      )
    assert.deepEqual(problems, [])
  },
)
