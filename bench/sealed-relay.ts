/**
 * The same weather on sealed datagrams and on TCP, by a relay between real sockets on this machine, in real time.
 *
 *     connectX --udp--> relay: Weather each way <--udp--> listenSealed
 *
 * A client keeps a large transfer going, and every 50 ms sends 64 bytes of state beside it, as a game would: on the
 * lane for state over sealed datagrams, in the one stream over TCP. Everything counts from a cold start. A sealed
 * connection sends 2.5 MB/s at most, by an option of its channels, which is all it shows on a LAN.
 *
 * How loss is modelled for TCP: this kernel cannot lose packets of its own TCP, so the relay takes the stream apart
 * into segments and lets a lost one be late by a round trip, with those behind it (channel-relay.ts). What loss
 * costs TCP besides, a congestion window that is halved, is not in it: the goodput measured so is an upper bound.
 * The other row is the bound for a Reno sender in that loss, 1.22 segments / (round trip * sqrt(loss)), from M.
 * Mathis et al., "The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm" (1997), where it is lower.
 */

import { instant } from '../src/core/index.ts'
import { parseWeather } from '../src/lab/index.ts'
import { openSealed } from '../src/sealed/connect.node.ts'
import { listenSealed } from '../src/sealed/listen.node.ts'
import type { Link } from '../src/transport/index.ts'
import {
  Agenda,
  at,
  bound,
  LARGE,
  note,
  type Outcome,
  overTcp,
  SEGMENT,
  stamped,
  talk,
  weatherPair,
} from './channel-relay.ts'
import type { Row } from './row.ts'

const host = '127.0.0.1'

export async function sealedBesideTcp(weather: string, seconds: number): Promise<Row[]> {
  const rows: Row[] = []
  const row = (metric: string, value: number, unit: string): number =>
    rows.push({ bench: 'netcode', case: `${weather}, beside TCP`, metric, value, unit })
  const sealed = await overSealed(weather, seconds)
  const tcp = await overTcp(weather, seconds)
  const most = Math.min(tcp.bytes / seconds, renoBound(weather))
  row('goodput, sealed', sealed.bytes / seconds, 'bytes per second')
  row('goodput, TCP that loss does not slow', tcp.bytes / seconds, 'bytes per second')
  row('goodput, TCP that halves at loss, at most', most, 'bytes per second')
  row('goodput, sealed over TCP that loss does not slow', sealed.bytes / tcp.bytes, 'ratio')
  row('goodput, sealed over TCP that halves at loss', sealed.bytes / seconds / most, 'ratio')
  for (const [name, share] of [
    ['median', 0.5],
    ['95 of 100', 0.95],
  ] as const) {
    // In a short run over a long path nothing may have come yet.
    if (sealed.delays.length > 0) row(`state beside it, ${name}, sealed`, at(sealed, share), 'ms')
    if (tcp.delays.length > 0) row(`state beside it, ${name}, TCP`, at(tcp, share), 'ms')
  }
  return rows
}

function renoBound(weather: string): number {
  const { latencyMs, jitterMs, loss, burst } = parseWeather(weather)
  // A burst is one event for the window, however many packets it takes.
  const events = loss + (burst.share > 0 ? burst.share / 10 : 0)
  if (events === 0) return Number.POSITIVE_INFINITY
  return (1.22 * SEGMENT) / (((2 * latencyMs + jitterMs) / 1000) * Math.sqrt(events))
}

async function overSealed(weather: string, seconds: number): Promise<Outcome> {
  const agenda = new Agenda()
  const [forth, back] = weatherPair(weather)
  const outcome: Outcome = { delays: [], bytes: 0 }
  const now = () => instant(performance.now())
  let server: Link | undefined
  const listener = await listenSealed({
    host,
    port: 0,
    fingerprint: '0123456789abcdef',
    playersMax: 2,
    now,
    accept: (link) => {
      server = link
    },
  })
  const serverPort = Number(new URL(listener.url).port)
  const relay = await bound()
  let clientPort = 0
  relay.on('message', (packet, from) => {
    const isForth = from.port !== serverPort
    if (isForth) clientPort = from.port
    const copy = Uint8Array.from(packet)
    const to = isForth ? serverPort : clientPort
    for (const when of (isForth ? forth : back).path(packet.length, now()))
      agenda.add(when, () => relay.send(copy, to, host))
  })
  const token = listener.token(host, relay.address().port)
  const client = await openSealed(token, { url: listener.url, bufferBytesMax: 4e6 })
  client.open({ receive: () => {}, closed: () => {}, settleState: () => {} })
  server?.open({
    receive: (packet) => note(outcome, packet),
    closed: () => {},
    receiveState: (payload) => {
      note(outcome, payload)
      return true
    },
  })
  const fill = (): void => {
    while (client.bufferedBytes < 3e6 && client.send(new Uint8Array(LARGE)));
  }
  const speak = (): unknown => client.state?.isCrowded || client.state?.send(stamped(), false)
  await talk(seconds, fill, speak, () => {})
  const told = { delays: [...outcome.delays], bytes: outcome.bytes }
  agenda.close()
  relay.removeAllListeners('message')
  client.close('')
  await listener.close('')
  relay.close()
  return told
}
