/** Tests the laboratory's page in a real browser: by keyboard, and by what is on the page. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as rest } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { ClusterPlay, Experiment, PeerRun, readCluster, readSettings } from 'shardless/lab'
import { preview } from 'vite'
import { violationsOf } from '../../test/browser/axe.node.ts'
import { openPage, waitUntil } from '../../test/browser/browser.node.ts'
import { buildIfStale } from '../build.node.ts'
import { peerFiguresOf } from '../web/lab/figures.ts'
import type { Field } from './field.ts'
import bots from './field-bot.ts'
import definition from './field-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

await buildIfStale()
const server = await preview({
  configFile: false,
  logLevel: 'error',
  root: fileURLToPath(new URL('..', import.meta.url)),
  build: { outDir: fileURLToPath(new URL('../build', import.meta.url)) },
  preview: { port: 0, host: '127.0.0.1' },
})
test.after(() => server.close())
const address = server.httpServer.address()
const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/lab/`

const textOf = (page: Page, id: string): Promise<string> => page.locator(`#${id}`).innerText()

test('the same address is the same run in the browser and in Node, to the hash of all packets, however the page was turned, zoomed and put aside', async (t) => {
  const query = 'seed=11&players=3&weather=4G&script=1+cut+0+1'
  const { page, problems } = await openPage(t)
  await page.goto(`${url}?${query}&t=3`)
  await waitUntil(page, 'window.laboratory?.runner.shownAt >= 3000')
  for (const size of ['phone', 'phone turned', 'desk'] as const) await checkSize(page, size)
  // The page is put aside as a browser does with what nobody looks at, and comes back: no frame makes up for it.
  await page.evaluate(`{
    window.steps = []
    const note = () => { steps.push(laboratory.runner.shownAt); requestAnimationFrame(note) }
    requestAnimationFrame(note)
  }`)
  const session = await page.context().newCDPSession(page)
  await waitUntil(page, 'steps.length > 5')
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await rest(1500)
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  const noted = (await page.evaluate('steps.length')) as number
  await waitUntil(page, `steps.length > ${noted + 10}`)
  const steps = (await page.evaluate('steps')) as number[]
  for (let i = 1; i < steps.length; i++)
    assert.ok(steps[i] - steps[i - 1] <= 101, `${steps[i - 1]} to ${steps[i]} in one frame`)
  // The page keeps ahead of what it shows: everything in it is stopped at one moment.
  await page.keyboard.press('Space')
  const seen = (await page.evaluate(
    '({ at: laboratory.runner.run.now, hash: laboratory.runner.run.hash, failure: laboratory.runner.run.failure })',
  )) as { at: number; hash: string; failure?: string }
  const run = new Experiment<Field>({ settings: readSettings(query), definition, bots })
  await run.advance(seen.at)
  assert.equal(seen.failure, undefined)
  assert.deepEqual([run.now, run.hash], [seen.at, seen.hash])
  // While time stands still as well.
  await checkSize(page, 'phone')
  assert.deepEqual(problems, [])
})

const sizes = { phone: [390, 844, 3], 'phone turned': [844, 390, 3], desk: [1280, 720, 1] } as const

/** Makes the screen another one: each picture in sight becomes as sharp as it, and nothing is cut off. */
async function checkSize(page: Page, size: keyof typeof sizes): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const [width, height, deviceScaleFactor] = sizes[size]
  const screen = { width, height, deviceScaleFactor, mobile: false }
  await session.send('Emulation.setDeviceMetricsOverride', screen)
  for (const id of ['cluster-picture', 'picture']) {
    await page.evaluate(`document.getElementById('${id}').scrollIntoView()`)
    await waitUntil(
      page,
      `(({ width, height, clientWidth, clientHeight }) => clientWidth > 0 && clientWidth <= ${width} &&
        Math.abs(width - clientWidth * ${deviceScaleFactor}) <= 1 &&
        Math.abs(height - clientHeight * ${deviceScaleFactor}) <= 1)(document.getElementById('${id}'))`,
    )
  }
  const wide = await page.evaluate('document.documentElement.scrollWidth')
  assert.ok((wide as number) <= width, `${wide} wide on ${width}`)
}

test('a whole scenario has the hash that the command prints, which the page names', async (t) => {
  const { page, problems } = await openPage(t)
  await page.goto(`${url}?seed=5`)
  await page.getByLabel('Scenario').last().selectOption('strangers')
  await page.getByRole('button', { name: 'Run it' }).click()
  const command = await textOf(page, 'sim-command')
  assert.match(command, /^npm run sim -- .* --seed 5 --scenario strangers --links streams$/)
  const args = command.split(' ').slice('npm run sim --'.split(' ').length)
  const line = ['-C', 'shardless-source', 'src/cli/main.node.ts', 'sim', ...args]
  const { stdout } = await promisify(execFile)(process.execPath, line, { cwd: root })
  const [, hash] = /^seed 5 +strangers +streams +([0-9a-f]{16}) /m.exec(stdout) ?? []
  assert.ok(hash, stdout)
  await page.getByText(hash).waitFor({ timeout: 120_000 })
  assert.deepEqual(problems, [])
})

test('by keyboard: time stands still, goes on tick by tick and back, and every packet can be opened', async (t) => {
  const { page, problems } = await openPage(t)
  await page.goto(`${url}?weather=40ms+loss=10%25&players=3&t=2`)
  await waitUntil(page, 'window.laboratory?.runner.shownAt >= 2000')
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Play' }).waitFor()
  const before = (await page.evaluate('laboratory.runner.shownAt')) as number
  await page.keyboard.press('.')
  await waitUntil(page, `laboratory.runner.shownAt > ${before}`)
  const stepped = (await page.evaluate('laboratory.runner.shownAt')) as number
  assert.ok(stepped - before <= 50 && stepped % 50 === 0, `${before} to ${stepped}`)
  const contents = new Set<string>()
  for (let i = 0; i < 25; i++) {
    await page.keyboard.press('ArrowLeft')
    for (const term of await page.locator('#packet dt').allInnerTexts()) contents.add(term)
  }
  for (const term of ['fate', 'bytes', 'state'])
    assert.ok(contents.has(term), `${term} among ${[...contents]}`)
  for (const figure of [
    'Ping',
    'Uptime',
    'Sent',
    'Received',
    'Lost',
    'Bandwidth',
    'Queue',
    'Lag',
    'Server time',
    'Drift',
  ])
    assert.ok((await textOf(page, 'figures')).includes(figure), figure)
  assert.match(await textOf(page, 'figures'), /Lost\s+[1-9]\d* \(/)
  await page.getByLabel('Moment').fill('1000')
  await waitUntil(page, 'laboratory.runner.shownAt === 1000')
  await page.getByRole('button', { name: 'Go on from here' }).click()
  await waitUntil(page, 'laboratory.runner.run.now < 1500')
  await page.getByLabel('Weather of the fork').selectOption('terrible')
  await page.getByRole('button', { name: 'Fork with' }).click()
  await page.getByText('from there on terrible').waitFor()
  assert.deepEqual(problems, [])
})

test('connections scale as N and N(N-1)/2: what the table says is what is drawn', async (t) => {
  const { page, problems } = await openPage(t)
  await page.goto(url)
  await waitUntil(page, 'window.laboratory !== undefined')
  for (const [count, star, mesh, ratio] of [
    [4, 4, 6, '1.5'],
    [8, 8, 28, '3.5'],
    [12, 12, 66, '5.5'],
  ] as const) {
    while (Number((await textOf(page, 'count')).replace('N = ', '')) < count) await page.keyboard.press('=')
    await page.getByText(`Client-server: ${star} connections`).waitFor()
    await page.getByText(`Full mesh: ${mesh} connections`).waitFor()
    const row = await page.locator('#scaling-table tr.current').innerText()
    assert.deepEqual(row.split(/\s+/).slice(0, 4), [String(count), String(star), String(mesh), ratio])
  }
  await page.keyboard.press('=')
  assert.equal(await textOf(page, 'count'), 'N = 12')
  await page.getByText('12 packets in flight').waitFor()
  await page.getByText('66 packets in flight').waitFor()
  for (let i = 0; i < 12; i++) await page.keyboard.press('-')
  assert.equal(await textOf(page, 'count'), 'N = 2')
  assert.deepEqual(problems, [])
})

test('peers have the same controls and figures; a cheat is noticed, and a bad script is answered by a sentence', async (t) => {
  const { page, problems } = await openPage(t)
  await page.goto(`${url}?players=4&weather=30ms+loss=5%25&architecture=peer-to-peer&t=4`)
  await waitUntil(page, 'window.laboratory?.peers.play?.run.now >= 3990')
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Play' }).first().waitFor()
  await waitUntil(page, `!document.getElementById('figures').innerText.includes('–')`)
  assert.equal(await page.getByRole('checkbox', { name: 'Delta' }).isEnabled(), false)
  const shown = (): Promise<number> => page.evaluate('laboratory.peers.play.run.now')
  const before = await shown()
  await page.keyboard.press('.')
  await waitUntil(page, `laboratory.peers.play.run.now > ${before}`)
  const at = await shown()
  assert.ok(at - before < 17, `${before} to ${at}`)
  // The same figures as of the same game played here.
  const run = new PeerRun({ topology: 'peer-to-peer', count: 4, seed: 7, weather: ['30ms loss=5%'] })
  run.advance(at + 1e-6)
  const truth = peerFiguresOf(run, 0)
  assert.match(truth.Lost, /^[1-9]\d* \([3-7]\.\d %\)$/)
  assert.ok(Number.parseInt(truth.Ping, 10) >= 120, truth.Ping)
  for (const [figure, text] of Object.entries(truth))
    await page
      .locator('#figures')
      .getByText(text, { exact: true })
      .first()
      .waitFor({ timeout: 20_000 })
      .catch(() => assert.fail(`${figure} is not ${text}`))
  // A click on a packet opens it, and so do the arrows; a click on a machine has its player's packets.
  const dots = (await page.evaluate(
    'laboratory.peers.picture.dots.map(({ packet, x, y }) => ({ number: packet.number, x, y }))',
  )) as { number: number; x: number; y: number }[]
  const alone = dots.findLast((one) =>
    dots.every((other) => other === one || Math.hypot(other.x - one.x, other.y - one.y) > 4),
  )
  assert.ok(alone)
  const packet = page.locator('#packet')
  const lines = async () => {
    const terms = await packet.locator('dt').allInnerTexts()
    const texts = await packet.locator('dd').allInnerTexts()
    return new Map(terms.map((term, index) => [term, texts[index]]))
  }
  await page.locator('#peers-picture').click({ position: { x: alone.x, y: alone.y } })
  assert.match((await lines()).get('packet') ?? '', new RegExp(`^${alone.number}, from player`))
  const fates = new Set<string>()
  const changes = new Set<string>()
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('ArrowLeft')
    const said = await lines()
    const number = Number.parseInt(said.get('packet') ?? '', 10)
    const there = run.packets.find((one) => one.number === number)
    assert.ok(there, String(number))
    assert.match(said.get('packet') ?? '', new RegExp(`from player ${there.from} to player ${there.to}$`))
    assert.ok([there.author, there.to].includes(0), 'the first player’s')
    assert.equal(
      said.get('bytes'),
      [...there.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    )
    const message = run.read(there)
    assert.match(said.get('inputs') ?? '', new RegExp(`^of ticks ${message?.newest} back to `))
    assert.equal(said.get('from'), `player ${there.author}`)
    assert.match(said.get('age') ?? '', /^\d+ ms since it set out/)
    fates.add(String(said.get('fate')).replace(/[ ;,].*/, ''))
    changes.add(String(said.get('it changed')).replace(/\d+/g, 'N'))
  }
  for (const fate of ['on', 'arrived', 'lost']) assert.ok(fates.has(fate), `${fate} of ${[...fates]}`)
  assert.ok(
    [...changes].some((change) => change.startsWith('N input')),
    [...changes].join(' | '),
  )
  await page.getByLabel('Moment').fill('1000')
  await waitUntil(page, 'laboratory.peers.play.run.now <= 1000 && laboratory.peers.play.run.now > 980')
  await page.getByLabel('Weather of the fork').selectOption('terrible')
  await page.getByRole('button', { name: 'Fork with' }).press('Enter')
  await page.locator('#peers-fork-caption').getByText('terrible').waitFor()
  await page.getByRole('button', { name: 'Play' }).first().press('Enter')
  await waitUntil(
    page,
    'laboratory.peers.play.fork.traffic[0].lost > laboratory.peers.play.run.traffic[0].lost',
  )
  await page.getByRole('button', { name: 'Let player 2 cheat' }).press('Enter')
  await page
    .locator('#peers-figures')
    .getByText(/player 2, since tick \d+/)
    .waitFor()
  await page.locator('#checks.bad').getByText('player 2 differs').waitFor()
  await page.getByRole('button', { name: 'client-server' }).press('Enter')
  await page.getByText('A script of it').click()
  await page.getByLabel('One line each').fill('soon cut bob')
  await page.getByRole('button', { name: 'Begin again with this script' }).click()
  await page.getByRole('alert').getByText('Line 1 of the script').waitFor()
  assert.deepEqual(problems, [])
})

test('a cluster in a tab: by keyboard a region dies, its players stay, and all lamps are lit at rest', async (t) => {
  const { page, problems } = await openPage(t)
  await page.goto(`${url}?cluster-seed=9&cluster-t=6#cluster-lab`)
  await waitUntil(page, 'window.laboratory?.cluster.play.now === 6000')
  const processes = (): Promise<string> => textOf(page, 'cluster-processes')
  assert.match(await processes(), /region-3\s+up, speaks for [1-9]/)
  await page.getByText('Players that are told of themselves now').waitFor()
  await page.locator('#cluster-picture').focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('k')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('p')
  assert.match(await processes(), /region-4\s+paused/)
  assert.doesNotMatch(await processes(), /region-3/)
  assert.match(page.url(), /cluster=6\+kill\+region-3%3B6\+pause\+region-4/)
  await page.keyboard.press('p')
  await page.keyboard.press('.')
  await waitUntil(page, 'laboratory.cluster.play.now === 6050')
  assert.match(await textOf(page, 'cluster-districts'), /region-3\s+2\s+no/)
  await page.getByLabel('Speed').last().selectOption('4')
  await page.locator('#cluster-picture').focus()
  await page.keyboard.press(' ')
  await page.locator('#cluster-figures').getByText('9 of 9').waitFor()
  await page.locator('#cluster-figures').getByText('8 of 8').waitFor()
  assert.doesNotMatch(await textOf(page, 'cluster-districts'), /region-3/)
  await page.getByRole('button', { name: 'Let all come to rest' }).click()
  await page.getByText('all know the same, once it is quiet: holds').waitFor()
  await page.locator('#cluster-play').click()
  assert.equal(await page.locator('#cluster-lamps li.bad').count(), 0)
  const { now, hash, query } = (await page.evaluate(
    '({ now: laboratory.cluster.play.now, hash: laboratory.cluster.play.look().hash, query: laboratory.cluster.query })',
  )) as { now: number; hash: string; query: string }
  const asked = new URLSearchParams(query)
  const again = new ClusterPlay(readCluster((name) => asked.get(name)))
  again.advance(now)
  assert.equal(again.look().hash, hash)
  assert.deepEqual(problems, [])
})

test('axe finds nothing, light or dark, with all that unfolds open, on a desk and on a phone, where nothing is cut off', async (t) => {
  const { page, problems } = await openPage(t)
  await page.goto(`${url}?architecture=hybrid&players=3`)
  await waitUntil(page, 'window.laboratory?.peers.play?.run.now > 100')
  for (const [scheme, width, height] of [
    ['light', 1280, 900],
    ['dark', 390, 844],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width, height })
    const folded = page.locator('details:not([open]) > summary:visible')
    while ((await folded.count()) > 0) await folded.first().click()
    assert.deepEqual(await violationsOf(page), [], scheme)
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    assert.ok((wide as number) <= width, `${wide} wide`)
    if (scheme === 'light') await checkTable(page)
    else await page.getByRole('button', { name: 'client-server' }).press('Enter')
  }
  assert.deepEqual(await violationsOf(page), [], 'with a server')
  assert.deepEqual(problems, [])
})

/** The table of architectures has the text's reasons in figures: it is filled when it is looked at. */
async function checkTable(page: Page): Promise<void> {
  const table = page.locator('#architecture-table')
  await table.scrollIntoViewIfNeeded()
  await table.getByText('everybody, and most decide').waitFor()
  const rows = new Map<string, string[]>()
  for (const row of await table.locator('tbody tr').all())
    rows.set(await row.locator('th').innerText(), await row.locator('td').allInnerTexts())
  assert.deepEqual(rows.get('Connections'), ['3', '3', '3'])
  const [served, mesh, hybrid] = (rows.get('Bytes up a player') ?? []).map(Number.parseFloat)
  assert.ok(served > 0 && served < hybrid && mesh > 1.9 * hybrid, `${served}, ${mesh}, ${hybrid} kB/s`)
  assert.match(rows.get('Who can cheat')?.[0] ?? '', /^nobody/)
}

test('the tour goes by links from step to step, each with the run it speaks of; an answer of the quiz shows one too; back goes back', async (t) => {
  const { page, problems } = await openPage(t)
  await page.goto(url)
  await page.getByRole('link', { name: 'A long way' }).press('Enter')
  await page.getByText('Step 2 of 8: A long way.').waitFor()
  await page.getByRole('link', { name: 'Next' }).press('Enter')
  await page.getByText('Step 3 of 8: Without prediction.').waitFor()
  assert.equal(await page.getByRole('checkbox', { name: 'Prediction' }).isChecked(), false)
  await page.goBack({ waitUntil: 'commit' })
  await page.getByText('Step 2 of 8').waitFor()
  assert.equal(await page.getByRole('checkbox', { name: 'Prediction' }).isChecked(), true)
  await page.getByRole('radio', { name: 'State by datagrams' }).press('Space')
  await page.getByRole('link', { name: 'See it run.' }).press('Enter')
  await page.getByRole('button', { name: 'TCP', pressed: true }).waitFor()
  assert.equal(await page.locator('#guide').isVisible(), false)
  assert.deepEqual(problems, [])
})

test('an address that makes no sense is answered by a sentence, and by a run as usual', async (t) => {
  const { page, problems } = await openPage(t)
  for (const [query, said] of [
    ['players=99999999', 'players is "99999999"'],
    ['t=NaN&tour=99&architecture=star&seed=%E0%A4%A', 'is not a value of an address'],
  ] as const) {
    await page.goto(`${url}?${query}`)
    await page.locator('#trouble').getByText(said).waitFor()
    await waitUntil(page, 'window.laboratory?.runner.shownAt > 0')
  }
  assert.deepEqual(problems, [])
})

test('by keyboard alone one comes from the first link to the last control and out again, and sees where one is', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${url}?players=2`)
  await waitUntil(page, 'window.laboratory !== undefined')
  const [seen, dim] = [new Set<string>(), [] as string[]]
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab')
    const [key, outline] = (await page.evaluate(
      `(() => { const one = document.activeElement; const { outlineStyle, outlineWidth } = getComputedStyle(one)
        return [one === document.body ? '' : one.id || one.name + one.href + one.textContent, outlineStyle !== 'none' && outlineWidth] })()`,
    )) as [string, string | false]
    if (key === '') break
    if (!outline) dim.push(key)
    seen.add(key)
  }
  assert.deepEqual(dim, [])
  const all = (await page.evaluate(
    `[...document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex="0"]')].filter((one) => one.checkVisibility() && !one.matches(':disabled')).map((one) => one.id || one.name + one.href + one.textContent)`,
  )) as string[]
  assert.deepEqual(
    all.filter((key) => !seen.has(key)),
    [],
  )
})
