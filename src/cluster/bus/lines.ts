import { FOREVER, type Instant, instant } from '../../core/index.ts'
import type { Link } from '../../transport/index.ts'
import { Line } from './line.ts'
import { type BusMessage, part, writeUnknown } from './message.ts'
import type { Post } from './post.ts'

type LineSaid = Extract<BusMessage, { readonly line: number }>

/** All links of a process, by peer and name: line * 2 + side, as this end says it. */
export class Lines {
  taker: ((link: Link, from: string) => void) | undefined
  readonly #post: Post
  readonly #lines = new Map<string, Map<number, Line>>()
  #opened = 0

  constructor(post: Post) {
    this.#post = post
  }

  get size(): number {
    let size = 0
    for (const lines of this.#lines.values()) size += lines.size
    return size
  }

  get wakeAt(): Instant {
    let at: number = FOREVER
    for (const lines of this.#lines.values())
      for (const line of lines.values()) at = Math.min(at, line.wakeAt)
    return instant(at)
  }

  connect(process: string): Link {
    const line = this.#add(process, 2 * ++this.#opened)
    line.hail()
    return line
  }

  receive(from: string, said: LineSaid): void {
    // What the peer says as one side concerns this end as the other.
    const name = said.line ^ 1
    const line = this.#lines.get(from)?.get(name) ?? this.#opening(from, name, said)
    if (!line) {
      if (said.is !== 'unknown') this.#post.carrier.send(from, writeUnknown(name))
      return
    }
    if (said.is === 'link') line.receive(said, said.body)
    else if (said.is === 'settled') line.settle(said.acknowledged)
    else if (said.is === 'again') line.repeat(said.acknowledged)
    else line.end('connection lost')
    this.#drop(from, name, line)
  }

  renew(process: string | undefined): void {
    for (const [peer, lines] of this.#lines)
      if (process === undefined || peer === process) for (const line of lines.values()) line.renew()
  }

  forget(process: string): void {
    for (const line of this.#lines.get(process)?.values() ?? []) line.giveUp('the peer is gone')
    this.#lines.delete(process)
  }

  advance(now: Instant): void {
    for (const [peer, lines] of this.#lines)
      for (const [name, line] of lines) {
        if (now >= line.wakeAt) line.advance(now)
        this.#drop(peer, name, line)
      }
  }

  /** Makes this end of a line that the peer opens. */
  #opening(from: string, name: number, said: LineSaid): Line | undefined {
    if (said.is !== 'link' || said.part !== part.opens || said.number !== 1) return undefined
    if (name % 2 === 0 || !this.taker) return undefined
    const line = this.#add(from, name)
    this.taker(line, from)
    return line
  }

  #add(peer: string, name: number): Line {
    const line = new Line(this.#post, peer, name)
    const lines = this.#lines.get(peer) ?? new Map<number, Line>()
    this.#lines.set(peer, lines.set(name, line))
    return line
  }

  #drop(peer: string, name: number, line: Line): void {
    if (!line.isOver) return
    const lines = this.#lines.get(peer)
    if (lines?.get(name) !== line) return
    lines.delete(name)
    if (lines.size === 0) this.#lines.delete(peer)
  }
}
