/** Leaving the page by a link and coming back by the back button, in whatever weather the page has made itself. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { openTown, walkIn } from '../../demo/visit.ts'
import { inEachBrowser, type Kind, openPage, waitUntil } from './browser.node.ts'

inEachBrowser(
  'who follows a link has left, and who comes back goes on as themselves, in clear weather and in terrible',
  async (t, kind) => {
    const { pageUrl, world, host } = await openTown(t)
    const { page, problems } = await openPage(t, { kind, keepsPages: true })
    await walkIn(page, pageUrl, 'Ada')
    await leaveAndComeBack(page, { world, host }, kind)
    await page.keyboard.press('l')
    await page.getByRole('button', { name: 'terrible' }).click()
    await leaveAndComeBack(page, { world, host }, kind, 'terrible')
    // The picture in between has no icon of its own.
    const real = problems.filter((problem) => !problem.includes('status of 404'))
    assert.deepEqual(real, [])
  },
)

async function leaveAndComeBack(
  page: Page,
  { world, host }: Pick<Awaited<ReturnType<typeof openTown>>, 'world' | 'host'>,
  kind: Kind,
  weather = 'clear',
): Promise<void> {
  const names = (): string[] => [...world.entities('walker')].map(({ name }) => name)
  const [ada] = world.entities('walker')
  world.teleport(ada, { x: 250, y: 256 })
  await page.evaluate(`globalThis.isTheSame = '${weather}'`)
  // In terrible weather a connection may be lost before, and is made anew: the link is followed over an open one.
  await waitUntil(page, `window.shardless?.client.status === 'open'`)
  const byes = host.stats.closed.bye ?? 0
  await page.evaluate(`location.href = document.querySelector('link[rel=icon]').href`)
  await page.waitForURL('**/*.svg')
  await until(() => names().length === 0)
  // Chromium says goodbye; Firefox drops what a page says when it is left, and closes the link with 1001.
  const { bye = 0, ...others } = host.stats.closed
  if (kind === 'Chromium') assert.equal(bye - byes, 1, `closed: ${JSON.stringify(others)}`)
  if (weather === 'clear' && kind === 'Chromium') assert.deepEqual(others, {})

  await page.evaluate(`history.back()`)
  await waitUntil(page, `window.shardless?.client.status === 'open' && shardless.client.me?.name === 'Ada'`)
  // Chromium has kept the page as it was; Firefox keeps none that has a connection, and loads it anew.
  assert.equal(await page.evaluate(`globalThis.isTheSame === '${weather}'`), kind === 'Chromium')
  assert.equal(await page.locator('#join').isVisible(), false)
  assert.equal(await page.getByText('The player left.').count(), 0)
  assert.deepEqual(names(), ['Ada'])
  const [{ position }] = world.entities('walker')
  assert.deepEqual(position, { x: 250, y: 256 }, 'she is where she was')
  await page.keyboard.down('d')
  await waitUntil(page, `shardless.client.me.position.x > 251`)
  await page.keyboard.up('d')
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 120_000; !isSo(); ) {
    if (performance.now() > end) throw new Error('It did not come to be.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
