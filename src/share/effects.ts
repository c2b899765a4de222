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
/** A push over more metres than that is a jump. */
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

  /** Does what others have asked for. */
  apply(mapOf: (instance: number) => CutMap | undefined): void {
    if (this.#coming.length === 0) return
    for (const effect of this.#coming) {
      const map = mapOf(effect.instance)
      const resident = map?.instance.world.residentOf(effect.entity)
      if (map && resident && !resident.isGhost && this.#applyOne(map, resident, effect)) this.counts.done++
      else this.counts.dropped++
    }
    this.#coming = []
  }

  /** Sends what game code did to ghosts in this tick. */
  send(maps: readonly CutMap[]): void {
    let room = OUT_MAX
    for (const map of maps)
      for (const ghost of map.instance.world.ghosts) {
        const told = this.#ghosts.syncedOf(ghost.entity.id)
        if (!told || told.fits(ghost.entity)) continue
        if (room-- > 0) this.#sendChanges(map, ghost)
        else this.counts.dropped++
      }
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
    if (position && (position.x !== x || position.y !== y))
      this.#sendOne(map, ghost, { what: 'move', fields: NONE, x: position.x, y: position.y })
    told?.take(entity)
  }

  #sendOne(
    { instance }: CutMap,
    { entity: { id: entity } }: Resident,
    effect: Pick<Affect, 'what' | 'fields' | 'x' | 'y'>,
  ): void {
    const isSent = this.#ghosts.ask(entity, {
      ...{ is: 'affect', session: 0, entity, instance: instance.id },
      ...effect,
    })
    if (isSent) this.counts.sent++
    else this.counts.dropped++
  }

  #applyOne({ instance }: CutMap, { entity, kind }: Resident, { what, fields, x, y }: Affect): boolean {
    const { world } = instance
    if (what === 'change') return this.#codec.giveChanges(kind, entity, fields)
    if (what === 'despawn') world.despawn(entity)
    else if (what !== 'move') world.restrict(entity, what === 'restrict')
    else {
      const { position } = entity
      const isOnMap = x >= 0 && y >= 0 && x < world.map.width && y < world.map.height
      if (!position || !isOnMap) return false
      if (hypot(position.x - x, position.y - y) <= PUSH_METRES) Object.assign(position, { x, y })
      else world.teleport(entity as never, { x, y })
    }
    return true
  }
}

const NONE = new Uint8Array(0)
