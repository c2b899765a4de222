import { describeChannelPacket } from 'shardless/channel'
import { describePacket, describeState } from 'shardless/dialect/native'
import { type ExperimentLink, fateOf, type TravellingPacket } from 'shardless/lab'
import { field } from '../../lab/field.ts'

/** The one channel of a link over datagrams, as both ends of it are made. */
const CHANNELS = [{ name: 'messages', kind: 'reliable-ordered' }] as const
const BYTES_SHOWN = 96

/** One line about a packet: what it is, and what is to be said of it. */
export type Line = readonly [what: string, said: string]

/** Says all about one packet: its way, its fate, what the wire's own descriptions read in it, what it changed. */
export function linesAbout(packet: TravellingPacket, link: ExperimentLink, now: number): Line[] {
  const { number, way, sentAt, arrivals, length, wireLength, repeats, bytes, read } = packet
  const lines: Line[] = [
    ['packet', `${number}, ${way === 'up' ? 'to the server' : 'from the server'}`],
    ['sent', `${sentAt.toFixed(1)} ms, ${(now - sentAt).toFixed(0)} ms ago`],
    ['fate', fateInWords(packet, now)],
    ['size', `${length} bytes, ${wireLength} with the headers below`],
  ]
  if (arrivals.length > 1) lines.push(['copies', arrivals.map((at) => `${at.toFixed(1)} ms`).join(', ')])
  if (packet.overtakes > 0)
    lines.push([
      'overtakes',
      `${packet.overtakes} that set out before it and ${packet.overtakes > 1 ? 'arrive' : 'arrives'} later`,
    ])
  if (packet.overtaken > 0) lines.push(['overtaken', `by ${packet.overtaken} that set out after it`])
  if (repeats > 0) lines.push(['repeats', `packet ${repeats}, which was lost`])
  if (bytes === undefined)
    lines.push(['content', 'not seen: the handshake of a connection, or still to be sent'])
  else {
    lines.push(...contentOf(bytes, link, way))
    lines.push(['bytes', hex(bytes)])
  }
  lines.push(['age', ageInWords(packet, now)])
  const parts = read.map(({ kind, what, bits }) => `${kind === '' ? what : `${kind}.${what}`} ${bits} bits`)
  if (parts.length > 0) lines.push(['it changed', parts.join(', ')])
  else if (way === 'down') lines.push(['it changed', 'nothing that a player sees'])
  else lines.push(['it changed', 'what the server knows of what the player wants and has'])
  return lines
}

function fateInWords(packet: TravellingPacket, now: number): string {
  if (now < packet.sentAt) return 'not sent yet'
  const fate = fateOf(packet, now)
  const { sentAt, arrivals } = packet
  if (fate === 'lost') return 'lost on the way'
  if (fate === 'held up')
    return `there since ${(now - arrivals[0]).toFixed(0)} ms, held up: what was sent before it has not come yet`
  const took = `${(arrivals[0] - sentAt).toFixed(1)} ms on the way`
  if (fate === 'on the way') return `on the way, there in ${(arrivals[0] - now).toFixed(0)} ms`
  const { handedAt } = packet
  if (handedAt !== undefined && handedAt > arrivals[0])
    return `arrived; ${took}, and held up for ${(handedAt - arrivals[0]).toFixed(1)} ms more by what was lost before it`
  return fate === 'repeated' ? `arrived twice; ${took}` : `arrived; ${took}`
}

/** Says how old a packet is: on its way so far, or how long it was and how long ago that is. */
function ageInWords({ sentAt, arrivals }: TravellingPacket, now: number): string {
  const age = `${(now - sentAt).toFixed(0)} ms since it set out`
  const [at] = arrivals
  if (at === undefined || at > now) return age
  return `${age}, ${(now - at).toFixed(0)} ms since it arrived`
}

function contentOf(bytes: Uint8Array, link: ExperimentLink, way: 'up' | 'down'): Line[] {
  if (link !== 'udp') return describePacket(field, bytes).map((message) => lineOf(message))
  const described = describeChannelPacket({ channels: CHANNELS }, bytes)
  if (described === undefined)
    return [['content', bytes.length === 0 ? 'nothing: it keeps the connection' : 'unknown']]
  const { sequence, acknowledges, frames } = described
  const lines: Line[] = [['number', String(sequence)]]
  if (acknowledges)
    lines.push(['acknowledges', `${acknowledges.newest} and ${acknowledges.before} before it`])
  for (const { channel, id, index, count, start, length } of frames) {
    const content = bytes.subarray(start, start + length)
    if (channel === 'state') lines.push(lineOf(describeState(field, content, way)))
    else if (count > 1) lines.push([`message ${id}`, `piece ${index + 1} of ${count}, ${length} bytes`])
    else for (const message of describePacket(field, content)) lines.push(lineOf(message))
  }
  return lines
}

function lineOf({ name, length, value }: { name: string; length: number; value: unknown }): Line {
  return [name, `${length} bytes${value === undefined ? '' : `: ${plain(value)}`}`]
}

/** Writes decoded fields in one line. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Uint8Array) return hex(part)
    return typeof part === 'bigint' ? String(part) : part
  }).replaceAll('"', '')
}

/** Writes the first bytes for people. */
export function hex(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, BYTES_SHOWN)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ')
  return bytes.length > BYTES_SHOWN ? `${shown} and ${bytes.length - BYTES_SHOWN} more` : shown
}
