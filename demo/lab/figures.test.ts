/** Tests the figures of the laboratory against the truth, and each switch of the engine by what it changes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  defaultSettings,
  Experiment,
  type ExperimentSettings,
  linkHeaderBytes,
  type Means,
  readScript,
} from 'shardless/lab'
import { loadSodium } from 'shardless/netcode'
import { figuresOf } from '../web/lab/figures.ts'
import type { Field } from './field.ts'
import bots from './field-bot.ts'
import definition, { plainServer } from './field-server.ts'

const cipher = await loadSodium()

async function played(ms: number, asked: Partial<ExperimentSettings>): Promise<Experiment<Field>> {
  const settings = { ...defaultSettings, ...asked }
  const server = settings.off.includes('quantizing')
    ? (plainServer as unknown as typeof definition)
    : definition
  const run = new Experiment<Field>({ settings, definition: server, bots, cipher })
  await run.advance(ms)
  assert.equal(run.failure, undefined)
  return run
}

/** The first number of a figure. */
const number = (text: string): number => Number(/-?[\d.]+/.exec(text)?.[0])

test('bytes are those of the seam: what the client itself counts, and the heads below; packets that it had not are lost', async () => {
  for (const link of ['websocket', 'tcp', 'udp'] as const) {
    const run = await played(6000, { link, weather: ['40ms loss=8%'], players: 3 })
    const figures = figuresOf(run, 0, run.now)
    // Without what went astray and what is still on its way, each packet as it was drawn.
    const mine = run.traffic.packets.filter(({ player }) => player === 0)
    const gone = mine.filter(({ arrivals }) => arrivals.length === 0)
    const come = mine.filter(({ arrivals: [at], way }) => way === 'down' && at <= run.now)
    assert.equal(number(figures.Lost), gone.length)
    assert.match(figures.Lost, new RegExp(`\\(${((100 * gone.length) / mine.length).toFixed(1)} %\\)`))
    assert.ok(gone.length > mine.length * 0.03 && gone.length < mine.length * 0.15, `${gone.length} lost`)
    assert.equal(number(figures.Received), come.length)
    assert.equal(number(figures.Sent), mine.filter(({ way }) => way === 'up').length)
    const underway = mine.filter(({ arrivals: [at] }) => at > run.now)
    assert.equal(number(figures.Queue), underway.length)
    const second = mine.filter(({ sentAt }) => sentAt > run.now - 1000)
    const bytes = second.reduce((sum, { length }) => sum + length + linkHeaderBytes[link], 0)
    assert.ok(Math.abs(number(figures.Bandwidth) - bytes / 1000) < 0.06, `${figures.Bandwidth}, ${bytes} B`)
    if (link === 'udp') continue
    // Streams lose nothing for good: what the client read is what was handed over, each once.
    const handed = mine.filter(({ way, handedAt }) => way === 'down' && handedAt !== undefined)
    const read = handed.reduce((sum, { length }) => sum + length, 0)
    assert.equal(run.looks.at(-1)?.stats[0]?.bytesIn, read)
  }
})

test('times are true: ping twice the way, lag the age of what is shown, drift what the clock is off, uptime since it is open', async () => {
  const run = await played(8000, {
    weather: ['60ms', '5ms'],
    players: 2,
    script: readScript('5 jump 0 100'),
  })
  const early = figuresOf(run, 0, 4500)
  assert.ok(number(early.Ping) >= 118 && number(early.Ping) < 175, early.Ping)
  assert.equal(early['Server time'], '4500 ms')
  const skew = number(early.Drift)
  assert.ok(skew !== 0 && Math.abs(skew) <= 0.25, `${early.Drift} of at most 50 millionths`)
  assert.ok(Math.abs(number(early['Client time']) - 4500 - skew) < 0.011)
  // The clock jumped by 100 ms at 5 s, and goes on as fast as before.
  const late = figuresOf(run, 0, 8000)
  assert.ok(Math.abs(number(late.Drift) - 100 - (skew * 8) / 4.5) < 0.02, `${skew}, then ${late.Drift}`)
  assert.ok(Math.abs(number(early.Uptime) - 4.4) < 0.2, early.Uptime)
  // What it shows of the other is where the other was that long ago, much nearer than where it is now.
  let [off, offNow, looks] = [0, 0, 0]
  for (const look of run.looks.filter(({ at }) => at > 2000 && at <= 4500)) {
    const shown = look.shown[0][1]
    const then = run.lookAt(look.at - number(figuresOf(run, 0, look.at).Lag))
    const [a, b] = [then?.before.truth[1], then?.after.truth[1]]
    const now = look.truth[1]
    if (!shown || !a || !b || !now || !then) continue
    const was = { x: a.x + (b.x - a.x) * then.share, y: a.y + (b.y - a.y) * then.share }
    off += Math.hypot(shown.x - was.x, shown.y - was.y)
    offNow += Math.hypot(shown.x - now.x, shown.y - now.y)
    looks++
  }
  assert.ok(looks > 40 && off < offNow / 2, `${off / looks} m beside ${offNow / looks} m`)
})

/** What a switch is to change: measured in the same run with it and without. */
const effects: Readonly<
  Record<Means, { run: Partial<ExperimentSettings>; of: (run: Experiment<Field>) => number; times: number }>
> = {
  delta: { run: { weather: ['fibre'] }, of: bytesDown, times: 2 },
  quantizing: { run: { weather: ['fibre'] }, of: bytesDown, times: 1.5 },
  batching: {
    run: { weather: ['fibre'], players: 12 },
    of: (run) => run.traffic.counts(0).down.sent,
    times: 1.15,
  },
  prediction: { run: { weather: ['100ms'] }, of: ownOff, times: 2 },
  interpolation: { run: { weather: ['40ms±30'] }, of: jerk, times: 4 },
  priority: { run: { weather: ['20ms rate=2kB/s'], players: 12, link: 'udp' }, of: nearOff, times: 1.1 },
}

for (const [what, { run, of, times }] of Object.entries(effects))
  test(`${what} changes what is measured, by at least ${times} times`, async () => {
    const [on, off] = [await played(6000, run), await played(6000, { ...run, off: [what as Means] })]
    assert.ok(of(off) >= of(on) * times, `${of(on)} with it, ${of(off)} without`)
  })

function bytesDown(run: Experiment<Field>): number {
  return run.traffic.counts(0).down.bytes
}

/** How far the own character is shown from where the server will have it when it hears of it, in metres in all. */
function ownOff(run: Experiment<Field>): number {
  let sum = 0
  for (const look of run.looks) {
    const [shown, later] = [look.shown[0][0], run.lookAt(look.at + 100)?.after.truth[0]]
    if (shown && later) sum += Math.hypot(shown.x - later.x, shown.y - later.y)
  }
  return sum
}

/** How unevenly others are shown to move, in metres a tick in all. */
function jerk(run: Experiment<Field>): number {
  let sum = 0
  for (let i = 42; i < run.looks.length; i++) {
    const [a, b, c] = [i - 2, i - 1, i].map((at) => run.looks[at].shown[0][1])
    if (a && b && c) sum += Math.abs(Math.hypot(c.x - b.x, c.y - b.y) - Math.hypot(b.x - a.x, b.y - a.y))
  }
  return sum
}

/** How far the nearest of the others is shown from where it is, in metres in all. */
function nearOff(run: Experiment<Field>): number {
  let sum = 0
  for (const { truth, shown } of run.looks.slice(40)) {
    const me = truth[0]
    let nearest = Number.POSITIVE_INFINITY
    let off = 0
    for (const [player, at] of truth.entries()) {
      const seen = shown[0][player]
      if (!me || !at || !seen || player === 0) continue
      const away = Math.hypot(at.x - me.x, at.y - me.y)
      if (away < nearest) [nearest, off] = [away, Math.hypot(seen.x - at.x, seen.y - at.y)]
    }
    sum += off
  }
  return sum
}
