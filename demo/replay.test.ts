/** Tests in a real browser that recordings play faithfully in the page, and can be moved to any moment. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { concat, instant } from 'shardless/core'
import { RecordedWorld, Recorder, Simulation } from 'shardless/lab'
import { openPage, waitUntil } from '../test/browser/browser.node.ts'
import bots from './game/bot.ts'
import { town } from './game/town.ts'
import definition from './server.node.ts'
import { openTown, walkIn } from './visit.ts'

const recording = await record()

test('a recording that is chosen plays as it was, at every moment one goes to', async (t) => {
  const { page, problems } = await openGate(t)
  await choose(page, recording)
  await waitUntil(page, `shardless.recording.stats.tick > shardless.recording.firstTick + 5`)
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Play' }).waitFor()
  const world = new RecordedWorld(town, recording, { now: () => instant(0) })
  for (const tick of [world.lastTick, 40, 130.5, 20]) {
    world.seek(tick)
    world.frame()
    const shown = await page.evaluate<unknown>(
      `(shardless.recording.seek(${tick}), shardless.recording.frame(), ${places})`,
    )
    assert.deepEqual(shown, new Function('shardless', `return ${places}`)({ recording: world }))
  }
  await page.getByLabel('Moment of the recording').fill('60')
  await page.getByText(/^0:03 \/ 0:\d\d$/).waitFor()
  assert.deepEqual(problems, [])
})

test('it goes as fast as one wants, follows whom one wants, and ends where it ends', async (t) => {
  const { page } = await openGate(t)
  await choose(page, recording)
  await page.getByLabel('Speed').selectOption('16×')
  const names = page.getByLabel('Follow')
  await names.selectOption({ index: 1 })
  await waitUntil(page, `shardless.recording.stats.tick === shardless.recording.lastTick`)
  // Again, and no faster than it was: a busy machine may not see what lasts for half a second.
  await page.getByLabel('Speed').selectOption('1×')
  await page.getByRole('button', { name: 'Play' }).click()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  await page.getByRole('button', { name: 'Leave' }).click()
  await page.getByLabel('What are you called?').waitFor()
})

test('one named by the address plays; one that is dropped takes a player out of the town', async (t) => {
  const { page, pageUrl, world } = await openGate(t)
  await page.route(
    ({ pathname }) => pathname === '/walk.rec',
    (route) => route.fulfill({ body: Buffer.from(recording) }),
  )
  await page.goto(`${pageUrl}?recording=/walk.rec`)
  await waitUntil(page, `window.shardless?.recording`)
  await walkIn(page, pageUrl, 'Ada')
  await drop(page, Uint8Array.of(1, 2, 3))
  await page.getByRole('log').getByText('This is no recording of a Shardless world.').waitFor()
  assert.equal([...world.entities('walker')].length, 1)
  await drop(page, recording)
  await waitUntil(page, `window.shardless?.recording`)
  for (; [...world.entities('walker')].length > 0; ) await page.waitForTimeout(50)
})

test('what is no recording, or cannot be had, is answered with a sentence at the door', async (t) => {
  const { page, pageUrl } = await openGate(t)
  await choose(page, Uint8Array.of(1, 2, 3))
  await page.getByRole('alert').getByText('This is no recording of a Shardless world.').waitFor()
  await page.goto(`${pageUrl}?recording=/none.rec`)
  await page.getByRole('alert').getByText('The recording could not be fetched: 404.').waitFor()
})

/** The script that lists everyone's position, by id. */
const places = `[...shardless.recording.entities('walker')].map(({ id, position }) => [id, position.x, position.y]).sort((a, b) => a[0] - b[0])`

/** Records some seconds of the town with four bots in it. */
async function record(): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let recorder: Recorder | undefined
  const scenario = {
    name: 'walk',
    about: 'four walk',
    seconds: 10,
    clients: 4,
    weather: ['wifi'],
    faults: [],
  }
  const outcome = await new Simulation({
    definition,
    bots,
    scenario,
    seed: 1,
    watch: ({ pair: { host } }) => {
      recorder ??= new Recorder(host.author, { write: (bytes) => void parts.push(new Uint8Array(bytes)) })
      recorder.record(host.world.tick - 1)
    },
  }).run()
  assert.equal(outcome.failure, undefined)
  return concat(parts)
}

/** Opens a page in front of the town's gate. */
async function openGate(t: TestContext) {
  const server = await openTown(t)
  const open = await openPage(t)
  await open.page.goto(server.pageUrl)
  await open.page.getByRole('button', { name: 'Walk in' }).waitFor()
  return { ...open, pageUrl: server.pageUrl, world: server.world }
}

function choose(page: Page, bytes: Uint8Array): Promise<void> {
  const file = { name: 'walk.rec', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) }
  return page.getByLabel('watch a recording').setInputFiles(file)
}

/** Drops a file on the page. */
async function drop(page: Page, bytes: Uint8Array): Promise<void> {
  await page.evaluate(`{
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([Uint8Array.of(${bytes.join()})], 'walk.rec'))
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  }`)
}
