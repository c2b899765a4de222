import { type Instant, twoTo } from '../../core/index.ts'
import type { Agenda } from '../agenda.ts'

/**
 * What one direction of the air does to a packet: returns the instants at which it arrives. None: it is lost.
 * Several: it is repeated. An instant before `now` counts as `now`. Asked once per packet, in the order of time;
 * dice and state are its own.
 */
export type NetworkPath = (packetLength: number, now: Instant) => readonly Instant[]

export type Parcel =
  | { readonly is: 'packet'; readonly bytes: Uint8Array }
  | { readonly is: 'hello' }
  | { readonly is: 'bye'; readonly reason: string; readonly hasLeft?: boolean }

/** What a lane needs to know of the end it leads to. */
export interface LaneEnd {
  /**
   * Returns false to hold what has arrived. A stream then keeps it on the lane, which in the end stops the sender.
   */
  isReady(parcel: Parcel): boolean
  arrive(parcel: Parcel): void
}

export interface LaneOptions {
  readonly path: NetworkPath
  /** Bytes a stream has on the way before the sender's own buffer begins to fill. */
  readonly windowBytes: number
  /** Called when the sender gives up: nothing came through, however often it tried. */
  readonly giveUp: () => void
  /**
   * Whether a packet that arrives at the instant it is sent is handed over at once, from inside `push`; else the
   * agenda does it.
   */
  readonly isPrompt?: boolean
}

/** What drives a lane. */
export interface LaneClock {
  readonly now: Instant
  readonly agenda: Agenda
}

/** Linux' least retransmission timeout (TCP_RTO_MIN, 200 ms); each further try waits twice as long. */
const resendAfterMs = 200
/** How often one parcel is tried; the last try is 25.4 s after the first, and given up 25.6 s later. */
const triesMax = 8

interface Underway {
  readonly parcel: Parcel
  tries: number
  hasArrived: boolean
}

/**
 * One direction of a memory stream: everything arrives once and in order. A lost packet is tried again, and holds
 * up what was sent behind it.
 */
export class StreamLane {
  readonly #clock: LaneClock
  readonly #end: LaneEnd
  readonly #options: LaneOptions
  #waiting: Parcel[] = []
  #underway: Underway[] = []
  #underwayBytes = 0
  #isCut = false

  /** Bytes that wait for room in the window. */
  bufferedBytes = 0

  constructor(clock: LaneClock, end: LaneEnd, options: LaneOptions) {
    this.#clock = clock
    this.#end = end
    this.#options = options
  }

  push(parcel: Parcel): void {
    if (this.#isCut) return
    this.#waiting.push(parcel)
    this.bufferedBytes += lengthOf(parcel)
    this.#fillWindow()
  }

  /** Hands over what has arrived, as far as the end takes it. */
  flush(): void {
    while (!this.#isCut && this.#underway.length > 0) {
      const { parcel, hasArrived } = this.#underway[0]
      if (!hasArrived || !this.#end.isReady(parcel)) break
      this.#underway.shift()
      this.#underwayBytes -= lengthOf(parcel)
      this.#end.arrive(parcel)
    }
    this.#fillWindow()
  }

  /** Lets nothing more arrive. */
  cut(): void {
    this.#isCut = true
    this.#waiting = []
    this.#underway = []
    this.bufferedBytes = 0
  }

  #fillWindow(): void {
    while (this.#waiting.length > 0) {
      const length = lengthOf(this.#waiting[0])
      if (this.#underwayBytes > 0 && this.#underwayBytes + length > this.#options.windowBytes) return
      const underway: Underway = { parcel: this.#waiting.shift()!, tries: 0, hasArrived: false }
      this.bufferedBytes -= length
      this.#underwayBytes += length
      this.#underway.push(underway)
      this.#travel(underway)
    }
  }

  #travel(underway: Underway): void {
    travel(this.#clock, this.#options, underway, {
      isCut: () => this.#isCut,
      arrive: () => {
        underway.hasArrived = true
        this.flush()
      },
    })
  }
}

/** One direction of memory datagrams: as the path has it. Only hello and bye are tried again until they arrive. */
export class DatagramLane {
  readonly #clock: LaneClock
  readonly #end: LaneEnd
  readonly #options: LaneOptions
  #isCut = false

  readonly bufferedBytes = 0

  constructor(clock: LaneClock, end: LaneEnd, options: LaneOptions) {
    this.#clock = clock
    this.#end = end
    this.#options = options
  }

  push(parcel: Parcel): void {
    if (this.#isCut) return
    if (parcel.is !== 'packet') {
      travel(
        this.#clock,
        this.#options,
        { parcel, tries: 0, hasArrived: false },
        { isCut: () => this.#isCut, arrive: () => this.#end.arrive(parcel) },
      )
      return
    }
    const { now } = this.#clock
    const { path, isPrompt = false } = this.#options
    for (const at of path(parcel.bytes.length, now))
      noteOrDo(this.#clock, { at, now, isPrompt }, () => {
        if (!this.#isCut) this.#end.arrive(parcel)
      })
  }

  flush(): void {}

  cut(): void {
    this.#isCut = true
  }
}

interface Traveller {
  isCut(): boolean
  arrive(): void
}

function travel(clock: LaneClock, options: LaneOptions, underway: Underway, traveller: Traveller): void {
  if (traveller.isCut()) return
  const { now, agenda } = clock
  const { path, giveUp, isPrompt = false } = options
  const instants = path(lengthOf(underway.parcel), now)
  if (instants.length > 0) {
    const at = Math.min(...instants) as Instant
    noteOrDo(clock, { at, now, isPrompt }, () => {
      if (!traveller.isCut()) traveller.arrive()
    })
    return
  }
  const again = (now + resendAfterMs * twoTo(Math.min(underway.tries, 40))) as Instant
  underway.tries++
  agenda.note(again, () => {
    if (traveller.isCut()) return
    if (underway.tries === triesMax) giveUp()
    else travel(clock, options, underway, traveller)
  })
}

function lengthOf(parcel: Parcel): number {
  return parcel.is === 'packet' ? parcel.bytes.length : 0
}

/** Notes an arrival in the agenda, unless it happens at once. */
function noteOrDo(
  { agenda }: LaneClock,
  { at, now, isPrompt }: { readonly at: Instant; readonly now: Instant; readonly isPrompt: boolean },
  arrive: () => void,
): void {
  if (isPrompt && at <= now) arrive()
  else agenda.note(at < now ? now : at, arrive)
}
