import { connect } from '../client/index.node.ts'
import type { BotDefinition, Client, Mind } from '../client/index.ts'
import { OutsideError, Random } from '../core/index.ts'
import type { AnyGame } from '../world/index.ts'
import { wayOf } from './air.node.ts'
import { loadDefault } from './load.node.ts'
import type { Settings } from './options.ts'
import { Stop } from './stop.node.ts'

/** How many bots connect at the same time; the others wait their turn, as players do. */
const CONNECTING_MAX = 16

interface LivingBot {
  readonly client: Client<AnyGame>
  readonly mind: Mind<AnyGame>
  readonly random: Random
  readonly bornAt: number
}

/**
 * `shardless bots`: runs real clients over real sockets until Ctrl-C or their time is up; then says what they saw.
 */
export async function runBots(settings: Settings): Promise<void> {
  const stop = new Stop()
  if (process.connected) process.on('disconnect', () => stop.ask())
  const file = settings.bot === undefined ? undefined : String(settings.bot)
  const definition = (await loadDefault('--bot', file, 'defineBot')) as BotDefinition
  const count = Number(settings.count)
  const url = String(settings.url)
  const random = new Random((settings.seed as number | undefined) ?? Math.floor(Math.random() * 2 ** 32))
  const way = await wayOf(settings)
  const startedAt = performance.now()
  const bots: LivingBot[] = []
  let isOver = false
  let next = 0
  const tickMs = 1000 / definition.game.ticksPerSecond
  const thinking = setInterval(() => think(bots, definition.lookOn), tickMs)
  const joining = Promise.all(
    Array.from({ length: Math.min(CONNECTING_MAX, count) }, async () => {
      while (next < count && !isOver) {
        const number = next++
        const name = definition.name({ number })
        const dice = random.fork()
        const client = await connect(definition.game, url, { name, ...way })
        bots.push({
          client,
          mind: definition.begin({ number, random: dice }),
          random: dice,
          bornAt: performance.now(),
        })
        if (isOver) client.close()
      }
    }),
  )
  const failed = joining.then(
    () => {
      stop.askIn(Number(settings.seconds))
      return new Promise<never>(() => {})
    },
    (error: Error) => {
      throw new OutsideError(`Bot ${bots.length + 1} of ${count} could not join ${url}: ${error.message}`)
    },
  )
  try {
    await Promise.race([stop.asked, failed])
    console.log(summary(bots, (performance.now() - startedAt) / 1000))
  } finally {
    isOver = true
    clearInterval(thinking)
    for (const { client } of bots) client.close()
  }
  // Goodbyes get a moment to go out.
  setTimeout(() => process.exit(), 100)
}

function think(bots: readonly LivingBot[], lookOn: BotDefinition['lookOn']): void {
  const now = performance.now()
  for (const { client, mind, random, bornAt } of bots) {
    if (client.status !== 'open') continue
    client.frame()
    const { me } = client
    const seconds = (now - bornAt) / 1000
    if (me === undefined) lookOn?.({ client, random, seconds })
    else client.command(mind({ client, me, random, seconds }))
  }
}

/** Sums up what the bots saw, as a small table for the terminal. */
function summary(bots: readonly LivingBot[], seconds: number): string {
  const stats = bots.map(({ client }) => client.stats)
  const sum = (pick: (one: (typeof stats)[number]) => number): number =>
    stats.reduce((total, one) => total + pick(one), 0)
  const each = (total: number): number => (stats.length > 0 ? total / stats.length : 0)
  const rows: [string, string][] = [
    [
      'bots',
      `${bots.length}, ${bots.filter(({ client }) => client.status === 'open').length} still connected`,
    ],
    ['time', `${seconds.toFixed(1)} s`],
    [
      'ticks with news',
      `${sum((one) => one.ticksReceived)} in all, ${(each(sum((one) => one.ticksReceived)) / seconds).toFixed(1)} a second each`,
    ],
    [
      'received',
      `${(sum((one) => one.bytesIn) / 1000).toFixed(1)} kB in all, ${(each(sum((one) => one.bytesIn)) / seconds).toFixed(0)} B/s each`,
    ],
    [
      'sent',
      `${(sum((one) => one.bytesOut) / 1000).toFixed(1)} kB in all, ${(each(sum((one) => one.bytesOut)) / seconds).toFixed(0)} B/s each`,
    ],
    ['in view', `${each(sum((one) => one.entitiesInView)).toFixed(1)} entities each`],
    [
      'ping',
      `${each(sum((one) => one.pingMs)).toFixed(1)} ms, jitter ${each(sum((one) => one.jitterMs)).toFixed(1)} ms`,
    ],
    ['stalls', `${sum((one) => one.stalls)} times without news for 750 ms or longer`],
  ]
  return rows.map(([what, value]) => `${what.padEnd(16)} ${value}`).join('\n')
}
