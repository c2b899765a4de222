import type { Answer, BusFollower, BusFollowing } from './bus.ts'
import { readTopicMessage, writeTopicMessage } from './message.ts'
import type { Post } from './post.ts'

/** The word under which a switchboard is asked how far a topic is. */
export const HOW_FAR = '='
/** How long after something of a topic may be lost it is said how far it is, in ms. */
export const BEAT_MS = 100

const none = new Uint8Array(0)
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The topics of this process: each message has a number, so that a follower notices what is missing. */
export class Published {
  readonly #post: Post
  readonly #numbers = new Map<string, number>()
  /** Topics of which somebody may lack the last. */
  readonly #uncertain = new Set<string>()

  constructor(post: Post) {
    this.#post = post
  }

  publish(topic: string, bytes: Uint8Array): void {
    const number = (this.#numbers.get(topic) ?? 0) + 1
    this.#numbers.set(topic, number)
    this.#send(topic, writeTopicMessage(number, bytes))
  }

  /** Notes that the last of a topic, or of all, may be lost: soon it is said how far it is. */
  doubt(topic: string | undefined): void {
    if (topic !== undefined) this.#uncertain.add(topic)
    else for (const one of this.#numbers.keys()) this.#uncertain.add(one)
  }

  /** Says how far the doubted topics are. */
  beat(): void {
    const doubted = [...this.#uncertain]
    this.#uncertain.clear()
    for (const topic of doubted) this.#send(topic, writeTopicMessage(this.#numbers.get(topic) ?? 0, none))
  }

  get isInDoubt(): boolean {
    return this.#uncertain.size > 0
  }

  /** Answers a switchboard that asks how far a topic is. */
  answer(question: Uint8Array, reply: (body: Uint8Array) => void): void {
    reply(writeTopicMessage(this.#numbers.get(decoder.decode(question)) ?? 0, none))
  }

  #send(topic: string, message: Uint8Array): void {
    const { carrier, counts } = this.#post
    counts.out.count('topic')
    counts.bytesOut += message.length
    carrier.publish(topic, message)
  }
}

/** One topic of another process that is followed, for however many of this process want it. */
interface Followed {
  readonly author: string
  readonly topic: string
  readonly followers: Set<BusFollower>
  /** The number of the last message received; undefined until it is known how far the topic is. */
  number: number | undefined
  /** Counts the questions of how far it is: an answer to an older one says nothing. */
  turn: number
}

type AskHowFar = (author: string, topic: Uint8Array, told: (answer: Answer) => void) => void

/**
 * The topics of others that this process follows.
 *
 *     follow --> how far is it? --answer--> begun --next number--> receive ...
 *                     ^--another number, renewed--> broken <-----------'
 */
export class FollowedTopics {
  readonly #post: Post
  readonly #ask: AskHowFar
  readonly #followed = new Map<string, Followed>()

  constructor(post: Post, ask: AskHowFar) {
    this.#post = post
    this.#ask = ask
  }

  get size(): number {
    return this.#followed.size
  }

  follow(author: string, topic: string, follower: BusFollower): BusFollowing {
    const key = `${author}/${topic}`
    let followed = this.#followed.get(key)
    if (!followed) {
      followed = { author, topic, followers: new Set(), number: undefined, turn: 0 }
      this.#followed.set(key, followed)
      this.#post.carrier.follow(author, topic)
      this.#begin(followed)
    } else if (followed.number !== undefined) {
      const isStill = followed
      this.#post.later(
        () => isStill.followers.has(follower) && isStill.number !== undefined && follower.begun(),
      )
    }
    const mine = followed
    mine.followers.add(follower)
    return {
      close: () => {
        if (!mine.followers.delete(follower) || mine.followers.size > 0) return
        if (this.#followed.get(key) !== mine) return
        this.#followed.delete(key)
        this.#post.carrier.unfollow(author, topic)
      },
    }
  }

  hear(author: string, topic: string, message: Uint8Array): void {
    const followed = this.#followed.get(`${author}/${topic}`)
    const read = followed && readTopicMessage(message)
    if (!followed || !read) {
      this.#post.counts.dropped.count(followed ? 'nonsense' : 'early')
      return
    }
    const { number } = followed
    if (number === undefined) return
    if (read.bytes.length === 0) {
      if (read.number !== number) this.#break(followed, 'gap')
    } else if (read.number === number + 1) {
      followed.number = read.number
      for (const follower of followed.followers) follower.receive(read.bytes)
    } else if (read.number > number) this.#break(followed, 'gap')
    else this.#post.counts.dropped.count('again')
  }

  renew(author: string | undefined): void {
    // One that has not begun waits for an answer, which is asked for again.
    for (const followed of this.#followed.values())
      if ((author === undefined || followed.author === author) && followed.number !== undefined)
        this.#break(followed, 'renewed')
  }

  forget(author: string): void {
    for (const [key, followed] of this.#followed) {
      if (followed.author !== author) continue
      this.#followed.delete(key)
      this.#post.carrier.unfollow(author, followed.topic)
      followed.turn++
      for (const follower of followed.followers) this.#post.later(() => follower.broken('gone'))
    }
  }

  #break(followed: Followed, why: 'gap' | 'renewed'): void {
    followed.number = undefined
    this.#post.counts.gaps++
    for (const follower of [...followed.followers]) follower.broken(why)
    this.#begin(followed)
  }

  #begin(followed: Followed): void {
    const turn = ++followed.turn
    this.#ask(followed.author, encoder.encode(followed.topic), (answer) => {
      const isCurrent = followed.turn === turn && followed.followers.size > 0
      if (!isCurrent || (answer.is === 'failed' && answer.why === 'gone')) return
      const read = answer.is === 'answered' ? readTopicMessage(answer.body) : undefined
      if (!read) {
        this.#begin(followed)
        return
      }
      followed.number = read.number
      for (const follower of [...followed.followers]) follower.begun()
    })
  }
}
