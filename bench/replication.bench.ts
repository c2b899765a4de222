/**
 * Replication: what a tick takes for interest, encoding and assembling, and what it sends.
 *
 *     town     people walk about, each sees about 60 others
 *     crowd    250 people who all see each other
 *     sparse   each sees about 8 others
 *     bodies   901 boxes of a physics engine, 60 times a second, to one viewer, beside "Snapshot Compression"
 *     "as servers show it"  views hold who is within the radius and a rim of 8 m, and news wait as on a server
 *
 * `motion` is dead reckoned, `sampled` told whenever it changed by a centimetre. Bytes are those of packets, with the
 * dialect's head and without those of links below. The least of many ticks says what the work takes, p50 and p99
 * what it took on this machine with what else was running.
 */
import { bodiesRows } from './replication/bodies.ts'
import { circleGround, type Ground, groundFor, TICKS_PER_SECOND } from './replication/crowd.ts'
import { allocatedBytes, rowsOf, Times } from './replication/measure.ts'
import { SchemaTown } from './replication/schema.ts'
import { socketRows } from './replication/sockets.node.ts'
import { type Style, Town, Witness } from './replication/town.ts'
import type { Row } from './row.ts'

/** How many ticks pass until everybody knows whom they see, and the code is warm. */
const WARM_TICKS = 80

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const counts = quick ? [250, 1000] : [250, 1000, 5000, 20_000]
  const rows: Row[] = []
  const least = new Map<number, number>()
  for (const people of counts) {
    const told = townRows(groundFor('town', people, 60), 'motion', quick)
    least.set(people, told.usPerClient)
    rows.push(...told.rows)
  }
  rows.push(...townRows(groundFor('town', 1000, 60), 'sampled', quick).rows)
  if (!quick)
    rows.push(
      rowsOf('town, motion, 20,000 people')(
        'time per client, over that with 1,000 people',
        (least.get(20_000) as number) / (least.get(1000) as number),
        'ratio',
      ),
    )
  const square = { name: 'crowd', people: 250, side: 64, cellSize: 32, radius: 96 }
  rows.push(...townRows(square, 'motion', quick).rows)
  for (const people of quick ? [1000] : counts)
    rows.push(...townRows(groundFor('sparse', people, 8), 'motion', quick).rows)
  for (const cellSize of [32, 64])
    rows.push(
      ...circleRows({ name: `crowd, cells of ${cellSize} m`, people: 200, side: 64, cellSize, radius: 96 }),
    )
  rows.push(...circleRows(circleGround('town', 680, 59)), ...circleRows(circleGround('sparse', 400, 9)))
  rows.push(...schemaRows(quick))
  rows.push(...(await socketRows(groundFor('town', quick ? 250 : 1000, 60), quick ? 2 : 8)))
  rows.push(...(await bodiesRows(quick ? 5 : 30)))
  return rows
}

/** Measures what a server's views are sent: a circle and its rim, and news that wait for the second tick. */
function circleRows(ground: Ground): Row[] {
  const town = new Town(ground, 'motion', { rim: 8, newsTicks: 2 })
  const run = (ticks: number): void => {
    for (let tick = 0; tick < ticks; tick++) {
      town.walk()
      town.tell()
    }
  }
  run(WARM_TICKS)
  const before = { bytes: town.bytes, packets: town.packets }
  const seconds = 8
  run(seconds * TICKS_PER_SECOND)
  const row = rowsOf(`${ground.name}, as servers show it, ${ground.people} people`)
  const each = (count: number): number => count / seconds / ground.people
  return [
    row('others within the radius', town.within, 'people'),
    row('to each client', each(town.bytes - before.bytes), 'bytes/s'),
    row('packets to each client', each(town.packets - before.packets), 'per second'),
  ]
}

/** Measures one scenario: times, bytes, what is left on the heap. */
function townRows(ground: Ground, style: Style, quick: boolean): { rows: Row[]; usPerClient: number } {
  const { people, name } = ground
  const town = new Town(ground, style)
  const witnesses = Array.from({ length: Math.min(8, people) }, () => new Witness(town))
  const step = (times?: Times): void => {
    town.walk()
    const tell = (): void => town.tell()
    if (times) times.measure(tell)
    else tell()
  }
  const watch = (): void => {
    town.walk()
    town.tell((viewer, packet) => witnesses[viewer]?.receive(town.world.tick, packet))
  }
  for (let tick = 0; tick < WARM_TICKS; tick++) watch()
  for (const witness of witnesses) witness.begin()
  const counted = quick ? 40 : 100
  const before = { bytes: town.bytes, packets: town.packets }
  for (let tick = 0; tick < counted; tick++) watch()
  const seconds = counted / TICKS_PER_SECOND
  const bytesPerSecond = (town.bytes - before.bytes) / seconds / people
  const mean = (of: (witness: Witness) => number): number =>
    witnesses.reduce((sum, witness) => sum + of(witness), 0) / witnesses.length
  const perChange = mean((witness) => witness.bytesPerChange)
  const perMove = mean((witness) => witness.bytesPerMove)
  const times = new Times()
  const ticks = Math.ceil((quick ? 60_000 : 200_000) / people)
  for (let tick = 0; tick < Math.min(400, Math.max(40, ticks)); tick++) step(times)
  const row = rowsOf(`${name}, ${style}, ${people.toLocaleString('en-US')} people`)
  const rows = [
    row('in view of each', town.visible, 'people'),
    row('time per tick, least', times.percentile(0), 'ms'),
    row('time per tick, p50', times.percentile(50), 'ms'),
    row('time per tick, p99', times.percentile(99), 'ms'),
    row('time per client and tick, p50', (times.percentile(50) * 1000) / people, 'us'),
    row('to each client', bytesPerSecond, 'bytes/s'),
    row('for each entity that changed', perChange, 'bytes'),
  ]
  if (style === 'sampled') rows.push(row('for each entity that moved', perMove, 'bytes'))
  if (people <= 1000) {
    const walking = allocatedBytes(() => town.walk(), 10)
    rows.push(row('allocated per tick', allocatedBytes(step, 10) - walking, 'bytes'))
  }
  return { rows, usPerClient: (times.percentile(50) * 1000) / people }
}

/** Runs the same world through the schema library, tick by tick in turns with ours. */
function schemaRows(quick: boolean): Row[] {
  const row = rowsOf('town, 1,000 people, against @colyseus/schema')
  const ground = groundFor('town', 1000, 60)
  const town = new Town(ground, 'motion')
  const theirs = new SchemaTown(town)
  const [ourTimes, theirTimes] = [new Times(), new Times()]
  const ticks = quick ? 15 : 60
  let bytes = { ours: 0, theirs: 0 }
  for (let tick = 0; tick < WARM_TICKS + ticks; tick++) {
    const isCounted = tick >= WARM_TICKS
    if (tick === WARM_TICKS) bytes = { ours: town.bytes, theirs: theirs.bytes }
    town.walk()
    if (isCounted) ourTimes.measure(() => town.tell())
    else town.tell()
    // The library only has to be warm, not to take part in all of the first ticks.
    if (tick < WARM_TICKS - 12) continue
    theirs.follow()
    const moves = theirs.moves()
    if (isCounted) theirTimes.measure(() => theirs.tell(moves))
    else theirs.tell(moves)
  }
  const [ourBytes, theirBytes] = [town.bytes - bytes.ours, theirs.bytes - bytes.theirs]
  const perSecond = (sum: number): number => (sum / ticks / ground.people) * TICKS_PER_SECOND
  return [
    row('time per tick, schema library, p50', theirTimes.percentile(50), 'ms'),
    row('time per tick, ours, p50', ourTimes.percentile(50), 'ms'),
    row('time, schema library over ours', theirTimes.percentile(50) / ourTimes.percentile(50), 'ratio'),
    row('to each client, schema library', perSecond(theirBytes), 'bytes/s'),
    row('to each client, ours', perSecond(ourBytes), 'bytes/s'),
    row('bytes, schema library over ours', theirBytes / ourBytes, 'ratio'),
  ]
}
