import { hypot } from '../core/index.ts'
import type { Up } from '../region/message/index.ts'
import type { AnyEntity, GhostWish, Resident } from '../world/index.ts'
import type { CutMap } from './cut-map.ts'
import type { EntityCodec } from './entity-codec.ts'
import type { GhostFeed } from './ghost-feed.ts'

/** The most effects that a region sends, and takes, in one tick. */
const OUT_MAX = 64
const IN_MAX = 256
/** The most that an effect says of fields, in bytes. */
const BYTES_MAX = 4096
/** For how many ticks an effect follows an entity that is on its way, or others have by now. */
const FOLLOW_TICKS = 40
/** Who is put further away than so many metres is not pushed, but jumps there. */
const PUSH_METRES = 4

type Affect = Up & { readonly is: 'affect' }

/**
 * What game code does to entities that another region has: what it wrote into a ghost's fields and place by the end
 * of a tick, and what it wanted of it, is sent to the region that has the entity, and done there before its next tick.
 */
export class Effects {
  readonly counts = { sent: 0, done: 0, dropped: 0 }
  readonly #codec: EntityCodec
  readonly #ghosts: GhostFeed
  #coming: Affect[] = []
  /** How many more ghosts may be written into until the end of the tick. */
  #room = OUT_MAX
  #wishes: { readonly map: CutMap; readonly ghost: Resident; readonly wish: GhostWish }[] = []
  /** How a ghost was told to be: reused. */
  readonly #before: AnyEntity = { id: 0, kind: '', position: { x: 0, y: 0 } }

  constructor(codec: EntityCodec, ghosts: GhostFeed) {
    this.#codec = codec
    this.#ghosts = ghosts
  }

  /** Notes that game code wants something of a ghost. */
  wish(map: CutMap, ghost: Resident, wish: GhostWish): void {
    if (this.#wishes.length < OUT_MAX) this.#wishes.push({ map, ghost, wish })
    else this.counts.dropped++
  }

  /** Takes an effect that another region asks for, to be done before the next tick. */
  take(message: Affect): void {
    if (this.#coming.length < IN_MAX) this.#coming.push(message)
    else this.counts.dropped++
  }

  /** Does what others have asked for; of what is on its way to another region, there, or when it stays. */
  apply(mapOf: (instance: number) => CutMap | undefined, isFrozen: (entity: number) => boolean): void {
    if (this.#coming.length === 0) return
    const coming = this.#coming
    this.#coming = []
    for (const effect of coming) {
      const map = mapOf(effect.instance)
      const resident = map?.instance.world.residentOf(effect.entity)
      if (resident?.isGhost && effect.passedOn < FOLLOW_TICKS) this.#follow(effect, isFrozen(effect.entity))
      else if (map && resident && !resident.isGhost && this.#applyOne(map, resident, effect))
        this.counts.done++
      else this.counts.dropped++
    }
  }

  /** Another region has it, or will: that one is asked, when it is known. */
  #follow(effect: Affect, waits: boolean): void {
    const next = { ...effect, passedOn: effect.passedOn + 1 }
    if (waits || !this.#ghosts.ask(effect.entity, next)) this.#coming.push(next)
  }

  /** Sends what game code wrote into ghosts, before they are brought to where they were told to be. */
  sendWritten(maps: readonly CutMap[]): void {
    for (const map of maps)
      for (const ghost of map.instance.world.ghostSlots) if (ghost) this.sendWrittenTo(map, ghost)
  }

  /** Sends what game code wrote into a ghost, before news of it overwrite it. */
  sendWrittenTo(map: CutMap, ghost: Resident): void {
    const told = this.#ghosts.syncedOf(ghost.entity.id)
    if (!told || told.fits(ghost.entity)) return
    if (this.#room-- > 0) this.#sendChanges(map, ghost)
    else this.counts.dropped++
  }

  /** Sends what game code did to ghosts in this tick. */
  send(maps: readonly CutMap[]): void {
    this.sendWritten(maps)
    this.#room = OUT_MAX
    for (const { map, ghost, wish } of this.#wishes) {
      const [x, y] = wish.is === 'teleport' ? [wish.place.x, wish.place.y] : [0, 0]
      const restricts = wish.is === 'restrict' && wish.isRestricted ? 'restrict' : 'unrestrict'
      const what = wish.is === 'teleport' ? 'move' : wish.is === 'despawn' ? 'despawn' : restricts
      this.#sendOne(map, ghost, { what, fields: NONE, x, y })
    }
    this.#wishes = []
  }

  #sendChanges(map: CutMap, ghost: Resident): void {
    const { entity, kind } = ghost
    const told = this.#ghosts.syncedOf(entity.id)
    const before = this.#before
    told?.give(before)
    try {
      const fields = this.#codec.changes(kind, entity, before)
      if (fields && fields.length <= BYTES_MAX)
        this.#sendOne(map, ghost, { what: 'change', fields, x: 0, y: 0 })
      else if (fields) this.counts.dropped++
    } catch (error) {
      map.instance.world.code.failed('a field', kind.name, error, entity.id)
    }
    const { position } = entity
    const { x, y } = before.position as { readonly x: number; readonly y: number }
    const [dx, dy] = position ? [position.x - x, position.y - y] : [0, 0]
    // What is pushed goes on from where it is by now, which may be elsewhere than was known here.
    if (position && hypot(dx, dy) > PUSH_METRES)
      this.#sendOne(map, ghost, { what: 'move', fields: NONE, x: position.x, y: position.y })
    else if (dx !== 0 || dy !== 0) this.#sendOne(map, ghost, { what: 'push', fields: NONE, x: dx, y: dy })
    told?.take(entity)
  }

  #sendOne(
    { instance }: CutMap,
    { entity: { id: entity } }: Resident,
    effect: Pick<Affect, 'what' | 'fields' | 'x' | 'y'>,
  ): void {
    const isSent = this.#ghosts.ask(entity, {
      ...{ is: 'affect', session: 0, entity, instance: instance.id, passedOn: 0 },
      ...effect,
    })
    if (isSent) this.counts.sent++
    else this.counts.dropped++
  }

  #applyOne({ instance }: CutMap, { entity, kind }: Resident, { what, fields, x, y }: Affect): boolean {
    const { world } = instance
    if (what === 'change') return this.#codec.giveChanges(kind, entity, fields)
    if (what === 'despawn') world.despawn(entity)
    else if (what !== 'move' && what !== 'push') world.restrict(entity, what === 'restrict')
    else {
      const { position } = entity
      const isPush = what === 'push'
      if (!position || (isPush && !(hypot(x, y) <= PUSH_METRES))) return false
      const to = isPush ? { x: position.x + x, y: position.y + y } : { x, y }
      if (!(to.x >= 0 && to.y >= 0 && to.x < world.map.width && to.y < world.map.height)) return false
      if (isPush) Object.assign(position, to)
      else world.teleport(entity as never, to)
    }
    return true
  }
}

const NONE = new Uint8Array(0)
