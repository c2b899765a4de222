/** Tests the page in a real browser, against a real server: two people and six bots through two matches. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as rest } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { serve } from 'shardless/server'
import { violationsOf } from '../../test/browser/axe.node.ts'
import { openBrowser, openPage, waitUntil } from '../../test/browser/browser.node.ts'
import { buildIfStale, hauntedBundle } from '../build.node.ts'
import type { Rules } from './game/haunted.ts'
import type { HauntedServer } from './game/server.ts'
import { newHouse } from './visit.ts'

await buildIfStale(hauntedBundle)

async function openHouse(
  t: TestContext,
  rules: Partial<Rules>,
): Promise<{ house: HauntedServer; pageUrl: string }> {
  const house = newHouse(rules, { web: new URL('./build/', import.meta.url) })
  const server = await serve(house.definition, { listen: ['ws://127.0.0.1:0'], seed: 3 })
  t.after(() => server.close())
  return { house, pageUrl: server.pageUrl }
}

async function comeIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Come in' }).click()
}

const phase = (of: string): string => `window.haunted?.session.match?.phase === '${of}'`

test('two people and six bots: from the hall by a link to the lobby, a hunt, its result, and a second match', async (t) => {
  const { house, pageUrl } = await openHouse(t, { headStartSeconds: 1, fillTo: 8 })
  const browser = await openBrowser(t)
  const [ada, ben] = [await openPage(t, { browser }), await openPage(t, { browser, width: 390, height: 844 })]
  await comeIn(ada.page, pageUrl, 'Ada')
  await ada.page.getByRole('button', { name: 'Quick match' }).click()
  await ada.page.getByRole('heading', { name: /^Room [B-Z]{5}$/ }).waitFor()
  const link = ada.page.url()
  assert.match(link, /#[B-Z]{5}$/)
  await comeIn(ben.page, link, 'Ben')
  await ben.page.getByRole('listitem').filter({ hasText: 'Ada' }).waitFor()
  assert.equal(await ben.page.locator('#people').getByText('bot').count(), 6)
  for (let match = 1; match <= 2; match++) {
    if (match === 1) {
      await ada.page.getByRole('radio', { name: 'Seekers' }).check()
      await ben.page.getByRole('radio', { name: 'Hiders' }).check()
    }
    await ben.page.getByRole('button', { name: 'I am ready' }).click()
    await ada.page.getByRole('button', { name: 'I am ready' }).click()
    // It ends when the test has seen enough: a busy machine may take a minute for what a player does in a second.
    const [room] = house.rooms().open
    const hunt = house.matchIn(room.world)
    assert.ok(hunt)
    hunt.setRules({ huntSeconds: 600 })
    await Promise.all([ada, ben].map(({ page }) => waitUntil(page, phase('hunt'))))
    await ada.page.locator('#phase').getByText('You seek').waitFor()
    // A step into the dark is seen on the server.
    await waitUntil(ada.page, `window.haunted.session.client.me && window.haunted.session.secondsBlind === 0`)
    await ada.page.keyboard.down('ArrowUp')
    while (hunt.phase === 'hunt' && (hunt.named('Ada')?.walked ?? 0) <= 1) await rest(50)
    hunt.setRules({ huntSeconds: 5 })
    const results = [ada, ben].map(async ({ page }) => {
      await page.getByRole('heading', { name: /^The (seekers|hiders) have/ }).waitFor()
      assert.equal(await page.getByRole('row').count(), 9)
    })
    await Promise.all(results)
    await ada.page.keyboard.up('ArrowUp')
    const walked = hunt.named('Ada')?.walked ?? 0
    assert.ok(walked > 1, `Ada walked ${walked} m`)
    const games = match === 1 ? /You have played one match/ : /You have played 2 matches/
    await ada.page.getByText(games).waitFor()
    for (const { page } of [ada, ben]) await waitUntil(page, phase('lobby'))
  }
  await ada.page.getByRole('button', { name: 'Leave' }).click()
  await ada.page.getByRole('heading', { name: 'The hall' }).waitFor()
  await ada.page.getByRole('listitem').filter({ hasText: "Ben's" }).waitFor()
  assert.deepEqual([ada.problems, ben.problems], [[], []])
})

test('every control has a name and axe finds nothing, sounds are muted by one key, and a page loaded again is back in its hunt', async (t) => {
  const { pageUrl } = await openHouse(t, { huntSeconds: 60, headStartSeconds: 0, fillTo: 6 })
  const { page, problems } = await openPage(t)
  await page.goto(pageUrl)
  assert.deepEqual(await violationsOf(page), [], 'at the door')
  await comeIn(page, pageUrl, 'Cyd')
  await page.getByLabel('Code of a room').fill('XXXXX')
  await page.getByRole('button', { name: 'Enter' }).click()
  await page.getByRole('alert').getByText('There is no room with this code.').waitFor()
  assert.deepEqual(await violationsOf(page), [], 'in the hall')
  await page.getByRole('checkbox', { name: 'listed for all' }).uncheck()
  await page.getByRole('button', { name: 'Open a room' }).click()
  await page.getByRole('radio', { name: 'Hiders' }).check()
  await page.getByRole('radio', { name: 'mint' }).check()
  await waitUntil(page, `window.haunted.session.me?.colour === 10`)
  await page.locator('#rules summary').click()
  assert.deepEqual(await violationsOf(page), [], 'in a room')
  const mute = page.locator('#mute')
  assert.equal(await mute.getAttribute('aria-pressed'), 'false')
  await page.getByRole('heading', { name: /^Room/ }).click()
  await page.keyboard.press('m')
  assert.equal(await mute.getAttribute('aria-pressed'), 'true')
  await page.getByRole('button', { name: 'Begin now' }).click()
  await waitUntil(page, phase('hunt'))
  assert.deepEqual(await violationsOf(page), [], 'in the hunt')
  const own = await page.evaluate<number>(`window.haunted.session.client.me.id`)
  await page.reload()
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Cyd')
  await page.getByRole('button', { name: 'Come in' }).click()
  await waitUntil(page, `window.haunted?.session.client.me !== undefined && ${phase('hunt')}`)
  assert.equal(await page.evaluate<number>(`window.haunted.session.client.me.id`), own)
  assert.equal(await mute.getAttribute('aria-pressed'), 'true')
  assert.deepEqual(problems, [])
})
