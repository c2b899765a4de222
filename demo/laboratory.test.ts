/** Tests in a real browser that each control of the page's network laboratory does what it says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openStore } from 'shardless/store/node'
import { violationsOf } from '../test/browser/axe.node.ts'
import { openPage, waitUntil } from '../test/browser/browser.node.ts'
import { openTown, walkIn } from './visit.ts'

test('weather acts on the own connection while one plays: what a slider says is in the ping, and is gone again', async (t) => {
  const { pageUrl } = await openTown(t)
  const { page, problems } = await openPage(t)
  await walkIn(page, pageUrl, 'Ada')
  await page.keyboard.press('l')
  await page.getByLabel('Latency').fill('400')
  // There and back.
  await waitUntil(page, `shardless.client.stats.pingMs > 790`)
  const isPressed = (name: string) => page.getByRole('button', { name, pressed: true })
  assert.equal(await isPressed('clear').count(), 0)
  await page.getByRole('button', { name: 'wifi' }).click()
  await isPressed('wifi').waitFor()
  await waitUntil(page, `shardless.client.stats.pingMs < 790`)
  await page
    .getByText(/^(Nothing has stuttered lately|(The server|The network|This page) stuttered)/)
    .waitFor()
  assert.deepEqual(problems, [])
})

test('without prediction one is shown where the server has one; with it one is ahead; the keys walk while the panel is open', async (t) => {
  const { pageUrl, world } = await openTown(t)
  const { page } = await openPage(t)
  await walkIn(page, pageUrl, 'Ada')
  const [ada] = world.entities('walker')
  // A long free way to the east.
  world.teleport(ada, { x: 220, y: 242 })
  await page.keyboard.press('l')
  await page.getByLabel('Latency').fill('400')
  await page.keyboard.down('d')
  await waitUntil(page, `${ahead} > 1`)
  await page.keyboard.up('d')
  await page.getByRole('checkbox', { name: 'Prediction' }).press('Space')
  await waitUntil(page, `shardless.client.switches.prediction === false && ${ahead} === 0`)
  await page.keyboard.down('a')
  const east = await page.evaluate<number>(`shardless.client.me.position.x`)
  await waitUntil(page, `shardless.client.me.position.x < ${east - 1}`)
  assert.equal(await page.evaluate(ahead), 0)
  await page.keyboard.up('a')
})

test('every switch reaches the engine, survives a new connection, and is to be reached with the keyboard; axe finds nothing', async (t) => {
  const store = await openStore('memory:')
  const first = await openTown(t, 24_073, store)
  const { page } = await openPage(t)
  await page.goto(first.pageUrl)
  await page.getByRole('button', { name: 'Walk in' }).waitFor()
  assert.deepEqual(await violationsOf(page), [], 'at the gate')
  await walkIn(page, first.pageUrl, 'Ada')
  await page.keyboard.press('h')
  await page.keyboard.press('l')
  await page.getByRole('heading', { name: 'Network laboratory' }).waitFor()
  assert.deepEqual(await violationsOf(page), [], 'in the town')
  const switches = () => page.evaluate<Record<string, boolean>>(`({ ...shardless.client.switches })`)
  for (const name of ['Interpolation', 'Lag compensation', 'Area of interest'])
    await page.getByRole('checkbox', { name }).press('Space')
  const wanted = { prediction: true, interpolation: false, lagCompensation: false }
  assert.deepEqual(await switches(), wanted)
  assert.ok((await page.evaluate<number>(`shardless.client.cells.length`)) > 0)
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Network laboratory' }).waitFor({ state: 'hidden' })
  assert.deepEqual(await switches(), wanted)
  await first.close()
  await openTown(t, 24_073, store)
  await waitUntil(page, `shardless.client.status === 'reconnecting'`)
  await waitUntil(page, `shardless.client.status === 'open' && shardless.client.me`)
  assert.deepEqual(await switches(), wanted)
})

test('on a phone the laboratory leaves the upper half, and oneself, to be seen', async (t) => {
  const { pageUrl } = await openTown(t)
  const { page } = await openPage(t, { width: 390, height: 844 })
  await walkIn(page, pageUrl, 'Ada')
  await page.getByRole('button', { name: 'Network laboratory' }).click()
  const panel = await boxOf(page, '#panel')
  assert.ok(panel.x >= 0 && panel.x + panel.width <= 390, `from ${panel.x}, ${panel.width} wide`)
  assert.ok(panel.y > 844 / 2 && panel.y + panel.height <= 844, `from ${panel.y}, ${panel.height} high`)
  for (const id of ['#throw', '#wave']) {
    const { y, height } = await boxOf(page, id)
    assert.ok(y + height <= panel.y, `${id} is above it`)
  }
  await page.getByRole('button', { name: 'Close the laboratory' }).click()
  await page.getByRole('heading', { name: 'Network laboratory' }).waitFor({ state: 'hidden' })
})

/** The script for how far our walker is shown ahead of the server's position, in metres. */
const ahead = `Math.hypot(shardless.client.me.position.x - shardless.client.toldPlace.x, shardless.client.me.position.y - shardless.client.toldPlace.y)`

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).boundingBox()
  assert.ok(box, `${selector} is there`)
  return box
}
