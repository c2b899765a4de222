import { PEER_HEADER_BYTES, type PeerPacket, type PeerRun, peerFateOf, RELAY } from 'shardless/lab'
import { hex, type Line } from './packet-words.ts'

/** Says all about one packet between machines: its way, its fate, what is read in it, what it changed. */
export function linesAboutPeer(packet: PeerPacket, run: PeerRun): Line[] {
  const { number, from, to, author, sentAt, arrivesAt, bytes, overtakes, overtaken, copyOf } = packet
  const { now } = run
  const lines: Line[] = [
    ['packet', `${number}, from ${nodeName(from)} to ${nodeName(to)}`],
    ['sent', `${sentAt.toFixed(1)} ms, ${(now - sentAt).toFixed(0)} ms ago`],
    ['fate', fateInWords(packet, now)],
    ['size', `${bytes.length} bytes, ${bytes.length + PEER_HEADER_BYTES} with the headers below`],
  ]
  if (from === RELAY) lines.push(['passed on', `what player ${author} sent`])
  if (copyOf > 0) lines.push(['repeats', `packet ${copyOf}: the network made two of one`])
  if (overtakes > 0)
    lines.push([
      'overtakes',
      `${overtakes} that set out before it and ${overtakes > 1 ? 'arrive' : 'arrives'} later`,
    ])
  if (overtaken > 0) lines.push(['overtaken', `by ${overtaken} that set out after it`])
  const said = run.read(packet)
  if (said) {
    lines.push(['from', `player ${said.from}`])
    const first = said.newest - said.inputs.length + 1
    const ticks = said.inputs.length === 0 ? 'none' : `of ticks ${said.newest} back to ${first}: `
    lines.push(['inputs', ticks + said.inputs.map(({ east, north }) => arrowOf(east, north)).join(' ')])
    lines.push([
      'known',
      Object.entries(said.known)
        .map(([player, tick]) => `${player.replace('player', '')}: ${tick}`)
        .join(', '),
    ])
    const { confirmed } = said
    if (confirmed)
      lines.push([
        'confirmed',
        `tick ${confirmed.tick}, hash ${confirmed.hash.toString(16).padStart(16, '0')}`,
      ])
  }
  lines.push(['bytes', hex(bytes)])
  const age = `${(now - sentAt).toFixed(0)} ms since it set out`
  const there = arrivesAt !== undefined && arrivesAt <= now
  lines.push(['age', there ? `${age}, ${(now - arrivesAt).toFixed(0)} ms since it arrived` : age])
  lines.push(['it changed', changeInWords(packet, there)])
  return lines
}

function fateInWords(packet: PeerPacket, now: number): string {
  const { sentAt, middleAt, arrivesAt, to, from } = packet
  if (now < sentAt) return 'not sent yet'
  const fate = peerFateOf(packet, now)
  if (fate === 'lost')
    return `lost on the line of ${nodeName(middleAt !== undefined || from === RELAY ? to : from)}`
  if (fate !== 'on the way') return `arrived; ${((arrivesAt ?? now) - sentAt).toFixed(1)} ms on the way`
  const isComing = arrivesAt !== undefined && (middleAt === undefined || middleAt <= now)
  return isComing
    ? `on the way, there in ${(arrivesAt - now).toFixed(0)} ms`
    : `on the way, on the line of ${nodeName(from)}`
}

function changeInWords({ change, passedOn, to, author }: PeerPacket, isThere: boolean): string {
  if (!isThere) return 'nothing yet'
  if (passedOn) {
    const [first, last] = passedOn
    const as = first === last ? `packet ${first}` : `packets ${first} to ${last}`
    return `nothing here: the relay passes it on, as ${as}`
  }
  if (change === undefined) return 'nothing: it is none of the game'
  const parts: string[] = []
  const { inputs, replayedTicks, confirmedTicks, answeredTicks } = change
  if (inputs > 0) parts.push(`${count(inputs, 'input')} of player ${author} that were not known`)
  if (replayedTicks > 0)
    parts.push(`player ${to} had guessed wrong, and played ${count(replayedTicks, 'tick')} again`)
  if (confirmedTicks > 0) parts.push(`${count(confirmedTicks, 'more tick')} certain`)
  if (answeredTicks > 0) parts.push(`${count(answeredTicks, 'own input')} need not be sent to them again`)
  return parts.length > 0 ? parts.join('; ') : 'nothing: all of it was known'
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}

function nodeName(node: number): string {
  return node === RELAY ? 'the relay' : `player ${node}`
}

/** Returns the arrow of what a player presses. */
function arrowOf(east: number, north: number): string {
  return ['↙↓↘', '←·→', '↖↑↗'][north + 1][east + 1]
}
