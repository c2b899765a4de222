/** Helps browser tests visit the town: starts a server of their own, and a page whose player walks in. */
import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { type Server, serve } from 'shardless/server'
import type { Store } from 'shardless/store'
import { waitUntil } from '../test/browser/browser.node.ts'
import { buildIfStale } from './build.node.ts'
import definition from './server.node.ts'

await buildIfStale()

/** Opens the town on a server that closes when the test ends. */
export async function openTown(
  t: TestContext,
  port = 0,
  store: Store | string = 'memory:',
): Promise<Server<typeof definition.game>> {
  const server = await serve(definition, { listen: [`ws://127.0.0.1:${port}`], seed: 1, store })
  t.after(() => server.close())
  return server
}

/** Gives a name at the gate, and waits until the page shows its own walker. */
export async function walkIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('What are you called?').fill(name)
  await page.getByRole('button', { name: 'Walk in' }).click()
  await waitUntil(page, `window.shardless?.client.me !== undefined`)
}
