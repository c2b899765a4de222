import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Client } from 'shardless/client'
import { type Server, serve } from 'shardless/server'
import { buildIfStale } from '../../demo/build.node.ts'
import type { town } from '../../demo/game/town.ts'
import definition from '../../demo/server.node.ts'
import { inEachBrowser, openBrowser, openPage } from './browser.node.ts'

/** The page's hook, as demo/web/main.ts declares it. */
interface Hooked {
  readonly shardless?: { readonly client: Client<typeof town> }
}

const SCREENSHOTS = new URL('../../build/screenshots/', import.meta.url)
mkdirSync(SCREENSHOTS, { recursive: true })

async function openTown(t: TestContext): Promise<Server<typeof town>> {
  await buildIfStale()
  const server = await serve(definition, { listen: ['ws://127.0.0.1:0'], seed: 5, store: 'memory:' })
  t.after(() => server.close())
  return server
}

/** A page whose player is in the town. */
async function enter(
  t: TestContext,
  at: { browser: Browser; url: string; name: string; width?: number; height?: number },
): Promise<Page> {
  const { page } = await openPage(t, at)
  await page.goto(at.url)
  await walkIn(page, at.name)
  return page
}

/** Gives a name at the gate, and waits until the page shows its own walker. */
async function walkIn(page: Page, name: string): Promise<void> {
  await page.fill('#name', name)
  await page.waitForSelector('#join button:enabled')
  await page.press('#name', 'Enter')
  const isIn = () => (window as Hooked).shardless?.client.me !== undefined
  await page.waitForFunction(isIn)
}

/** Where a page's own view shows a walker; undefined when it shows none of that name. */
function seenIn(page: Page, name: string): Promise<{ x: number; y: number } | undefined> {
  return page.evaluate((wanted) => {
    const client = (window as Hooked).shardless?.client
    for (const walker of client?.entities('walker') ?? [])
      if (walker.name === wanted) return { ...walker.position }
    return undefined
  }, name)
}

function truth(server: Server<typeof town>, name: string) {
  const walker = [...server.world.entities('walker')].find((one) => one.name === name)
  assert.ok(walker, `${name} is in the world`)
  return walker
}

/** A key is held down until something has come of it. */
async function hold(page: Page, key: string, isEnough: () => boolean, what: string): Promise<void> {
  await page.keyboard.down(key)
  await until(isEnough, what)
  await page.keyboard.up(key)
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 120_000; !(await isSo()); ) {
    if (performance.now() > end) throw new Error(`It did not come to be that ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Waits until a walker stands, and a page shows it where it does. */
async function untilShown(page: Page, server: Server<typeof town>, name: string): Promise<void> {
  await until(async () => {
    const shown = await seenIn(page, name)
    const { gait, position } = truth(server, name)
    const isThere = shown && Math.hypot(shown.x - position.x, shown.y - position.y) < 0.05
    return isThere === true && gait === 'standing'
  }, `${name} is shown where it stands`)
}

/** A free place with `reach` metres of nothing around it. */
function openGround(server: Server<typeof town>, reach: number): { x: number; y: number } {
  const { map } = server.world
  for (let y = 20; y < map.height - 20; y += 4)
    for (let x = 20; x < map.width - 20; x += 4) if (map.isFree(x, y, reach)) return { x, y }
  throw new Error(`The town has no open ground of ${reach} m.`)
}

inEachBrowser('a visit of the town', async (t, kind) => {
  const server = await openTown(t)
  const browser = await openBrowser(t, kind)
  const ada = await enter(t, { browser, url: server.pageUrl, name: 'Ada' })
  const bob = await enter(t, { browser, url: server.pageUrl, name: 'Bob' })
  await t.test('two pages join, real keys walk one, and the other sees it arrive at the same place', () =>
    meet(server, ada, bob),
  )
  await t.test('a wall stops a walker', () => walkIntoWall(server, bob, 'Bob'))
  await t.test(
    'a server that restarts is found again by the page, also where it has forgotten everybody',
    () => restart(t, { server, page: bob, name: 'Bob' }),
  )
})

async function meet(server: Server<typeof town>, ada: Page, bob: Page): Promise<void> {
  const ground = openGround(server, 12)
  server.world.teleport(truth(server, 'Ada'), ground)
  server.world.teleport(truth(server, 'Bob'), { x: ground.x + 3, y: ground.y })
  await untilShown(ada, server, 'Ada')
  const { position } = truth(server, 'Ada')
  await hold(ada, 'ArrowLeft', () => position.x < ground.x - 2, 'Ada has walked west')
  await hold(ada, 'w', () => position.y > ground.y + 1, 'Ada has walked north')
  for (const page of [ada, bob]) await untilShown(page, server, 'Ada')
  await ada.screenshot({ path: new URL('two-players.png', SCREENSHOTS).pathname })

  // Who goes to another page has left, and is not merely away.
  await ada.goto('about:blank')
  await bob.waitForFunction(
    () =>
      ![...((window as Hooked).shardless?.client.entities('walker') ?? [])].some(
        ({ name }) => name === 'Ada',
      ),
  )
}

async function walkIntoWall(server: Server<typeof town>, page: Page, name: string): Promise<void> {
  const { map } = server.world
  // East of a free place and within a second's walk there is a wall, seen from the middle of its side.
  const wall = map.solids.find(
    (solid) =>
      solid.kind === 'wall' &&
      solid.shape === 'box' &&
      solid.y1 - solid.y0 > 3 &&
      solid.x0 > 10 &&
      [2, 1.5, 1, 0.6].every((gap) => map.isFree(solid.x0 - gap, (solid.y0 + solid.y1) / 2, 0.45)),
  )
  assert.ok(wall && wall.shape === 'box', 'the town has such a wall')
  const y = (wall.y0 + wall.y1) / 2
  server.world.teleport(truth(server, name), { x: wall.x0 - 2, y })
  await untilShown(page, server, name)
  const { position } = truth(server, name)
  await page.keyboard.down('d')
  await until(() => position.x > wall.x0 - 0.5, `${name} is at the wall`)
  const since = server.world.tick
  await until(() => server.world.tick > since + 10, 'half a second has passed')
  assert.ok(
    Math.abs(position.x - (wall.x0 - 0.4)) < 0.05,
    `stopped at ${position.x} before the wall at ${wall.x0}`,
  )
  await page.keyboard.up('d')
  await untilShown(page, server, name)
  await page.screenshot({ path: new URL('at-the-wall.png', SCREENSHOTS).pathname })
}

async function restart(
  t: TestContext,
  { server, page, name }: { server: Server<typeof town>; page: Page; name: string },
): Promise<void> {
  await server.close()
  await page.waitForFunction(() => (window as Hooked).shardless?.client.status === 'reconnecting')
  const again = await serve(definition, { listen: [...server.urls], seed: 6, store: 'memory:' })
  t.after(() => again.close())
  await page.waitForFunction(
    () =>
      (window as Hooked).shardless?.client.status === 'open' &&
      (window as Hooked).shardless?.client.me !== undefined,
  )
  assert.equal(truth(again, name).name, name)
}

// Touches are the protocol of Chromium's own tools.
test('the town works at the size of a phone, by touch', async (t) => {
  const server = await openTown(t)
  const browser = await openBrowser(t)
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  })
  t.after(() => context.close())
  const page = await context.newPage()
  await page.goto(server.pageUrl)
  await walkIn(page, 'Ada')
  const ground = openGround(server, 8)
  server.world.teleport(truth(server, 'Ada'), ground)
  await untilShown(page, server, 'Ada')
  const { position } = truth(server, 'Ada')
  const touch = await context.newCDPSession(page)
  const point = (x: number, y: number) => [{ x, y }]
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: point(120, 600) })
  await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: point(190, 600) })
  await until(() => position.x > ground.x + 1, 'Ada has walked east')
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await page.screenshot({ path: new URL('phone.png', SCREENSHOTS).pathname })
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(width <= 390, `the page is ${width} px wide`)
})
