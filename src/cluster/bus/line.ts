import { after, FOREVER, type Instant, instant, milliseconds, ShardlessError } from '../../core/index.ts'
import type { Link, LinkHandler } from '../../transport/index.ts'
import { type LineHead, part, writeAgain, writeLine, writeSettled, writeUnknown } from './message.ts'
import type { Post } from './post.ts'

/**
 * How long an acknowledgement waits for company, in ms, and how many packets at most wait for one. Where the carrier
 * loses nothing it only makes room at the sender: sent for itself it costs each end a system call.
 */
const SETTLE_MS = 50
const SETTLE_SURE_MS = 250
const SETTLE_PACKETS = 32
/** After how many ms a carrier that took no more is tried again. */
const TRY_MS = 10
/** The most time between two tries, in ms. */
const AGAIN_MS_MAX = 2000
/** After how many ms the peer is asked for the same again. */
const ASK_AGAIN_MS = 200
/** How long a closed line still answers its peer, in ms. */
const LINGER_MS = 3000
/** After how long a silence the peer is made to say if it has this line no more, in ms; at most twice that. */
const ASSURE_MS = 3000

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const none = new Uint8Array(0)

interface Waiting {
  readonly number: number
  readonly message: Uint8Array
}

/**
 * One end of a link between two processes. Everything is numbered, kept until the peer has acknowledged it, and sent
 * again when the carrier says that it may be lost: a broken socket is no broken link. An end that nothing is said to
 * says now and then how far it is, since a peer that has given the line up, or forgotten this process, answers so.
 *
 *     open --close--> closing --acknowledged, or no patience left--> over
 *       '--the peer closed, is gone, or does not answer-------------^
 */
export class Line implements Link {
  readonly isReliable = true
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  readonly #post: Post
  /** line * 2 + side, as this end says it. */
  readonly #name: number
  #state: 'open' | 'closing' | 'over' = 'open'
  #handler: LinkHandler | undefined
  #isTelling = false
  /** Packets that came before `open`. */
  #held: Uint8Array[] = []
  #heldBytes = 0
  #ending: string | undefined

  /** What is not acknowledged, from `#from` on: what stands before is done with. */
  #waiting: Waiting[] = []
  #from = 0
  #waitingBytes = 0
  #sent = 0
  /** The next number to hand to the carrier. */
  #next = 1
  /** The highest number that was ever handed to it. */
  #handed = 0
  #againAt = FOREVER
  #againMs: number
  #signAt: Instant
  #tryAt = FOREVER
  #assureAt: Instant
  /** Whether the peer has said anything on this line since it was last looked. */
  #hasHeard = false

  #received = 0
  #unsettled = 0
  #settleAt = FOREVER
  #lingerUntil = FOREVER
  /** Whether something was refused for want of room before `open`. */
  #hasRefused = false
  /** After which number was last asked for something again, and until when that is enough. */
  #askedOf = -1
  #askedUntil: Instant = FOREVER

  constructor(post: Post, peer: string, name: number) {
    this.#post = post
    this.#name = name
    this.remote = peer
    this.address = peer
    this.packetBytesMax = post.limits.linkPacketBytesMax
    this.#againMs = post.limits.againMs
    this.#signAt = post.clock()
    this.#assureAt = after(this.#signAt, milliseconds(ASSURE_MS))
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Whether nothing more is to be sent, heard or answered. */
  get isOver(): boolean {
    return this.#state === 'over' && this.#lingerUntil === FOREVER
  }

  get bufferedBytes(): number {
    return this.#waitingBytes
  }

  /** When `advance` has something to do. */
  get wakeAt(): Instant {
    const sending = Math.min(this.#againAt, this.#patienceAt, this.#tryAt)
    return instant(Math.min(sending, this.#settleAt, this.#lingerUntil, this.#assureAt))
  }

  /** @throws `transport/opened-twice` */
  open(handler: LinkHandler): void {
    if (this.#handler !== undefined)
      throw new ShardlessError(
        'transport/opened-twice',
        'This link was opened before. Open it once and share it.',
      )
    this.#handler = handler
    this.#post.later(() => this.#release())
  }

  send(packet: Uint8Array): boolean {
    const length = packet.length
    if (this.#state !== 'open' || length === 0 || length > this.packetBytesMax) return false
    if (this.#waitingBytes + length > this.#post.limits.linkBufferBytesMax) return false
    this.#put(part.packet, packet)
    return true
  }

  close(reason: string): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#put(part.closes, encoder.encode(reason.slice(0, 120)))
    this.#tell(reason)
  }

  /** Says the first word of the end that connects. */
  hail(): void {
    this.#put(part.opens, none)
  }

  /** Ends it at once and says so, in case that the peer is there after all. */
  giveUp(reason: string): void {
    if (this.#state !== 'over') this.#post.carrier.send(this.remote, writeUnknown(this.#name))
    this.end(reason)
  }

  /** Ends it at once: the peer is gone, or has ended it. */
  end(reason: string): void {
    if (this.#state === 'over') return
    if (this.#state === 'open') this.#post.counts.lost++
    this.#over()
    this.#tell(reason)
  }

  /** Sends again whatever may be lost. Where nothing may, the peer hears of this end, and answers if it has none. */
  renew(): void {
    if (this.#state === 'over') return
    if (this.#hasWaiting) this.#sendAgain()
    else this.#settleNow()
  }

  receive(said: LineHead, body: Uint8Array): void {
    this.settle(said.acknowledged)
    const { counts } = this.#post
    if (said.number !== this.#received + 1) {
      const isEarly = said.number > this.#received
      counts.dropped.count(isEarly ? 'early' : 'again')
      // What was refused is asked for when there is room.
      if (isEarly && !this.#hasRefused) this.#askAgain()
      else if (!isEarly) this.#settleSoon(0)
      return
    }
    if (said.part === part.packet && !this.#take(body)) {
      this.#hasRefused = true
      return
    }
    this.#received++
    this.#unsettled++
    if (said.part === part.closes) {
      const reason = decoder.decode(body)
      this.#settleNow()
      if (this.#state === 'closing') return
      this.#over()
      this.#lingerUntil = after(this.#post.clock(), milliseconds(LINGER_MS))
      this.#tell(reason)
    } else if (this.#unsettled >= SETTLE_PACKETS) this.#settleNow()
    else this.#settleSoon(this.#post.carrier.isSure ? SETTLE_SURE_MS : SETTLE_MS)
  }

  /** Sends again what came after this number: it was lost, or there was no room. */
  repeat(acknowledged: number): void {
    this.settle(acknowledged)
    if (this.#state !== 'over') this.#sendAgain()
  }

  /** Takes in up to which number the peer has everything. */
  settle(acknowledged: number): void {
    this.#hasHeard = true
    const before = this.#acknowledged
    if (acknowledged <= before || acknowledged > this.#sent) return
    const now = this.#post.clock()
    this.#signAt = now
    this.#againMs = this.#post.limits.againMs
    while (this.#from < this.#waiting.length && this.#waiting[this.#from].number <= acknowledged) {
      this.#waitingBytes -= this.#waiting[this.#from].message.length
      this.#from++
    }
    if (this.#from > 64 && this.#from * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#from)
      this.#from = 0
    }
    if (this.#next <= acknowledged) this.#next = acknowledged + 1
    this.#againAt = this.#hasWaiting && !this.#post.carrier.isSure ? this.#againIn(now) : FOREVER
    if (!this.#hasWaiting && this.#state === 'closing') this.#over()
  }

  advance(now: Instant): void {
    if (now >= this.#lingerUntil) this.#lingerUntil = FOREVER
    if (now >= this.#settleAt) this.#settleNow()
    if (this.#state === 'over') return
    if (now >= this.#patienceAt) {
      this.giveUp('the peer does not answer')
      return
    }
    if (now >= this.#tryAt) {
      this.#tryAt = FOREVER
      this.#pump()
    }
    if (now >= this.#againAt) {
      this.#againMs = Math.min(AGAIN_MS_MAX, 2 * this.#againMs)
      this.#sendAgain()
    }
    if (now >= this.#assureAt) this.#assure(now)
  }

  get #hasWaiting(): boolean {
    return this.#from < this.#waiting.length
  }

  get #acknowledged(): number {
    return this.#hasWaiting ? this.#waiting[this.#from].number - 1 : this.#sent
  }

  /** When the peer's silence has lasted too long: counted only while something waits for it. */
  get #patienceAt(): Instant {
    if (!this.#hasWaiting || this.#state === 'over') return FOREVER
    return after(this.#signAt, milliseconds(this.#post.limits.linkPatienceMs))
  }

  #put(which: number, body: Uint8Array): void {
    if (!this.#hasWaiting) this.#signAt = this.#post.clock()
    const number = ++this.#sent
    const acknowledged = this.#received
    const message = writeLine({ line: this.#name, number, acknowledged, part: which }, body)
    this.#waiting.push({ number, message })
    this.#waitingBytes += message.length
    this.#isSettled()
    this.#pump()
    this.#post.wake(this.wakeAt)
  }

  /** After a silence tells the peer of this end. What waits does so by itself: before it, the peer knows no line. */
  #assure(now: Instant): void {
    if (!this.#hasHeard && !this.#hasWaiting) this.#settleNow()
    this.#hasHeard = false
    this.#assureAt = after(now, milliseconds(ASSURE_MS))
  }

  #sendAgain(): void {
    this.#next = this.#acknowledged + 1
    this.#pump()
  }

  /** Hands to the carrier what it takes. */
  #pump(): void {
    const { carrier, counts, clock } = this.#post
    while (this.#next <= this.#sent) {
      const at = this.#from + this.#next - this.#acknowledged - 1
      const { number, message } = this.#waiting[at]
      if (!carrier.send(this.remote, message)) {
        this.#tryAt = after(clock(), milliseconds(TRY_MS))
        break
      }
      counts.out.count(number > this.#handed ? 'link' : 'again')
      this.#handed = Math.max(this.#handed, number)
      counts.bytesOut += message.length
      this.#next++
    }
    if (this.#hasWaiting && !carrier.isSure) this.#againAt = this.#againIn(clock())
    this.#post.wake(this.wakeAt)
  }

  #againIn(now: Instant): Instant {
    return after(now, milliseconds(this.#againMs))
  }

  /** @returns whether there was room for it */
  #take(packet: Uint8Array): boolean {
    if (this.#state !== 'open') return true
    if (this.#isTelling) {
      this.#handler?.receive(packet)
      return true
    }
    if (this.#heldBytes + packet.length > this.#post.limits.linkBufferBytesMax) return false
    this.#heldBytes += packet.length
    this.#held.push(packet.slice())
    return true
  }

  #release(): void {
    this.#isTelling = true
    const held = this.#held
    this.#held = []
    this.#heldBytes = 0
    for (const packet of held) if (this.#state !== 'closing') this.#handler?.receive(packet)
    if (this.#hasRefused) {
      this.#hasRefused = false
      this.#askedOf = -1
      this.#askAgain()
    }
    if (this.#ending !== undefined) this.#handler?.closed(this.#ending)
  }

  #tell(reason: string): void {
    if (this.#ending !== undefined) return
    this.#ending = reason
    // Before `open` it waits for it; a handler that is still to be given what was held hears it after that.
    if (this.#handler && this.#isTelling) this.#post.later(() => this.#handler?.closed(reason))
  }

  #over(): void {
    this.#state = 'over'
    this.#waiting = []
    this.#from = 0
    this.#waitingBytes = 0
    this.#againAt = FOREVER
    this.#tryAt = FOREVER
    this.#assureAt = FOREVER
  }

  #settleSoon(ms: number): void {
    const at = after(this.#post.clock(), milliseconds(ms))
    if (at >= this.#settleAt) return
    this.#settleAt = at
    this.#post.wake(at)
  }

  /** Asks the peer for what came too early or found no room, and for the same only once in a while. */
  #askAgain(): void {
    const now = this.#post.clock()
    if (this.#askedOf === this.#received && now < this.#askedUntil) return
    this.#askedOf = this.#received
    this.#askedUntil = after(now, milliseconds(ASK_AGAIN_MS))
    this.#isSettled()
    this.#post.carrier.send(this.remote, writeAgain(this.#name, this.#received))
  }

  #settleNow(): void {
    this.#isSettled()
    const message = writeSettled(this.#name, this.#received)
    this.#post.carrier.send(this.remote, message)
    this.#post.counts.bytesOut += message.length
  }

  #isSettled(): void {
    this.#unsettled = 0
    this.#settleAt = FOREVER
  }
}
