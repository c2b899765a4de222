import { concat } from '../../core/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { Adapter } from '../adapter.ts'
import { OncePerTick } from '../foreign/once-per-tick.ts'
import type { WorldGroup } from '../foreign/speaker.ts'

/** Ticks after which nothing is said of a velocity: nobody has looked meanwhile. */
const STALE_TICKS = 4

/** Where somebody was when it was last looked, in metres, and how far they went in each tick since the time before. */
interface Track {
  tick: number
  x: number
  y: number
  east: number
  north: number
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
 * Writes who is in sight as members of a JSON object, once a tick for all who see them: an id, then position and
 * velocity.
 */
export class PlayerStates {
  readonly #shown: { readonly adapter: Adapter; readonly details: Details | undefined }
  readonly #scale: PlayerScale
  readonly #ids = new WeakMap<AnyEntity, string>()
  /** What else is told of an entity, as members of an object, and since which tick. */
  readonly #details = new WeakMap<AnyEntity, { readonly tick: number; readonly text: string }>()
  readonly #tracks = new WeakMap<AnyEntity, Track>()
  readonly #groups = new OncePerTick((group: WorldGroup) => this.#members(group))
  /** By the first group in sight: what was written of the rest in a tick. */
  readonly #rests = new WeakMap<WorldGroup, Rests>()
  #tick = 0

  constructor(
    shown: { readonly adapter: Adapter; readonly details: Details | undefined },
    scale: PlayerScale,
  ) {
    this.#shown = shown
    this.#scale = scale
  }

  /**
   * Returns the id of an entity for all but itself, as JSON: its name and its number; '' for one that is not shown.
   */
  idOf(entity: AnyEntity): string {
    let id = this.#ids.get(entity)
    if (id === undefined) {
      const figure = entity.position && this.#shown.adapter.figure(entity)
      id = figure ? asciiJson(`${figure.name}:${entity.id}`) : ''
      this.#ids.set(entity, id)
    }
    return id
  }

  /** Notes that an entity's fields have changed at this tick. */
  changed(entity: AnyEntity, tick: number): void {
    const known = this.#details.get(entity)
    if (known && known.tick < tick) this.#details.delete(entity)
  }

  /**
   * Writes all who are in sight, as the members of an object.
   *
   * @param own    the viewer's character, which has the id `ownId` for it alone
   * @param ownId  as JSON
   * @returns      pieces to write one after the other: those near the viewer; and the rest, the same bytes for all who
   *   see the same, with the end of the packet behind it
   */
  write(
    groups: readonly WorldGroup[],
    {
      tick,
      own,
      ownId,
    }: { readonly tick: number; readonly own: AnyEntity | undefined; readonly ownId: Uint8Array },
  ): { readonly near: readonly Uint8Array[]; readonly rest: Uint8Array } {
    this.#tick = tick
    const home = own && groups.find(({ entities }) => entities.includes(own))
    const rest = this.#rest(groups, home)
    if (own === undefined || home === undefined) return { near: NONE, rest }
    const { bytes, keys } = this.#groups.of(home, tick)
    const at = 2 * home.entities.indexOf(own)
    const comma = bytes.length === 0 || rest.length === STATE_END.length ? NOTHING : COMMA
    if (keys[at] < 0) return { near: [bytes, comma], rest }
    return { near: [bytes.subarray(0, keys[at]), ownId, bytes.subarray(keys[at + 1]), comma], rest }
  }

  #rest(groups: readonly WorldGroup[], home: WorldGroup | undefined): Uint8Array {
    if (groups.length === 0) return STATE_END
    const tick = this.#tick
    let made = this.#rests.get(groups[0])
    if (made === undefined || made.tick !== tick) {
      made = { tick, all: [] }
      this.#rests.set(groups[0], made)
    }
    for (const one of made.all) if (one.home === home && isSame(one.groups, groups)) return one.bytes
    const pieces: Uint8Array[] = []
    for (const group of groups) {
      const piece = group === home ? NOTHING : this.#groups.of(group, tick).bytes
      if (piece.length === 0) continue
      if (pieces.length > 0) pieces.push(COMMA)
      pieces.push(piece)
    }
    pieces.push(STATE_END)
    const bytes = concat(pieces)
    made.all.push({ groups: groups.slice(), home, bytes })
    return bytes
  }

  #members({ entities }: WorldGroup): Members {
    let text = ''
    const keys: number[] = []
    for (const entity of entities) {
      const id = this.idOf(entity)
      if (id !== '' && text !== '') text += ','
      keys.push(id === '' ? -1 : text.length, text.length + id.length)
      if (id !== '') text += `${id}:${this.#state(entity)}`
    }
    return { bytes: encoder.encode(text), keys }
  }

  #state(entity: AnyEntity): string {
    const { unitsPerMetre, ticksPerSecond, height } = this.#scale
    const { x, y, east, north } = this.#track(entity)
    const speed = ticksPerSecond * unitsPerMetre
    const position = `{"x":${round(x * unitsPerMetre)},"y":${round((height - y) * unitsPerMetre)}}`
    const velocity = `{"x":${round(east * speed)},"y":${round(-north * speed)}}`
    return `{"position":${position},"velocity":${velocity}${this.#more(entity)}}`
  }

  #more(entity: AnyEntity): string {
    const { details } = this.#shown
    if (details === undefined) return ''
    const known = this.#details.get(entity)
    if (known) return known.text
    const json = asciiJson(details(entity)).slice(1, -1)
    const text = json === '' ? '' : `,${json}`
    this.#details.set(entity, { tick: this.#tick, text })
    return text
  }

  #track(entity: AnyEntity): Track {
    const { x, y } = entity.position!
    const tick = this.#tick
    const known = this.#tracks.get(entity)
    if (known === undefined) {
      const track = { tick, x, y, east: 0, north: 0 }
      this.#tracks.set(entity, track)
      return track
    }
    const passed = tick - known.tick
    if (passed === 0) return known
    const isKnown = passed > 0 && passed <= STALE_TICKS
    known.east = isKnown ? (x - known.x) / passed : 0
    known.north = isKnown ? (y - known.y) / passed : 0
    known.x = x
    known.y = y
    known.tick = tick
    return known
  }
}

const COMMA = encoder.encode(',')
const NOTHING = new Uint8Array(0)
const NONE: readonly Uint8Array[] = []
/** The end of a state, after its players. */
const STATE_END = encoder.encode('}},"rel":false}')

/** The members of a group, and where in the bytes the key of each entity begins and ends; -1 of who is not shown. */
interface Members {
  readonly bytes: Uint8Array
  readonly keys: readonly number[]
}

interface Rests {
  readonly tick: number
  readonly all: {
    readonly groups: readonly WorldGroup[]
    readonly home: WorldGroup | undefined
    readonly bytes: Uint8Array
  }[]
}

function isSame(a: readonly WorldGroup[], b: readonly WorldGroup[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Writes JSON of ASCII alone, so that a place in the text is one in the bytes. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Rounds to hundredths of a unit: no more is seen, and most numbers are short. */
function round(units: number): number {
  const rounded = Math.round(units * 100) / 100
  return rounded === 0 ? 0 : rounded
}
