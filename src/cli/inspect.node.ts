import { connect } from '../client/index.node.ts'
import type { Client, Findings } from '../client/index.ts'
import { OutsideError } from '../core/index.ts'
import type { ServerDefinition } from '../server/index.ts'
import type { AnyGame } from '../world/index.ts'
import { wayOf } from './air.node.ts'
import { loadDefault } from './load.node.ts'
import type { Settings } from './options.ts'
import { Stop } from './stop.node.ts'

const TOPICS_SHOWN = 16
const FIELDS_SHOWN = 20
const TRACE_SHOWN = 12

/** `shardless inspect`: joins a world and shows, each second, what one client is told, by topic, kind and field. */
export async function runInspect(settings: Settings): Promise<void> {
  const stop = new Stop()
  const file = settings.game === undefined ? undefined : String(settings.game)
  const { game } = (await loadDefault('--game', file, 'defineServer')) as ServerDefinition
  const url = String(settings.url)
  let client: Client<AnyGame>
  try {
    client = await connect(game, url, { name: String(settings.as), ...(await wayOf(settings)) })
  } catch (error) {
    throw new OutsideError(`Could not join ${url}: ${(error as Error).message}`)
  }
  const inspection = client.inspect()
  const entity = Number(settings.entity)
  let traced = entity > 0 ? entity : someoneIn(client, 0)
  inspection.trace(traced)
  stop.askIn(Number(settings.seconds))
  const show = (): void => {
    const wanted = entity > 0 ? entity : someoneIn(client, traced)
    if (wanted !== traced) inspection.trace(wanted)
    traced = wanted
    // On a terminal each second replaces the last; in a file or pipe they follow each other.
    if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H')
    console.log(page(client, inspection.read(), traced))
  }
  const timer = setInterval(show, 1000)
  await stop.asked
  clearInterval(timer)
  inspection.stop()
  client.close()
  setTimeout(() => process.exit(), 100)
}

/**
 * Chooses whom to trace when nobody was named: the one traced so far, else another in view, else the own character.
 */
function someoneIn(client: Client<AnyGame>, traced: number): number {
  if (client.get(traced) !== undefined) return traced
  const own = (client.me as { id: number } | undefined)?.id ?? 0
  for (const kind of client.game.kinds)
    for (const { id } of client.entities(kind.name as never) as Iterable<{ id: number }>)
      if (id !== own) return id
  return own
}

/** Writes one second's findings as text. */
function page(client: Client<AnyGame>, found: Findings, traced: number): string {
  const { stats } = client
  const topics = found.topics.slice(0, TOPICS_SHOWN)
  const fields = found.fields.slice(0, FIELDS_SHOWN)
  const trace = found.trace.slice(-TRACE_SHOWN)
  return [
    `tick ${found.tick}, ${client.status}, ping ${stats.pingMs.toFixed(1)} ms, ${stats.entitiesInView} entities in view`,
    `state ${found.bytesPerSecond.toFixed(0)} B/s, everything ${stats.bytesPerSecondIn.toFixed(0)} B/s in, ${stats.bytesPerSecondOut.toFixed(0)} B/s out`,
    '',
    `${found.topics.length} topics followed    entities   last news (tick)`,
    ...topics.map(
      ({ name, entities, tick }) =>
        `  ${name.padEnd(20)} ${String(entities).padStart(6)} ${String(tick).padStart(16)}`,
    ),
    ...(found.topics.length > TOPICS_SHOWN ? [`  and ${found.topics.length - TOPICS_SHOWN} more`] : []),
    '',
    'kind         what                 B/s     times/s',
    ...fields.map(
      ({ kind, what, bytesPerSecond, timesPerSecond }) =>
        `${kind.padEnd(12)} ${what.padEnd(14)} ${bytesPerSecond.toFixed(1).padStart(9)} ${timesPerSecond.toFixed(1).padStart(11)}`,
    ),
    '',
    `entity ${traced}, the last that was told of it`,
    ...trace.map(({ tick, what, bits }) => `  tick ${tick}: ${what}, ${bits} bits`),
    '',
  ].join('\n')
}
