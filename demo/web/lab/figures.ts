import {
  AHEAD_TICKS_MAX,
  type Carried,
  type ExperimentLink,
  type Look,
  PEER_TICKS_PER_SECOND,
  type PeerRun,
} from 'shardless/lab'
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

/**
 * Returns the figures of one player of a game between peers. There is no server whose clock one could be off: what all
 * have confirmed stands for it, and drift is how far the own picture is ahead of that, guessed.
 */
export function peerFiguresOf(run: PeerRun, player: number): Figures {
  const { state, confirmedTick } = run.peers[player]
  const { packetsUp, packetsDown, lost, underway } = run.traffic[player]
  const all = packetsUp + packetsDown + lost + underway
  const ping = run.pingMs(player)
  const msOf = (ticks: number): number => (ticks * 1000) / PEER_TICKS_PER_SECOND
  const isWaiting = state.tick + 1 - confirmedTick > AHEAD_TICKS_MAX
  return {
    Status: isWaiting ? 'waits for somebody' : 'open',
    Ping: ping === undefined ? '–' : ms(ping),
    Uptime: `${(run.now / 1000).toFixed(1)} s`,
    Sent: `${packetsUp} packets`,
    Received: `${packetsDown} packets`,
    Lost: `${lost} (${((100 * lost) / Math.max(1, all)).toFixed(1)} %)`,
    Bandwidth: `${(run.bytesPerSecond(player) / 1000).toFixed(2)} kB/s`,
    Queue: `${underway} packets, ${Math.round(run.queuedBytes(player))} bytes before the bottleneck`,
    Lag: ping === undefined ? '–' : ms(ping / 2),
    'Server time': `no server; ${ms(msOf(confirmedTick))} confirmed by all`,
    'Client time': ms(msOf(state.tick)),
    Drift: `${ms(msOf(state.tick - confirmedTick))} ahead of what is confirmed`,
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
