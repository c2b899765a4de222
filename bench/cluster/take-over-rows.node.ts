/**
 * What players notice when a region is killed: real clients ask their region something all the time, and the one that
 * has most of them is killed.
 *
 *     detected      until the gateways say that the region is lost
 *     taken over    from there until other regions speak for all of its districts
 *     the pause     from the kill to the first answer, of each client whom it had
 */
import type { Row } from '../row.ts'
import { Asker } from './askers.node.ts'
import { type Processes, pause } from './processes.node.ts'

const CLIENTS = 16

export async function takeOverRows(town: Processes, side: number): Promise<Row[]> {
  const gateways = town.of('gateway')
  const asking = await Promise.all(
    Array.from({ length: CLIENTS }, (_, number) =>
      Asker.come(gateways[number % gateways.length], number, side),
    ),
  )
  await town.until(() => asking.every(({ process }) => process > 0), 'all are answered')
  await pause(1500)
  const counts = new Map<number, number>()
  for (const { process } of asking) counts.set(process, (counts.get(process) ?? 0) + 1)
  const [pid] = [...counts].sort((a, b) => b[1] - a[1])[0]
  const killed = town.of('region').find(({ child }) => child.pid === pid)
  if (!killed) throw new Error('No region answered.')
  const own = districtsOf(town, killed.name)
  const struck = asking.filter(({ process }) => process === pid)
  killed.child.kill('SIGKILL')
  const at = performance.now()
  const pauses: number[] = []
  const after = (pattern: RegExp) => town.lines.filter((line) => line.at > at && pattern.test(line.text))
  const lost = new RegExp(`^gateway-\\w+: ${killed.name} is lost`)
  const taken = (): ReadonlySet<number> =>
    new Set(after(/speaks for district \d+, at/).map(({ text }) => Number(text.match(/district (\d+)/)?.[1])))
  await town.until(() => after(lost).length > 0, 'it is lost')
  await town.until(() => [...own].every((district) => taken().has(district)), 'all is taken over')
  await town.until(
    () => struck.every(({ process, answeredAt }) => process !== pid && answeredAt > at),
    'all are answered again',
  )
  for (const { answeredAt } of struck) pauses.push(answeredAt - at)
  const detected = after(lost)[0].at - at
  const last = after(/speaks for district \d+, at/).at(-1)?.at ?? Number.NaN
  const disconnected = asking.filter(({ wasLost }) => wasLost).length
  for (const asker of asking) asker.leave()
  const name = `kill -9 of a region with ${own.size} districts`
  const row = (metric: string, value: number, unit: string): Row => ({
    ...{ bench: 'cluster', case: name, metric, value, unit },
  })
  pauses.sort((a, b) => a - b)
  return [
    row('detected', detected, 'ms'),
    row('all districts taken over after that', last - at - detected, 'ms'),
    row('pause of a player, p50', pauses[pauses.length >> 1], 'ms'),
    row('pause of a player, most', pauses.at(-1) ?? Number.NaN, 'ms'),
    row('players whom it had', struck.length, 'players'),
    row('clients disconnected', disconnected, 'clients'),
  ]
}

/** The districts that a region speaks for, by what it said. */
function districtsOf(town: Processes, name: string): ReadonlySet<number> {
  const own = new Set<number>()
  for (const { text } of town.lines) {
    const [, district, more] = text.match(`^${name}: speaks for district (\\d+)( no more)?`) ?? []
    if (district === undefined) continue
    if (more) own.delete(Number(district))
    else own.add(Number(district))
  }
  return own
}
