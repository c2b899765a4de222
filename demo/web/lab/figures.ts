import type { ExperimentLink } from 'shardless/lab'
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
 * Returns the figures of one player: packets up to the moment, counted from the run's own; times from the last look.
 *
 * Lag is how far behind the server's present others are shown: half a ping and the delay of interpolation.
 */
export function figuresOf(run: Run, player: number, now: number): Figures {
  const look = run.lookAt(now)?.after
  const stats = look?.stats[player]
  const counted = countsAt(run, player, now)
  const clock = look?.clock[player] ?? 0
  const at = look?.at ?? 0
  const lag = stats ? stats.pingMs / 2 + stats.interpolationMs : undefined
  return {
    Status: look?.status[player] ?? 'not here yet',
    Ping: stats ? ms(stats.pingMs) : '–',
    Uptime: `${(at / 1000).toFixed(1)} s`,
    Sent: `${counted.sent} packets`,
    Received: `${counted.received} packets`,
    Lost: `${counted.lost} (${((100 * counted.lost) / Math.max(1, counted.all)).toFixed(1)} %)`,
    Bandwidth: `${(counted.bytesPerSecond / 1000).toFixed(2)} kB/s`,
    Queue: `${counted.underway} packets, ${Math.round(look?.queued[player] ?? 0)} bytes before the bottleneck`,
    Lag: lag === undefined ? '–' : ms(lag),
    'Server time': ms(at),
    'Client time': ms(clock),
    Drift: `${(clock - at).toFixed(2)} ms`,
  }
}

interface Counted {
  sent: number
  received: number
  lost: number
  all: number
  underway: number
  bytesPerSecond: number
}

/** Counts a player's packets up to a moment: what is kept one by one, and from there on backwards the sums. */
function countsAt(run: Run, player: number, now: number): Counted {
  const { up, down } = run.traffic.counts(player)
  const counted: Counted = {
    sent: up.sent,
    received: down.sent - down.lost,
    lost: up.lost + down.lost,
    all: up.sent + down.sent,
    underway: 0,
    bytesPerSecond: 0,
  }
  for (const packet of run.traffic.packets) {
    if (packet.player !== player) continue
    const isLost = packet.arrivals.length === 0
    const isDown = packet.way === 'down'
    if (packet.sentAt > now) {
      // Simulated already, but later than what is shown.
      counted.all--
      if (isLost) counted.lost--
      else if (isDown) counted.received--
      if (!isDown) counted.sent--
      continue
    }
    if (now - packet.sentAt < BANDWIDTH_MS) counted.bytesPerSecond += packet.wireLength
    const isUnderway = packet.arrivals.some((at) => at > now)
    if (isUnderway) counted.underway++
    if (isUnderway && isDown && !isLost) counted.received--
  }
  return counted
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`
}
