import { BoundedQueue, type Instant, instant } from '../../core/index.ts'
import { PickleTuple, type PickleValue, PickleWriter } from '../../pickle/index.ts'
import type { AnyEntity, AttributeValue, EntityId } from '../../world/index.ts'
import type { Flag, Whereabouts } from '../conversation.ts'
import type { Context } from '../dialect.ts'
import type { Interpreter } from '../foreign/interpreter.ts'
import type { Joined, RefusedPlayer, Speaker, WorldGroup, WorldNews } from '../foreign/speaker.ts'
import type { PymmorpgAdapter, Wish } from './adapter.ts'
import { GoalWalk } from './goal-walk.ts'
import type { ImageFetch, ImageShelf } from './image.ts'
import { beginReply, endReply } from './reply.ts'
import { type Request, RequestReader } from './request.ts'
import { attributeOf, itemsOf, numberOf, pickleOf } from './value.ts'
import { versionOf } from './version.ts'
import type { Viewables } from './viewables.ts'

/** What all peers of the dialect share. */
export interface Shared {
  readonly adapter: PymmorpgAdapter
  readonly viewables: Viewables
  readonly images: ImageShelf
}

/** The most requests that wait for those before them. */
const WAITING_MAX = 16
/** What a link may hold unsent before an update waits, and how much of an image is sent at a time, in bytes. */
const BUFFERED_MAX = 65_536
/** The most people of whom words are kept for the next update, and lines of each. */
const SPEAKERS_MAX = 64
const LINES_MAX = 8

/** Ticks after which a login is answered though its character is not in view. */
const ARRIVAL_TICKS = 40

/** What the request at the head of the queue waits for. */
type Waiting =
  | { readonly for: 'nothing' }
  /** The answer to a login or a registration. */
  | { readonly for: 'entry' }
  /** The reply to a request of the game, and what is told of it. */
  | { readonly for: 'reply'; readonly id: number; readonly answer: (body: unknown) => PickleValue }
  | { readonly for: 'image'; readonly version: string; fetch: ImageFetch | undefined }
  /** The link's room for the rest of a long reply. */
  | { readonly for: 'room'; rest: Uint8Array }

const NOTHING: Waiting = { for: 'nothing' }

/** Answers one client's requests, one after the other [PY6]. */
export class PymmorpgSpeaker implements Speaker {
  readonly #to: Interpreter
  readonly #context: Context
  readonly #shared: Shared
  readonly #queue = new BoundedQueue<Request>(WAITING_MAX)
  readonly #flags = new Set<Flag>()
  readonly #says = new Map<EntityId, string[]>()
  readonly #walk = new GoalWalk()
  readonly #reader = new RequestReader()
  readonly #commands: Readonly<Record<string, (given: readonly PickleValue[]) => void>>
  #waiting: Waiting = NOTHING
  #tick = 0
  /** All who are in sight while the tick's news is told: an update waits for it. */
  #groups: readonly WorldGroup[] | undefined
  #where: Whereabouts | undefined
  /** Ticks that a login may still wait for its character; 0 when none does. */
  #arriving = 0
  #now: Instant = instant(0)

  constructor(to: Interpreter, context: Context, shared: Shared) {
    this.#to = to
    this.#context = context
    this.#shared = shared
    this.#commands = {
      __proto__: null as never,
      ver: () => this.#answer(versionOf(this.#context.information())),
      upgrade: () => this.#upgrade(),
      login: ([name, password]) => this.#enter(name, password, 'login'),
      new: ([name, password]) => this.#enter(name, password, 'new'),
      move: ([offset]) => this.#move(itemsOf(offset)),
      get: ([name, attribute]) => this.#get(name, attribute),
      set: ([name, attribute, value]) => this.#set(name, attribute, value),
      edit: ([edit]) => this.#edit(itemsOf(edit)),
    }
    const { content } = context.information()
    if (content !== undefined) to.haveContent(content)
  }

  receive(frame: Uint8Array, now: Instant): void {
    this.#now = now
    const request = this.#reader.read(frame)
    if (typeof request === 'string') {
      this.#to.drop(request)
      this.#to.discard()
      return
    }
    if (request.command !== 'update' && this.#commands[request.command] === undefined) {
      this.#to.drop('unknown-request')
      if (this.#queue.push(UNKNOWN)) this.#serve()
    } else if (this.#queue.push(request)) {
      this.#to.forgive()
      this.#serve()
    } else this.#to.drop('too-many-requests')
  }

  joined({ where, tick, own }: Joined): void {
    this.#where = where
    this.#tick = tick
    this.#walk.restart()
    if (own === 0) this.#entered(true)
    else this.#arriving = ARRIVAL_TICKS
  }

  registered(): void {
    this.#to.enter()
  }

  refused({ code }: RefusedPlayer): void {
    this.#entered(false, `refused:${code}`)
  }

  advanced({ tick, entered, changed, groups }: WorldNews): void {
    this.#tick = tick
    this.#groups = groups
    for (let i = 0; i < changed.length; i++) this.#shared.viewables.changed(changed[i].entity, tick)
    // Whoever was out of everybody's sight may have changed meanwhile.
    for (let i = 0; i < entered.length; i++) this.#shared.viewables.changed(entered[i], tick)
    if (this.#arriving > 0) this.#arrive()
    this.#steer()
    this.#serve()
    this.#groups = undefined
  }

  told(event: string, body: unknown): void {
    const heard = this.#shared.adapter.heard?.(event, body)
    if (heard === undefined) return
    const lines = this.#says.get(heard.who)
    if (lines === undefined) {
      if (this.#says.size < SPEAKERS_MAX) this.#says.set(heard.who, [heard.words])
    } else if (lines.length < LINES_MAX) lines.push(heard.words)
  }

  replied(id: number, reply: { readonly body: unknown } | { readonly sorry: string }): void {
    const waiting = this.#waiting
    if (waiting.for !== 'reply' || waiting.id !== id) return
    this.#waiting = NOTHING
    this.#answer(waiting.answer('sorry' in reply ? undefined : reply.body))
    this.#serve()
  }

  arrived(where: Whereabouts, isOtherWorld: boolean): void {
    this.#where = where
    this.#flags.add('map')
    if (!isOtherWorld) return
    this.#says.clear()
    this.#walk.restart()
  }

  flagged(flag: Flag, isRaised: boolean): void {
    if (isRaised) this.#flags.add(flag)
    else this.#flags.delete(flag)
  }

  content(answer: Uint8Array): void {
    const waiting = this.#waiting
    if (waiting.for === 'image') waiting.fetch?.receive(answer, this.#now)
  }

  tick(now: Instant): void {
    this.#now = now
    this.#serve()
  }

  /** Answers what waits, as far as it can be answered now. */
  #serve(): void {
    while (this.#goOn()) {
      const request = this.#queue.peek()
      if (request === undefined) return
      if (request.command === 'update' && !this.#canUpdate()) return
      this.#queue.shift()
      this.#do(request)
    }
  }

  #do({ command, given }: Request): void {
    if (command === 'update') this.#update()
    else if (command === UNKNOWN.command) this.#answer(false)
    else this.#commands[command](given)
  }

  /** Goes on with what the last request waits for. @returns whether the next may be answered */
  #goOn(): boolean {
    const waiting = this.#waiting
    if (waiting.for === 'image') this.#fetch(waiting)
    if (this.#waiting.for === 'room') this.#pour(this.#waiting)
    return this.#waiting.for === 'nothing' && !this.#to.isOver
  }

  #canUpdate(): boolean {
    return !this.#to.isIn || (this.#groups !== undefined && this.#to.peer.bufferedBytes < BUFFERED_MAX)
  }

  #enter(name: PickleValue | undefined, password: PickleValue | undefined, how: 'login' | 'new'): void {
    if (typeof name !== 'string' || typeof password !== 'string') {
      this.#bad(false)
      return
    }
    this.#waiting = { for: 'entry' }
    if (how === 'new') this.#to.register(name, password)
    else if (password === '') this.#to.join(name)
    else this.#to.login(name, password)
  }

  /** Answers a login when the character is in view, so that its name can be told [PY9]. */
  #arrive(): void {
    const own = this.#to.character
    const name = own && this.#shared.viewables.nameOf(own, this.#tick)
    this.#arriving = name === undefined ? this.#arriving - 1 : 0
    if (this.#arriving === 0) this.#entered(true, ...(name === undefined ? [] : [`name:${name}`]))
  }

  #entered(isIn: boolean, ...why: readonly string[]): void {
    if (this.#waiting.for !== 'entry') return
    this.#waiting = NOTHING
    this.#arriving = 0
    this.#answer(isIn, ...why)
    this.#serve()
  }

  #update(): void {
    if (!this.#to.isIn) {
      this.#bad([])
      return
    }
    const groups = this.#groups ?? []
    // One in each tick.
    this.#groups = undefined
    const { viewables } = this.#shared
    beginReply(writer)
    writer.beginList()
    viewables.write(writer, groups, { tick: this.#tick, says: this.#says })
    this.#says.clear()
    writer.endList()
    this.#finish()
  }

  #move(offset: readonly PickleValue[] | undefined): void {
    const at = this.#to.character?.position
    const [x, y, z = 0] = offset?.map(numberOf) ?? []
    const isOffset = x !== undefined && y !== undefined && z !== undefined && (offset?.length ?? 0) <= 3
    // Up and down is the map's to say: an offset that goes nowhere else leads nowhere.
    if (!isOffset || !at || (x === 0 && y === 0 && z !== 0)) {
      this.#bad(false)
      return
    }
    const isOpen = this.#walk.go(at, x, y)
    this.#steer()
    this.#answer(isOpen)
  }

  /** Has the character take the walk's heading. */
  #steer(): void {
    const at = this.#to.character?.position
    const heading = at && this.#walk.advance(at)
    if (heading) this.#to.intend(this.#shared.adapter.walk(heading.east, heading.north))
  }

  #get(name: PickleValue | undefined, attribute: PickleValue | undefined): void {
    const entity = this.#named(name)
    if (typeof attribute !== 'string' || !entity) {
      this.#bad(null)
      return
    }
    const { adapter } = this.#shared
    const told = adapter.attribute?.(entity, attribute) ?? this.#whereabouts(entity.id, attribute)
    if (told !== undefined) {
      this.#answer(told)
      return
    }
    const { game } = this.#to
    this.#ask({ request: 'getAttribute', body: { of: entity.id, name: attribute } }, null, (body) => {
      const { value } = body as { value?: AttributeValue }
      return value === undefined ? null : pickleOf(value, game, attribute)
    })
  }

  /** Where one is oneself, which a client asks that was told to load its map again [PY13]. */
  #whereabouts(id: EntityId, attribute: string): PickleValue | undefined {
    if (attribute !== 'map' || id !== this.#to.character?.id || !this.#where) return undefined
    const { map, width, height } = this.#where
    return new PickleTuple([map, width, height])
  }

  #set(
    name: PickleValue | undefined,
    attribute: PickleValue | undefined,
    given: PickleValue | undefined,
  ): void {
    const entity = this.#named(name)
    const isRelative = given instanceof PickleTuple && given.items.length === 1
    const value = isRelative ? numberOf(given.items[0]) : attributeOf(given)
    if (typeof attribute !== 'string' || value === undefined || !entity) {
      this.#bad(false)
      return
    }
    const of = entity.id
    if (isRelative)
      this.#change({ request: 'editAttributes', body: { of, edits: [{ name: attribute, by: value }] } })
    else this.#change({ request: 'setAttribute', body: { of, name: attribute, value } })
  }

  #edit(edit: readonly PickleValue[] | undefined): void {
    const [command, given] = edit ?? []
    const data = itemsOf(given) ?? (given === undefined ? [] : [given])
    if (typeof command !== 'string') {
      this.#bad(false)
      return
    }
    const { say, edits = {} } = this.#shared.adapter
    let wish: Wish | undefined
    if (Object.hasOwn(edits, command)) wish = edits[command](data)
    else if (command === 'say' && typeof data[0] === 'string') wish = say?.(data[0])
    else if (command === 'attributes') wish = editsOf(data)
    if (wish === undefined) this.#bad(false)
    else this.#change(wish)
  }

  /** Asks for a change, and answers whether it was made. */
  #change(wish: Wish): void {
    this.#ask(wish, false, (body) => (body as { refusal?: unknown } | undefined)?.refusal === undefined)
  }

  /** @param otherwise  the answer when there is no such request, or it is refused */
  #ask({ request, body }: Wish, otherwise: PickleValue, answer: (body: unknown) => PickleValue): void {
    const id = this.#to.ask(request, body)
    if (id === undefined) this.#bad(otherwise)
    else
      this.#waiting = { for: 'reply', id, answer: (told) => (told === undefined ? otherwise : answer(told)) }
  }

  #named(name: PickleValue | undefined): AnyEntity | undefined {
    if (name === '') return this.#to.character
    if (typeof name !== 'string') return undefined
    const { viewables } = this.#shared
    for (const entity of this.#to.entities) if (viewables.nameOf(entity, this.#tick) === name) return entity
    return undefined
  }

  #upgrade(): void {
    const version = this.#context.information().content
    if (version === undefined) this.#answer([])
    else this.#waiting = { for: 'image', version, fetch: undefined }
  }

  #fetch(waiting: Waiting & { for: 'image' }): void {
    const { images } = this.#shared
    const { version, fetch } = waiting
    if (fetch?.state === 'done') images.keep(version, fetch.files)
    const image = images.image(version)
    if (image) {
      this.#waiting = NOTHING
      this.#to.haveContent(version)
      beginReply(writer)
      writer.ready(image)
      this.#flags.delete('client')
      this.#finish()
    } else if (fetch?.state === 'gone') {
      // There is other content by now: that is what is wanted.
      images.drop(fetch)
      this.#waiting = NOTHING
      this.#upgrade()
    } else if (fetch?.state === 'failed') {
      images.drop(fetch)
      this.#waiting = NOTHING
      this.#to.ignore('image-too-large')
      this.#answer([])
    } else if (fetch) fetch.advance(this.#now)
    else waiting.fetch = images.begin(version, (ask) => this.#to.askContent(ask), this.#now)
  }

  /** Answers a request that is none, or that has to wait until one is in. */
  #bad(answer: PickleValue): void {
    this.#to.ignore(this.#to.isIn ? 'bad-arguments' : 'not-in')
    this.#answer(answer)
  }

  #answer(value: PickleValue, ...more: readonly string[]): void {
    beginReply(writer)
    writer.value(value)
    for (const one of more) writer.text(one)
    this.#finish()
  }

  /** Appends the flags that are up [PY7], and sends what has been written. */
  #finish(): void {
    for (const flag of this.#flags) writer.text(flag)
    this.#flags.delete('map')
    this.#send(endReply(writer))
  }

  #send(frame: Uint8Array): void {
    if (frame.length <= BUFFERED_MAX) this.#to.send(frame)
    else {
      this.#waiting = { for: 'room', rest: frame.slice() }
      this.#pour(this.#waiting)
    }
  }

  /** Sends as much of a long reply as the link has room for. */
  #pour(waiting: Waiting & { for: 'room' }): void {
    while (waiting.rest.length > 0) {
      const room = BUFFERED_MAX - this.#to.peer.bufferedBytes
      if (room <= 0) return
      this.#to.send(waiting.rest.subarray(0, room))
      waiting.rest = waiting.rest.subarray(room)
    }
    this.#waiting = NOTHING
  }
}

/** The one that all replies are written with: each is sent, or copied, before the next begins. */
const writer = new PickleWriter()

/** Stands in the queue for a command that there is not. */
const UNKNOWN: Request = { command: '', given: [] }

/** Several relative changes of one's own attributes, all or none: (name, by), ... */
function editsOf(data: readonly PickleValue[]): Wish | undefined {
  const edits: { name: string; by: number }[] = []
  for (const pair of data) {
    const [name, given] = itemsOf(pair) ?? []
    const by = numberOf(given)
    if (typeof name !== 'string' || by === undefined) return undefined
    edits.push({ name, by })
  }
  return { request: 'editAttributes', body: { of: 0, edits } }
}
