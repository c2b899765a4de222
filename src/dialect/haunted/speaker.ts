import { bytesEqual, type Instant } from '../../core/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { Whereabouts } from '../conversation.ts'
import type { Interpreter } from '../foreign/interpreter.ts'
import type { Joined, RefusedPlayer, Speaker, WorldNews } from '../foreign/speaker.ts'
import type { TeamNumber, Wish } from './adapter.ts'
import type { ConnectBudget } from './connect-budget.ts'
import { shownName } from './list.ts'
import { Outlook, type OutlookParts } from './outlook.ts'
import { type HauntedRequest, type Input, isFitName, NAME_MAX, readRequest } from './request.ts'
import { bytesOf, formOf, type TextForm, textOf } from './text-form.ts'

/** How many answers with the state a peer gets in a tick: clients ask once in 50 ms. */
const ANSWERS_PER_TICK = 3
/** After how long without a message a walk ends, in ms: clients say it again every 50 ms. */
const WALK_MS = 400
/** How long a game may take to let somebody in, and how long somebody is remembered who has left, in ms. */
const ENTER_MS = 5000
const LEFT_MS = 2000
/** How long a choice that is held down is not asked for again, in ms. */
const CHOICE_MS = 500

const WAYS: Readonly<Record<string, readonly [east: number, north: number]>> = {
  LEFT: [-1, 0],
  RIGHT: [1, 0],
  UP: [0, 1],
  DOWN: [0, -1],
}
const TEAMS: Readonly<Record<string, TeamNumber>> = { NEUTRAL: 0, RED: 1, BLUE: 2 }
const BAD_NAME = `A name has 1 to ${NAME_MAX} characters, without blanks, commas, brackets or quotes.`
const TAKEN = 'That name is taken; choose another.'
const TOO_LONG = 'The game did not let you in; try again.'
const WHO = 'You are not here; say CONNECT and your name first.'

export interface HauntedParts extends OutlookParts {
  readonly budget: ConnectBudget
  readonly port: number | undefined
}

/**
 * The stage of one peer:
 *
 *     outside --CONNECT--> coming --in sight--> inside --DISCONNECTION--> left
 *        ^--- a sentence ----'
 */
type Stage = 'outside' | 'coming' | 'inside' | 'left'

/** Answers one client of Haunted Chronicles: one message for each of its own. */
export class HauntedSpeaker implements Speaker {
  readonly #to: Interpreter
  readonly #parts: HauntedParts
  readonly #outlook: Outlook
  #stage: Stage = 'outside'
  /** The last input, and the bytes that said so. */
  #lastInput: (HauntedRequest & { is: 'input' }) | undefined
  #lastFrame = new Uint8Array(0)
  #name = ''
  #form: TextForm = 'utf-8'
  #now = 0 as Instant
  #since = 0
  #entering: number | undefined
  #isAtGame = false
  /** The answer of this tick, and how many have been given. */
  #answer: Uint8Array | undefined
  #answers = 0
  /** How many are still to be given: over a stream nobody asks again, and who is not answered waits for ever. */
  #owed = 0
  #way = '.'
  #walkedAt = 0
  #choseAt = 0

  constructor(to: Interpreter, parts: HauntedParts) {
    this.#to = to
    this.#parts = parts
    this.#outlook = new Outlook(parts)
  }

  receive(frame: Uint8Array, now: Instant): void {
    this.#now = now
    this.#form = formOf(frame)
    // Clients say the same again and again, 20 times a second.
    if (this.#lastInput && bytesEqual(frame, this.#lastFrame)) {
      this.#input(this.#lastInput)
      return
    }
    const text = textOf(frame, this.#form)
    if (text === undefined) {
      this.#to.drop('not-utf8')
      return
    }
    const request = readRequest(text)
    if (request === undefined) this.#to.drop('no-message')
    else if (request.is === 'ping') this.#ping(text)
    else if (request.is === 'connect') this.#connect(request.name)
    else if (request.is === 'disconnect') this.#disconnect(request.name)
    else {
      this.#lastInput = request
      this.#lastFrame = frame.slice()
      this.#input(request)
    }
  }

  joined({ where, own }: Joined): void {
    this.#outlook.arrived(where, true)
    const { adapter } = this.#parts
    const wish = own === 0 ? adapter.enter?.() : undefined
    this.#isAtGame = wish === undefined
    if (wish === undefined) return
    this.#entering = this.#ask(wish)
    if (this.#entering === undefined) this.#turnAway(TOO_LONG)
  }

  refused({ reason }: RefusedPlayer): void {
    this.#stage = 'outside'
    this.#say(sentence(reason))
  }

  replied(id: number, reply: { readonly body: unknown } | { readonly sorry: string }): void {
    if (id !== this.#entering) return
    this.#entering = undefined
    this.#isAtGame = true
    if ('sorry' in reply) this.#turnAway(reply.sorry)
  }

  arrived(where: Whereabouts, isOtherWorld: boolean): void {
    this.#outlook.arrived(where, isOtherWorld)
  }

  advanced(news: WorldNews): void {
    this.#outlook.advanced(news)
    this.#beginTick()
    if (this.#stage === 'coming' && this.#isAtGame && this.#to.character) this.#welcome(this.#to.character)
  }

  told(event: string, body: unknown): void {
    const heard = this.#parts.adapter.heard?.(event, body)
    const who = heard && this.#to.entity(heard.who)
    if (!heard) return
    const name = (who && this.#parts.adapter.figure(who)?.name) ?? 'Somebody'
    this.#outlook.heard(`${name}: ${heard.words}`, this.#now)
  }

  tick(now: Instant): void {
    this.#now = now
    this.#beginTick()
    if (this.#way !== '.' && now - this.#walkedAt > WALK_MS) this.#walk('.')
    if (this.#stage === 'coming' && now - this.#since > ENTER_MS) this.#turnAway(TOO_LONG)
    if (this.#stage === 'left' && now - this.#since > LEFT_MS) this.#to.close()
  }

  // What the client says.

  #ping(text: string): void {
    // Nobody gets more by it than was sent.
    this.#say(text)
  }

  #connect(name: string): void {
    if (!isFitName(name)) this.#say(BAD_NAME)
    else if (this.#stage === 'inside') {
      if (name === this.#name) this.#tellConnected()
      else this.#say(`You are here as ${this.#name}.`)
    } else if (this.#stage === 'outside') {
      this.#stage = 'coming'
      this.#name = name
      this.#since = this.#now
      this.#to.join(name.replaceAll('_', ' '))
    }
  }

  #disconnect(name: string): void {
    // Who asks again, because the answer was lost, gets the same one.
    if (this.#stage === 'inside' && name !== this.#name) {
      this.#to.drop('other-name')
      return
    }
    if (this.#stage === 'inside' || this.#stage === 'coming') {
      this.#stage = 'left'
      this.#since = this.#now
      this.#to.leave()
    }
    this.#say(`DISCONNECTED ${name} END`)
  }

  #input({ name, input }: HauntedRequest & { is: 'input' }): void {
    if (this.#stage !== 'inside') {
      this.#to.ignore('not-connected')
      if (this.#stage === 'outside') this.#say(WHO)
      return
    }
    if (name !== this.#name) {
      this.#to.drop('other-name')
      return
    }
    this.#walkedAt = this.#now
    this.#walk(input in WAYS ? input : '.')
    if (input in TEAMS) this.#choose(TEAMS[input])
    if (input === 'READY') this.#toggleReady()
    if (this.#mayAnswer) this.#answerInput()
    else {
      this.#to.ignore('too-often')
      if (this.#to.peer.carries === 'stream') this.#owed = Math.min(this.#owed + 1, ANSWERS_PER_TICK)
    }
  }

  get #mayAnswer(): boolean {
    return this.#answers < ANSWERS_PER_TICK && (this.#answers === 0 || this.#to.room > 0)
  }

  #answerInput(): void {
    this.#answers++
    this.#answer ??= this.#outlook.state(this.#to.character, { now: this.#now, room: this.#to.room })
    this.#give(this.#answer)
  }

  #beginTick(): void {
    this.#answer = undefined
    this.#answers = 0
    if (this.#stage !== 'inside') this.#owed = 0
    for (; this.#owed > 0 && this.#mayAnswer; this.#owed--) this.#answerInput()
  }

  #walk(input: Input | string): void {
    if (input === this.#way) return
    const [east, north] = WAYS[input] ?? [0, 0]
    if (this.#to.intend(this.#parts.adapter.walk(east, north))) this.#way = input
  }

  #choose(team: TeamNumber): void {
    const { character } = this.#to
    if (!character || this.#parts.adapter.square(character).team === team) return
    if (this.#now - this.#choseAt < CHOICE_MS) return
    this.#choseAt = this.#now
    this.#ask(this.#parts.adapter.choose?.(team))
  }

  #toggleReady(): void {
    const { ready = [] } = this.#outlook.match
    const name = this.#ownName()
    this.#ask(this.#parts.adapter.ready?.(!ready.includes(name)))
  }

  #ask(wish: Wish | undefined): number | undefined {
    return wish && this.#to.ask(wish.request, wish.body)
  }

  // What the client is told.

  #welcome(own: AnyEntity): void {
    const name = this.#parts.adapter.figure(own)?.name ?? ''
    if (shownName(name) !== this.#name) {
      this.#turnAway(TAKEN)
      return
    }
    this.#stage = 'inside'
    this.#way = '.'
    this.#tellConnected()
  }

  #turnAway(reason: string): void {
    this.#stage = 'outside'
    this.#to.leave()
    this.#say(sentence(reason))
  }

  #tellConnected(): void {
    const { budget, port } = this.#parts
    const { peer, character } = this.#to
    this.#answer = undefined
    const answer = this.#outlook.connected(this.#name, port ?? peer.port ?? 0, character)
    if (peer.carries === 'stream' || budget.take(peer.address, answer.length, this.#now)) this.#give(answer)
    else this.#to.ignore('connect-left-out')
  }

  #ownName(): string {
    const { character } = this.#to
    return (character && this.#parts.adapter.figure(character)?.name) ?? this.#name.replaceAll('_', ' ')
  }

  #say(text: string): void {
    this.#to.send(bytesOf(text, this.#form))
  }

  /** Sends an answer, in the form in which the client writes. */
  #give(answer: Uint8Array): void {
    if (this.#form === 'utf-8') this.#to.send(answer)
    else this.#say(decoder.decode(answer))
  }
}

const decoder = new TextDecoder()

/** Writes a refusal: a sentence of one line, which nobody takes for a welcome. */
function sentence(reason: string): string {
  return reason
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/\bCONNECTED\b/g, 'connected')
    .slice(0, 200)
}
