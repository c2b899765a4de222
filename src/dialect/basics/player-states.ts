import { bytesEqual } from '../../core/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { Adapter } from '../adapter.ts'
import { OncePerTick } from '../foreign/once-per-tick.ts'
import type { WorldGroup } from '../foreign/speaker.ts'
import { JsonBytes } from './json-bytes.ts'

/** Ticks after which nothing is said of a velocity: nobody has looked meanwhile. */
const STALE_TICKS = 4
/** What a state is written into at first, in bytes: it grows. */
const STATE_BYTES = 16_384
const HEAD_BYTES = 4

/**
 * Somebody who is shown: where they were when they were last looked at, in metres, how far they went in each tick since
 * the time before, and both as bytes.
 */
interface Shown {
  tick: number
  x: number
  y: number
  east: number
  north: number
  readonly id: string
  /** The id as the key of an object. */
  readonly key: Uint8Array
  /** The key, and the object up to its place. */
  readonly head: Uint8Array
  /** What follows the place, with a comma behind it, and the velocity that it tells, in hundredths. */
  tail: Uint8Array | undefined
  eastward: number
  southward: number
  /** What else is told, as members of an object, and the tick in which it was asked for. */
  details: Uint8Array | undefined
  dressedAt: number
}

/** A whole group as members of an object, each with a comma behind it, and where each ends. */
interface Members {
  readonly entities: readonly AnyEntity[]
  readonly bytes: Uint8Array
  readonly ends: readonly number[]
}

/** What else is told of a player: plain values by name. */
export type Details = (entity: AnyEntity) => Readonly<Record<string, string | number | boolean>>

/** The scale of the lesson's world: its units, and the corner it counts from. */
export interface PlayerScale {
  readonly unitsPerMetre: number
  readonly ticksPerSecond: number
  /** The map's north edge, in metres: y grows southwards from there, as on a screen. */
  readonly height: number
}

const encoder = new TextEncoder()

/**
 * Writes who is in sight as members of a JSON object: an id, then position and velocity. Each group is written once a
 * tick; whoever sees a part of it, or is in it, has those copied who are seen.
 */
export class PlayerStates {
  readonly #adapter: Adapter
  readonly #details: Details | undefined
  readonly #scale: PlayerScale
  readonly #shown = new WeakMap<AnyEntity, Shown | 'hidden'>()
  readonly #groups = new OncePerTick((group: WorldGroup) => this.#members(group.entities))
  readonly #frame = new JsonBytes(STATE_BYTES)
  readonly #group = new JsonBytes(STATE_BYTES)
  readonly #tail = new JsonBytes(TAIL_BYTES)
  #tick = 0
  /** Another number whenever groups have to be written again. */
  #stamp = 0

  constructor(
    { adapter, details }: { readonly adapter: Adapter; readonly details: Details | undefined },
    scale: PlayerScale,
  ) {
    this.#adapter = adapter
    this.#details = details
    this.#scale = scale
  }

  /**
   * Returns the id of an entity for all but itself, as JSON: its name and its number; '' for one that is not shown.
   */
  idOf(entity: AnyEntity): string {
    const shown = this.#of(entity)
    return shown === 'hidden' ? '' : shown.id
  }

  /** Notes that an entity's fields have changed at this tick. */
  changed(entity: AnyEntity, tick: number): void {
    const shown = this.#details && this.#shown.get(entity)
    if (shown === undefined || shown === 'hidden' || shown.dressedAt === tick) return
    shown.dressedAt = tick
    const details = this.#detailsOf(entity)
    if (shown.details && bytesEqual(shown.details, details)) return
    shown.details = details
    shown.tail = undefined
    // Somebody who sees others of the group had it written before this was known.
    if (shown.tick === tick) this.#stamp++
  }

  /**
   * Writes a state: all who are in sight.
   *
   * @param head   the packet up to its players
   * @param own    the viewer's character, which has the key `ownKey` for it alone
   * @returns      the frame, its length before it; valid until the next state is written
   */
  write(
    groups: readonly WorldGroup[],
    viewer: {
      readonly tick: number
      readonly head: string
      readonly own: AnyEntity | undefined
      readonly ownKey: Uint8Array
    },
  ): Uint8Array {
    const { tick, head, own, ownKey } = viewer
    if (tick !== this.#tick) this.#stamp++
    this.#tick = tick
    const frame = this.#frame
    frame.length = HEAD_BYTES
    frame.ascii(head)
    const start = frame.length
    for (let i = 0; i < groups.length; i++) {
      const { entities, whole, isWhole } = groups[i]
      if (entities.length === 0) continue
      const members = this.#groups.of(whole, this.#stamp)
      if (isWhole && (own === undefined || !entities.includes(own))) frame.copy(members.bytes)
      else this.#copySeen(members, entities, { own, ownKey })
    }
    // Each member has a comma behind it.
    if (frame.length > start) frame.length--
    frame.ascii(STATE_END)
    const bytes = frame.bytes.subarray(0, frame.length)
    new DataView(bytes.buffer).setUint32(0, frame.length - HEAD_BYTES)
    return bytes
  }

  #members(entities: readonly AnyEntity[]): Members {
    const group = this.#group
    const ends: number[] = []
    group.length = 0
    for (let at = 0; at < entities.length; at++) {
      const shown = this.#of(entities[at])
      if (shown !== 'hidden') {
        if (shown.tick !== this.#tick) this.#update(shown, entities[at])
        this.#write(group, shown)
      }
      ends.push(group.length)
    }
    return { entities: [...entities], bytes: group.take(), ends }
  }

  /** Copies those of a group who are seen, in the order of the whole group: most of them lie together. */
  #copySeen(
    { entities: all, bytes, ends }: Members,
    entities: readonly AnyEntity[],
    { own, ownKey }: { readonly own: AnyEntity | undefined; readonly ownKey: Uint8Array },
  ): void {
    const frame = this.#frame
    const shown = own && this.#of(own)
    const keyLength = shown === undefined || shown === 'hidden' ? 0 : shown.key.length
    const start = frame.length
    let seen = 0
    let from = 0
    let to = 0
    for (let at = 0; at < ends.length && seen < entities.length; at++) {
      const isSeen = all[at] === entities[seen]
      if (isSeen) seen++
      if (isSeen && entities[seen - 1] !== own) to = ends[at]
      else {
        frame.copy(bytes, from, to)
        if (isSeen && to < ends[at]) {
          frame.copy(ownKey)
          frame.copy(bytes, to + keyLength, ends[at])
        }
        from = to = ends[at]
      }
    }
    frame.copy(bytes, from, to)
    if (seen === entities.length) return
    // Somebody has come into the group since it was written in this tick.
    const { bytes: again, ends: places } = this.#members(entities)
    frame.length = start
    this.#copySeen({ entities, bytes: again, ends: places }, entities, { own, ownKey })
  }

  #of(entity: AnyEntity): Shown | 'hidden' {
    const known = this.#shown.get(entity)
    if (known) return known
    const figure = entity.position && this.#adapter.figure(entity)
    const id = figure && asciiJson(`${figure.name}:${entity.id}`)
    const made = id === undefined ? 'hidden' : newShown(id)
    this.#shown.set(entity, made)
    return made
  }

  #update(shown: Shown, entity: AnyEntity): void {
    const { x, y } = entity.position!
    const passed = this.#tick - shown.tick
    const isKnown = passed > 0 && passed <= STALE_TICKS
    const east = isKnown ? (x - shown.x) / passed : 0
    const north = isKnown ? (y - shown.y) / passed : 0
    shown.tick = this.#tick
    shown.x = x
    shown.y = y
    shown.east = east
    shown.north = north
    if (shown.details === undefined) {
      shown.details = this.#detailsOf(entity)
      shown.dressedAt = this.#tick
      shown.tail = undefined
    }
  }

  #write(to: JsonBytes, shown: Shown): void {
    const { unitsPerMetre, height } = this.#scale
    to.copy(shown.head)
    to.hundredths(shown.x * unitsPerMetre)
    to.ascii(',"y":')
    to.hundredths((height - shown.y) * unitsPerMetre)
    to.copy(this.#tailOf(shown))
  }

  /** Writes what follows a place; who walks straight on has the same velocity again. */
  #tailOf(shown: Shown): Uint8Array {
    const { unitsPerMetre, ticksPerSecond } = this.#scale
    const speed = ticksPerSecond * unitsPerMetre
    const [east, south] = [shown.east * speed, -shown.north * speed]
    const [eastward, southward] = [hundredthsOf(east), hundredthsOf(south)]
    if (shown.tail && eastward === shown.eastward && southward === shown.southward) return shown.tail
    const state = this.#tail
    state.length = 0
    state.ascii('},"velocity":{"x":')
    state.hundredths(east)
    state.ascii(',"y":')
    state.hundredths(south)
    state.byte(CLOSE)
    if (shown.details) state.copy(shown.details)
    state.ascii('},')
    shown.eastward = eastward
    shown.southward = southward
    return (shown.tail = state.take())
  }

  #detailsOf(entity: AnyEntity): Uint8Array {
    const json = this.#details ? asciiJson(this.#details(entity)).slice(1, -1) : ''
    return encoder.encode(json === '' ? '' : `,${json}`)
  }
}

const CLOSE = 125
/** The end of a state, after its players. */
const STATE_END = '}},"rel":false}'
const PLACE = '{"position":{"x":'
const TAIL_BYTES = 256

/** Returns a number in hundredths, as it is written. */
const hundredthsOf = (value: number): number => Math.sign(value) * Math.round(Math.abs(value) * 100)

/** Returns the key of an id that is JSON. */
export const jsonKeyOf = (id: string): Uint8Array => encoder.encode(`${id}:`)

function newShown(id: string): Shown {
  return {
    ...{ tick: -STALE_TICKS - 1, x: Number.NaN, y: 0, east: 0, north: 0, id, key: jsonKeyOf(id) },
    ...{ head: encoder.encode(`${id}:${PLACE}`), tail: undefined, eastward: 0, southward: 0 },
    ...{ details: undefined, dressedAt: -1 },
  }
}

/** Writes JSON of ASCII alone. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
