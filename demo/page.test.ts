/** Tests the page in a real browser, against a real server: a visitor's first minute. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { parseMap, type WorldMap } from 'shardless'
import { openStore } from 'shardless/store/node'
import { openBrowser, openPage, waitUntil } from '../test/browser/browser.node.ts'
import { openTown, walkIn } from './visit.ts'

test('what one visitor says is read and seen by another', async (t) => {
  const { pageUrl, world } = await openTown(t)
  const browser = await openBrowser(t)
  const [ada, ben] = [await openPage(t, { browser }), await openPage(t, { browser })]
  await walkIn(ada.page, pageUrl, 'Ada')
  await say(ada.page, 'Is anybody here?')
  await ada.page.getByRole('log').getByText('Nobody is near enough to hear you.').waitFor()
  await walkIn(ben.page, pageUrl, 'Ben')
  // Both at the fountain, so that they meet.
  for (const [i, walker] of [...world.entities('walker')].entries()) {
    world.teleport(walker, { x: 250 + i * 3, y: 256 })
  }
  await waitUntil(ada.page, `[...shardless.client.entities('walker')].length === 2`)
  await say(ada.page, 'Good day, Ben!')
  await ben.page.getByRole('log').getByText('Good day, Ben!').waitFor()
  assert.equal(await ben.page.getByRole('log').getByText('Ada').count(), 1)
  assert.deepEqual([ada.problems, ben.problems], [[], []])
})

test('as much is said as may be: a long text is cut between letters', async (t) => {
  const { pageUrl } = await openTown(t)
  const { page } = await openPage(t)
  await walkIn(page, pageUrl, 'Ada')
  await say(page, '🦊'.repeat(100))
  await page
    .getByRole('log')
    .getByText(/^Ada(🦊){60}$/)
    .waitFor()
})

test('a lost connection is told, and found again under the same name', async (t) => {
  const store = await openStore('memory:')
  const first = await openTown(t, 24_072, store)
  const { page } = await openPage(t)
  await walkIn(page, first.pageUrl, 'Ada')
  await first.close('The town is being swept.')
  await page.getByRole('status').getByText('The town is being swept. Trying again').waitFor()
  await openTown(t, 24_072, store)
  await page.getByRole('status').waitFor({ state: 'hidden' })
  await waitUntil(page, `shardless.client.me?.name === 'Ada'`)
})

test('who cannot come in is told why, and can try again', async (t) => {
  const { pageUrl } = await openTown(t)
  const { page } = await openPage(t)
  await page.goto(pageUrl)
  await page.getByLabel('What are you called?').fill('A\u200Bda')
  await page.getByRole('button', { name: 'Walk in' }).click()
  await page.getByRole('alert').getByText('A name has 1 to 24 visible characters').waitFor()
  await page.getByLabel('What are you called?').fill('Ada')
  await page.getByRole('button', { name: 'Walk in' }).click()
  await waitUntil(page, `window.shardless?.client.me?.name === 'Ada'`)
})

test('the name is remembered, and everything works with the keyboard alone', async (t) => {
  const { pageUrl } = await openTown(t)
  const { page } = await openPage(t, { width: 390, height: 844 })
  await walkIn(page, pageUrl, 'Ada')
  await page.reload()
  assert.equal(await page.getByLabel('What are you called?').inputValue(), 'Ada')
  await page.keyboard.press('Enter')
  await waitUntil(page, `window.shardless?.client.me !== undefined`)
  await page.keyboard.press('h')
  await page.getByText('Server tick').waitFor()
  await page.keyboard.press('h')
  await page.getByText('Server tick').waitFor({ state: 'hidden' })
})

test('the figures tell ping, jitter, bytes both ways, what a tick takes, and how many are in view', async (t) => {
  const { pageUrl, world } = await openTown(t)
  const { page } = await openPage(t)
  await walkIn(page, pageUrl, 'Ada')
  const ada = [...world.entities('walker')][0]
  world.spawn('walker', { position: { ...ada.position }, name: 'Statue' })
  await page.keyboard.press('h')
  await page.keyboard.down('w')
  const isMeasured = `['In', 'Out'].every((name) => Number.parseFloat(document.querySelector('[data-name=' + name + ']')?.textContent ?? '0') > 0)
    && document.querySelector('[data-name="In view"]')?.textContent === '2'`
  await waitUntil(page, isMeasured)
  const figures = await page.evaluate<Record<string, string>>(
    `Object.fromEntries([...document.querySelectorAll('#hud dd')].map((dd) => [dd.dataset.name, dd.textContent]))`,
  )
  assert.match(figures.Ping, /^\d+ ms$/)
  assert.match(figures.Jitter, /^\d+\.\d ms$/)
  assert.match(figures.In, /^\d+\.\d\d kB\/s$/)
  assert.match(figures.Out, /^\d+\.\d\d kB\/s$/)
  assert.match(figures['Server tick'], /^\d+\.\d\d ms$/)
  assert.ok(Number.parseFloat(figures.In) > 0)
  assert.equal(figures['In view'], '2')
})

test('the browser walks to the same bits as the server', async (t) => {
  const { pageUrl, world } = await openTown(t)
  const { page } = await openPage(t)
  await walkIn(page, pageUrl, 'Ada')
  const inBrowser = await page.evaluate<number[]>(`(${stroll})(shardless.map)`)
  assert.deepEqual(inBrowser, stroll(world.map))
})

test('down the stairs of the market, through the catacombs, up to the crypt: another map each time, and nothing else is new', async (t) => {
  const { pageUrl, world, host } = await openTown(t)
  const { page, problems } = await openPage(t)
  await walkIn(page, pageUrl, 'Ada')
  const [ada] = world.entities('walker')
  for (const [from, place, key, name] of [
    ['town', 'cellar stairs', 'w', 'catacombs'],
    ['catacombs', 'crypt', 's', 'town'],
  ]) {
    const { world } = host.realm.home(from)
    world.teleport(ada as never, world.map.place(place)!)
    await page.keyboard.down(key)
    await waitUntil(
      page,
      `shardless.client.map.name === '${name}' && shardless.client.me?.id === ${ada.id}
        && shardless.client.stats.isPredicting && shardless.map === shardless.client.map.ground`,
    )
    await page.keyboard.up(key)
  }
  await page.getByText('Haunted Yard').waitFor()
  assert.deepEqual(problems, [])
})

test('two of one name are told apart, and who comes in stands where people are', async (t) => {
  const { pageUrl, world } = await openTown(t)
  const browser = await openBrowser(t)
  const [ada, more] = [await openPage(t, { browser }), await openPage(t, { browser })]
  await walkIn(ada.page, pageUrl, 'Ada')
  await walkIn(more.page, pageUrl, 'ada')
  assert.deepEqual([...world.entities('walker')].map(({ name }) => name).sort(), ['Ada', 'ada 2'])
  assert.equal(await more.page.evaluate(`[...shardless.client.entities('walker')].length`), 2)
})

test('at night the map in the corner is dark, by day it is not; stairs are told of by name', async (t) => {
  const { pageUrl, world } = await openTown(t)
  const { page, problems } = await openPage(t)
  await walkIn(page, pageUrl, 'Ada')
  const [ada] = world.entities('walker')
  const { x, y } = world.map.decor.find(({ kind }) => kind === 'landing')!
  world.teleport(ada, { x, y })
  await page.getByText('stairs down').waitFor()
  const [sky] = world.entities('sky')
  const light = `(() => {
    const { width, height } = document.querySelector('#minimap')
    const { data } = document.querySelector('#minimap').getContext('2d').getImageData(0, 0, width, height)
    return data.reduce((sum, value) => sum + value, 0) / data.length
  })()`
  const at = async (hour: number): Promise<number> => {
    sky.hour = hour
    await waitUntil(page, `Math.abs([...shardless.client.entities('sky')][0].hour - ${hour}) < 0.2`)
    await page.waitForTimeout(300)
    return page.evaluate<number>(light)
  }
  const [noon, midnight] = [await at(12), await at(0.1)]
  assert.ok(midnight < noon * 0.8, `${midnight} at midnight, ${noon} at noon`)
  await page.screenshot({ path: new URL('../build/stairs-at-night.png', import.meta.url).pathname })
  assert.deepEqual(problems, [])
})

test('at the gate a mouse is told of keys and its wheel, and a thumb of thumbs', async (t) => {
  const { pageUrl } = await openTown(t)
  const browser = await openBrowser(t)
  for (const hasTouch of [false, true]) {
    const context = await browser.newContext({
      hasTouch,
      isMobile: hasTouch,
      viewport: { width: 800, height: 900 },
    })
    const page = await context.newPage()
    await page.goto(pageUrl)
    assert.equal(await page.getByText('Tap to throw').isVisible(), hasTouch)
    assert.equal(await page.getByText('wheel').isVisible(), !hasTouch)
  }
})

test('a map that changes on the server is fetched, and drawn anew', async (t) => {
  const server = await openTown(t)
  const { page, problems } = await openPage(t)
  await walkIn(page, server.pageUrl, 'Ada')
  const isThere = (solids: number): string =>
    `shardless.map.solids.length === ${solids} && shardless.client.map.ground === shardless.map
      && shardless.client.stats.isPredicting`
  const { map } = server.world
  await waitUntil(page, isThere(map.solids.length))
  const drawing = JSON.parse(readFileSync(new URL('./map/town.tmj', import.meta.url), 'utf8'))
  const trees = drawing.layers.find(({ name }: { name: string }) => name === 'trees')
  trees.objects = trees.objects.slice(40)
  server.reloadMap(parseMap(drawing))
  await waitUntil(page, isThere(map.solids.length - 40))
  await page.keyboard.down('w')
  await waitUntil(page, `shardless.client.me.gait === 'walking'`)
  assert.deepEqual(problems, [])
})

/**
 * Walks thousands of steps into walls, water and trees all over the map, and returns where each stroll ended. Runs
 * in Node and in the page.
 */
function stroll(map: WorldMap): number[] {
  const ends: number[] = []
  let dice = 12345
  const roll = (): number => {
    dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0
    return dice / 4294967296
  }
  for (const { x, y } of map.spawns) {
    const body = { x, y }
    for (let turn = 0; turn < 40; turn++) {
      const [dx, dy] = [roll() - 0.5, roll() - 0.5]
      for (let step = 0; step < 20; step++) map.slide(body, dx, dy, 0.4)
    }
    ends.push(body.x, body.y)
  }
  return ends
}

async function say(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Enter')
  await page.keyboard.insertText(text)
  await page.keyboard.press('Enter')
}
