import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { inEachBrowser, once, openPage } from './browser.node.ts'
import { digests } from './same-bits.ts'

/** What every engine comes to. A change of one of these changes what seeds bring: say so in CHANGELOG.md. */
const everywhere = {
  '2 ** n': 'exact',
  sin: '90c0cad9a357d703',
  cos: '3f49df4e562201cc',
  tan: '9784d22e49118bcd',
  atan2: '4d2cf74c49c96ecd',
  heading: 'b464bcc395d661c1',
  exp: 'e2f488e570bd8d48',
  log: '7ca4f16b0fbf7006',
  pow: '4f705d37924c68a8',
  hypot: '72479bdb9c432a17',
  dice: '50b29134fb5a4afe',
  clear: 'bca47ab4deb4d6e9',
  LAN: '87cb8f5c15385b20',
  fibre: '3517cf1f777fa6f8',
  wifi: 'a0a0eb600ef3ab2f',
  '4G': '17fc63ad5b554b93',
  train: '6fddf4a48e9f29f6',
  terrible: 'b7470bed600adb86',
}

const script = once(async () => {
  const input = fileURLToPath(new URL('./same-bits.ts', import.meta.url))
  const bundle = await rolldown({ input, platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', name: 'sameBits' })
  await bundle.close()
  return output[0].code
})

test('what a seed decides has the same bits in this Node as everywhere', () => {
  assert.deepEqual(digests(), everywhere)
})

inEachBrowser('what a seed decides has the same bits', async (t, kind) => {
  const { page, problems } = await openPage(t, { kind })
  await page.addScriptTag({ content: await script() })
  const there = await page.evaluate(() =>
    (globalThis as unknown as { sameBits: { digests: typeof digests } }).sameBits.digests(),
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(there, everywhere)
})
