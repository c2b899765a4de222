/** Tests in a real browser that the town stores a visitor's place, looks, and picked-up lanterns. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openBrowser, waitUntil } from '../test/browser/browser.node.ts'
import { openTown, walkIn } from './visit.ts'

const PORT = 24_074

test('who closes the tab comes back, after the server was restarted too, to the same place with the same things', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'town-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = join(folder, 'town.db')
  const first = await openTown(t, PORT, store)
  const visitor = await (await openBrowser(t)).newContext()
  const tab = await visitor.newPage()
  await walkIn(tab, first.pageUrl, 'Ada')
  const [ada] = first.world.entities('walker')
  first.world.teleport(ada, { x: 250, y: 256 })
  // One that somebody threw, and that burns at her feet.
  first.world.spawn('lantern', { position: { x: 250, y: 257 }, aim: 0, by: ada.id, flight: 0 })
  await waitUntil(tab, `[...shardless.client.entities('lantern')].length === 1`)
  await tab.keyboard.press('e')
  await tab.getByRole('log').getByText('You carry a lantern.').waitFor()
  await waitUntil(tab, `[...shardless.client.entities('lantern')].length === 0`)
  await tab.keyboard.press('e')
  await tab.getByRole('log').getByText('No lantern burns within reach.').waitFor()
  const { position, look } = structuredClone({ position: ada.position, look: ada.look })
  await tab.close()
  await first.close()

  const second = await openTown(t, PORT, store)
  const again = await visitor.newPage()
  await walkIn(again, second.pageUrl, 'Ada')
  await again.getByRole('log').getByText('Welcome back. You carry a lantern.').waitFor()
  const [back] = second.world.entities('walker')
  assert.deepEqual([back.position, back.look], [position, look])
})

test('one more tab of a browser is one more player, who keeps nothing', async (t) => {
  const { pageUrl, world } = await openTown(t)
  const visitor = await (await openBrowser(t)).newContext()
  const [first, more] = [await visitor.newPage(), await visitor.newPage()]
  await walkIn(first, pageUrl, 'Ada')
  await walkIn(more, pageUrl, 'Ben')
  assert.deepEqual([...world.entities('walker')].map(({ name }) => name).sort(), ['Ada', 'Ben'])
  await more.keyboard.press('e')
  await more.getByRole('log').getByText('Only the first page of a browser keeps what it picks up.').waitFor()
})
