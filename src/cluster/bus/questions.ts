import { after, FOREVER, type Instant, instant, milliseconds, ShardlessError } from '../../core/index.ts'
import type { Answer, Answerer, AskOptions } from './bus.ts'
import { writeAnswerMessage, writeAskMessage } from './message.ts'
import type { Post } from './post.ts'

const PATIENCE_MS = 5000
/** After how many ms a carrier that took no more is tried again. */
const TRY_MS = 10
/** How many of a process's questions are remembered, and the most bytes of answers to them. */
const REMEMBERED_MAX = 4096
const REMEMBERED_BYTES_MAX = 4 * 1024 * 1024

const failed = (why: 'gone' | 'late' | 'refused'): Answer => ({ is: 'failed', why })

interface Asked {
  readonly process: string
  readonly message: Uint8Array
  readonly told: (answer: Answer) => void
  readonly until: Instant
  /** Whether the carrier has taken it since it was last renewed. */
  isTaken: boolean
  againAt: Instant
}

/** What is asked of other processes and waits for an answer. */
export class Questions {
  readonly #post: Post
  readonly #asked = new Map<number, Asked>()
  #numbers = 0

  constructor(post: Post) {
    this.#post = post
  }

  get size(): number {
    return this.#asked.size
  }

  /** When `advance` has something to do. */
  get wakeAt(): Instant {
    let at: number = FOREVER
    for (const { until, againAt } of this.#asked.values()) at = Math.min(at, until, againAt)
    return instant(at)
  }

  ask(
    process: string,
    { about, question, told }: { about: string; question: Uint8Array; told: (answer: Answer) => void },
    { patienceMs = PATIENCE_MS }: AskOptions = {},
  ): void {
    const { clock } = this.#post
    const number = ++this.#numbers
    const until = after(clock(), milliseconds(patienceMs))
    const message = writeAskMessage(number, about, question)
    const asked: Asked = { process, message, told, until, isTaken: false, againAt: FOREVER }
    this.#asked.set(number, asked)
    this.#send(asked, 'ask')
  }

  /** Takes in an answer. */
  answered(from: string, number: number, body: Uint8Array | undefined): void {
    const asked = this.#asked.get(number)
    if (!asked || asked.process !== from) {
      this.#post.counts.dropped.count('again')
      return
    }
    this.#asked.delete(number)
    asked.told(body === undefined ? failed('refused') : { is: 'answered', body: body.slice() })
  }

  /** Sends again what may be lost on the way to a process, or to all. */
  renew(process: string | undefined): void {
    for (const asked of this.#asked.values())
      if (process === undefined || asked.process === process) this.#send(asked, 'again')
  }

  /** Fails what was asked of a process. */
  forget(process: string): void {
    for (const [number, asked] of this.#asked)
      if (asked.process === process) this.#fail(number, asked, 'gone')
  }

  advance(now: Instant): void {
    for (const [number, asked] of this.#asked)
      if (now >= asked.until) this.#fail(number, asked, 'late')
      else if (now >= asked.againAt) this.#send(asked, asked.isTaken ? 'again' : 'ask')
  }

  #fail(number: number, asked: Asked, why: 'gone' | 'late'): void {
    this.#asked.delete(number)
    this.#post.later(() => asked.told(failed(why)))
  }

  #send(asked: Asked, as: 'ask' | 'again'): void {
    const { carrier, clock, limits, counts } = this.#post
    asked.isTaken = carrier.send(asked.process, asked.message)
    if (asked.isTaken) {
      counts.out.count(as)
      counts.bytesOut += asked.message.length
    }
    const ms = asked.isTaken ? limits.againMs : TRY_MS
    asked.againAt = asked.isTaken && carrier.isSure ? FOREVER : after(clock(), milliseconds(ms))
    this.#post.wake(instant(Math.min(asked.againAt, asked.until)))
  }
}

/** What a process has asked, newest last: a question that comes again is not carried out again. */
interface Remembered {
  readonly answers: Map<number, Uint8Array | undefined>
  bytes: number
  /** Questions up to this number are forgotten, and refused. */
  floor: number
}

/** What others ask of this process. */
export class Answers {
  readonly #post: Post
  readonly #answerers = new Map<string, Answerer>()
  readonly #remembered = new Map<string, Remembered>()

  constructor(post: Post) {
    this.#post = post
  }

  answer(about: string, answerer: Answerer): void {
    this.#answerers.set(about, answerer)
  }

  forget(process: string): void {
    this.#remembered.delete(process)
  }

  asked(from: string, number: number, { about, body }: { about: string; body: Uint8Array }): void {
    let known = this.#remembered.get(from)
    if (!known) this.#remembered.set(from, (known = { answers: new Map(), bytes: 0, floor: 0 }))
    const { answers } = known
    if (answers.has(number) || number <= known.floor) {
      this.#post.counts.dropped.count('again')
      const message = answers.get(number)
      if (message) this.#send(from, message)
      return
    }
    answers.set(number, undefined)
    const answerer = this.#answerers.get(about)
    const reply = (answer: Uint8Array | undefined): void => this.#reply(from, number, answer)
    if (answerer) answerer(body.slice(), from, reply)
    else reply(undefined)
  }

  #reply(from: string, number: number, body: Uint8Array | undefined): void {
    const known = this.#remembered.get(from)
    if (!known?.answers.has(number) || known.answers.get(number) !== undefined) return
    const isTooLarge = body !== undefined && body.length > this.#post.carrier.messageBytesMax - 16
    const message = writeAnswerMessage(number, isTooLarge ? undefined : body)
    known.answers.set(number, message)
    known.bytes += message.length
    trim(known)
    this.#send(from, message)
    if (isTooLarge)
      throw new ShardlessError(
        'cluster/bad-size',
        `An answer has ${body.length} bytes, more than the bus carries. Give less at once, or use a link.`,
      )
  }

  /** An answer that is lost is asked for again. */
  #send(to: string, message: Uint8Array): void {
    const { carrier, counts } = this.#post
    if (!carrier.send(to, message)) return
    counts.out.count('answer')
    counts.bytesOut += message.length
  }
}

function trim(known: Remembered): void {
  for (const [number, message] of known.answers) {
    if (known.answers.size <= REMEMBERED_MAX && known.bytes <= REMEMBERED_BYTES_MAX) return
    known.answers.delete(number)
    known.bytes -= message?.length ?? 0
    known.floor = Math.max(known.floor, number)
  }
}
