import {
  Counters,
  FOREVER,
  type Instant,
  instant,
  type Random,
  type Readings,
  ShardlessError,
} from '../../core/index.ts'
import type { Link } from '../../transport/index.ts'
import type { Answer, Answerer, AskOptions, Bus, BusFollower, BusFollowing } from './bus.ts'
import type { Carrier } from './carrier.ts'
import { Lines } from './lines.ts'
import { HEAD_BYTES_MAX, readMessage } from './message.ts'
import { busMetrics } from './metrics.ts'
import { checkProcess, checkTopic } from './name.ts'
import { type BusLimits, defaultBusLimits, type Post } from './post.ts'
import { Answers, Questions } from './questions.ts'
import { BEAT_MS, FollowedTopics, HOW_FAR, Published } from './topics.ts'

export interface SwitchboardOptions {
  /** The name of this process, another one each time that it starts. */
  readonly me: string
  readonly carrier: Carrier
  readonly clock: () => Instant
  readonly random: Random
  readonly limits?: Partial<BusLimits>
  /** Told that `wakeAt` may have come nearer. */
  readonly woken?: () => void
}

/**
 * The bus of one process, on a carrier: numbers topics, sends questions again until they are answered, and keeps links
 * whole. Owns no timer: call `advance` at `wakeAt`.
 */
export class Switchboard implements Bus {
  readonly me: string
  readonly #post: Post
  readonly #woken: () => void
  readonly #questions: Questions
  readonly #answers: Answers
  readonly #published: Published
  readonly #followed: FollowedTopics
  readonly #lines: Lines
  #observer: (process: string, is: 'up' | 'down') => void = () => {}
  #tells: (() => void)[] = []
  #wakeAt: Instant = FOREVER
  #beatAt: Instant = FOREVER

  constructor({ me, carrier, clock, random, limits, woken = () => {} }: SwitchboardOptions) {
    this.me = checkProcess(me)
    this.#woken = woken
    this.#post = {
      carrier,
      clock,
      random,
      limits: { ...defaultBusLimits, ...limits },
      counts: {
        out: new Counters(...busMetrics.messagesOut.values),
        in: new Counters(...busMetrics.messagesIn.values),
        dropped: new Counters(...busMetrics.dropped.values),
        bytesOut: 0,
        bytesIn: 0,
        gaps: 0,
        lost: 0,
      },
      later: (tell) => {
        this.#tells.push(tell)
        this.#wake(clock())
      },
      wake: (at) => this.#wake(at),
    }
    this.#questions = new Questions(this.#post)
    this.#answers = new Answers(this.#post)
    this.#published = new Published(this.#post)
    this.#followed = new FollowedTopics(this.#post, (author, topic, told) =>
      this.#questions.ask(author, { about: HOW_FAR, question: topic, told }),
    )
    this.#lines = new Lines(this.#post)
    this.#answers.answer(HOW_FAR, (question, _from, reply) => this.#published.answer(question, reply))
    carrier.open({
      receive: (from, message) => this.#receive(from, message),
      hear: (author, topic, message) => {
        this.#count('topic', message)
        this.#followed.hear(author, topic, message)
      },
      renewed: (process) => this.#renewed(process),
      down: (process) => this.#post.later(() => this.#observer(process, 'down')),
      skipped: (topic) => this.#doubt(topic),
    })
  }

  get address(): string {
    return this.#post.carrier.address
  }

  /** When `advance` has something to do; FOREVER when nothing is awaited. */
  get wakeAt(): Instant {
    return this.#wakeAt
  }

  meet(process: string, address: string): void {
    if (process !== this.me) this.#post.carrier.meet(checkProcess(process), address)
  }

  forget(process: string): void {
    this.#questions.forget(process)
    this.#answers.forget(process)
    this.#followed.forget(process)
    this.#lines.forget(process)
    this.#post.carrier.forget(process)
  }

  publish(topic: string, bytes: Uint8Array): void {
    this.#checkSize(bytes, 1)
    this.#published.publish(checkTopic(topic), bytes)
  }

  isFollowed(topic: string): boolean {
    return this.#post.carrier.isFollowed(topic)
  }

  follow(author: string, topic: string, follower: BusFollower): BusFollowing {
    return this.#followed.follow(checkProcess(author), checkTopic(topic), follower)
  }

  ask(
    process: string,
    about: string,
    question: Uint8Array,
    told: (answer: Answer) => void,
    options?: AskOptions,
  ): void {
    this.#checkSize(question, 0)
    this.#checkCount()
    this.#questions.ask(checkProcess(process), { about: checkTopic(about), question, told }, options)
  }

  answer(about: string, answerer: Answerer): void {
    this.#answers.answer(checkTopic(about), answerer)
  }

  connect(process: string): Link {
    return this.#lines.connect(checkProcess(process))
  }

  accept(taker: (link: Link, from: string) => void): void {
    this.#lines.taker = taker
  }

  observe(observer: (process: string, is: 'up' | 'down') => void): void {
    this.#observer = observer
  }

  /** Does what is due, and tells what is to be told. */
  advance(now: Instant): void {
    const tells = this.#tells
    this.#tells = []
    for (const tell of tells) tell()
    this.#questions.advance(now)
    this.#lines.advance(now)
    if (now >= this.#beatAt) {
      this.#beatAt = FOREVER
      this.#published.beat()
      if (this.#published.isInDoubt) this.#doubt(undefined)
    }
    const next = Math.min(this.#questions.wakeAt, this.#lines.wakeAt, this.#beatAt)
    this.#wakeAt = this.#tells.length > 0 ? now : instant(next)
    if (this.#wakeAt < FOREVER) this.#woken()
  }

  measure(readings: Readings): void {
    const { counts, carrier } = this.#post
    readings.addAll(busMetrics.messagesOut, counts.out)
    readings.addAll(busMetrics.messagesIn, counts.in)
    readings.addAll(busMetrics.dropped, counts.dropped)
    readings.add(busMetrics.bytesOut, counts.bytesOut)
    readings.add(busMetrics.bytesIn, counts.bytesIn)
    readings.add(busMetrics.gaps, counts.gaps)
    readings.add(busMetrics.lost, counts.lost)
    readings.add(busMetrics.links, this.#lines.size)
    readings.add(busMetrics.asking, this.#questions.size)
    readings.add(busMetrics.followed, this.#followed.size)
    carrier.measure(readings)
  }

  #receive(from: string, message: Uint8Array): void {
    const said = readMessage(message)
    if (!said) {
      this.#post.counts.dropped.count('nonsense')
      return
    }
    if (said.is === 'ask') {
      this.#count('ask', message)
      this.#answers.asked(from, said.number, said)
    } else if (said.is === 'answer') {
      this.#count('answer', message)
      this.#questions.answered(from, said.number, said.isAnswered ? said.body : undefined)
    } else {
      this.#count('link', message)
      this.#lines.receive(from, said)
    }
  }

  #renewed(process: string | undefined): void {
    this.#questions.renew(process)
    this.#lines.renew(process)
    this.#followed.renew(process)
    if (process === undefined) this.#doubt(undefined)
    else this.#post.later(() => this.#observer(process, 'up'))
  }

  #doubt(topic: string | undefined): void {
    this.#published.doubt(topic)
    if (this.#beatAt < FOREVER || !this.#published.isInDoubt) return
    this.#beatAt = instant(this.#post.clock() + BEAT_MS)
    this.#wake(this.#beatAt)
  }

  #count(what: 'topic' | 'ask' | 'answer' | 'link', message: Uint8Array): void {
    this.#post.counts.in.count(what)
    this.#post.counts.bytesIn += message.length
  }

  /** @throws `cluster/too-many-asks` */
  #checkCount(): void {
    if (this.#questions.size < this.#post.limits.asksMax) return
    throw new ShardlessError(
      'cluster/too-many-asks',
      `${this.#questions.size} questions wait for an answer. Ask less at once, or raise asksMax.`,
    )
  }

  /** @throws `cluster/bad-size` */
  #checkSize(bytes: Uint8Array, least: number): void {
    const most = this.#post.carrier.messageBytesMax - HEAD_BYTES_MAX
    if (bytes.length < least || bytes.length > most)
      throw new ShardlessError(
        'cluster/bad-size',
        `${bytes.length} bytes are no message for the bus, which takes ${least} to ${most}. Cut it, or use a link.`,
      )
  }

  #wake(at: Instant): void {
    if (at >= this.#wakeAt) return
    this.#wakeAt = at
    this.#woken()
  }
}
