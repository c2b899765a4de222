import type { Carried, ExperimentLink, Look } from 'shardless/lab'
import type { Run } from './runner.ts'

/** The figures of one player at a moment, as text; the names are those of the table. */
export interface Figures {
  readonly Status: string
  readonly Ping: string
  readonly Uptime: string
  readonly Sent: string
  readonly Received: string
  readonly Lost: string
  readonly Bandwidth: string
  readonly Queue: string
  readonly Lag: string
  readonly 'Server time': string
  readonly 'Client time': string
  readonly Drift: string
}

const BANDWIDTH_MS = 1000
export const linkNames: Readonly<Record<ExperimentLink, string>> = {
  websocket: 'WebSocket',
  tcp: 'TCP',
  udp: 'UDP',
}

/**
 * Returns the figures of one player at the end of the last tick that a moment has seen.
 *
 * Lag is how far behind the server's present others are shown: half a ping and the delay of interpolation. Times are
 * since the run began, on the server's clock and on the client's own.
 */
export function figuresOf(run: Run, player: number, now: number): Figures {
  const look = lookFor(run, now)
  const stats = look?.stats[player]
  const carried = look?.carried[player] ?? nothing
  const clock = look?.clock[player] ?? 0
  const at = look?.at ?? 0
  const since = look?.openSince[player]
  const lag = stats ? stats.pingMs / 2 + stats.interpolationMs : undefined
  return {
    Status: look?.status[player] ?? 'not here yet',
    Ping: stats ? ms(stats.pingMs) : '–',
    Uptime: since === undefined ? '–' : `${((at - since) / 1000).toFixed(1)} s`,
    Sent: `${carried.sent} packets`,
    Received: `${carried.received} packets`,
    Lost: `${carried.lost} (${((100 * carried.lost) / Math.max(1, carried.all)).toFixed(1)} %)`,
    Bandwidth: `${(bytesPerSecond(run, player, at) / 1000).toFixed(2)} kB/s`,
    Queue: `${carried.underway} packets, ${Math.round(look?.queued[player] ?? 0)} bytes before the bottleneck`,
    Lag: lag === undefined ? '–' : ms(lag),
    'Server time': ms(at),
    'Client time': `${clock.toFixed(2)} ms`,
    Drift: `${(clock - at).toFixed(2)} ms`,
  }
}

const nothing: Carried = { sent: 0, received: 0, lost: 0, all: 0, underway: 0, bytes: 0 }

/** Returns what everyone had at the end of the last tick that was over by `now`. */
function lookFor(run: Run, now: number): Look | undefined {
  const found = run.lookAt(now)
  return found && found.after.at > now ? found.before : found?.after
}

/** Returns what a player's line carried both ways in the last second. */
function bytesPerSecond(run: Run, player: number, at: number): number {
  const bytes = (ms: number): number => (ms < 0 ? 0 : (lookFor(run, ms)?.carried[player] ?? nothing).bytes)
  return ((bytes(at) - bytes(at - BANDWIDTH_MS)) * 1000) / BANDWIDTH_MS
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`
}
