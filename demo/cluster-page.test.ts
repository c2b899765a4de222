/** The page of a town of several processes, in a real browser: it shows who runs what, and outlives a process. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage, waitUntil } from '../test/browser/browser.node.ts'
import { beginCluster } from '../test/cluster/cluster-process.node.ts'
import { buildIfStale } from './build.node.ts'
import { walkIn } from './visit.ts'

test('the page shows which process runs what; a click kills the one that has the visitor, who goes on', async (t) => {
  await buildIfStale()
  process.env.TOWN_CRASHES = 'yes'
  t.after(() => delete process.env.TOWN_CRASHES)
  const cluster = await beginCluster(t, {
    port: 24_580,
    game: 'demo/server.node.ts',
    regions: 2,
    districts: 5,
  })
  const { page, problems } = await openPage(t)
  await walkIn(page, cluster.urls[0].replace('ws', 'http'), 'Ada')
  const id = await page.evaluate<number>('shardless.client.me.id')
  await page.keyboard.press('l')
  const button = page.getByRole('button', { name: 'Kill the process I am in' })
  assert.equal(await button.isVisible(), false, 'not before it is asked for')
  await page.getByLabel('Who runs what').check()
  const here = page.locator('#regions li', { hasText: 'you are here' })
  const regionHere = async (): Promise<string> =>
    (await here.innerText()).match(/^(region-\w+): districts .*\(epoch \d+\)/)?.[1] ?? ''
  assert.match(await regionHere(), /^region-/)
  assert.equal(await page.locator('#regions li', { hasText: /^region-/ }).count(), 2)

  await page.evaluate(
    `globalThis.troubles = []; shardless.client.onStatus((status) => troubles.push(status))`,
  )
  await button.click()
  // At a border it may be the neighbour who has her still.
  const killed = (): string =>
    cluster.lines.flatMap((line) => line.match(/^(region-\w+) ended \(SIGKILL\)/)?.[1] ?? [])[0] ?? ''
  await cluster.until(() => killed() !== '', 'it is killed')
  await waitUntil(
    page,
    `!document.querySelector('#regions')?.textContent.includes('${killed()}') &&
    document.querySelector('#regions')?.textContent.includes('you are here')`,
  )
  assert.notEqual(await regionHere(), killed())
  const from = await page.evaluate<number>('shardless.client.toldPlace?.y ?? shardless.client.me.position.y')
  await page.keyboard.down('w')
  await waitUntil(page, `Math.abs((shardless.client.toldPlace?.y ?? 0) - ${from}) > 1`)
  await page.keyboard.up('w')
  assert.equal(await page.evaluate('shardless.client.me.id'), id, 'the same character')
  assert.deepEqual(await page.evaluate('troubles'), [], 'nobody was disconnected')
  assert.deepEqual(problems, [])
})
