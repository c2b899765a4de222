import type { Vector2, Vector3 } from '../core/index.ts'
import { ShardlessError } from '../core/index.ts'
import { BOUNDS, type CharacterState } from '../store/index.ts'
import {
  type AnyEntity,
  BODY_RADIUS,
  type Instance,
  type Player,
  type PlayerContext,
  type Realm,
  type World,
} from '../world/index.ts'
import type { CharacterFacts } from './message/index.ts'

/** A persistent character in the world. */
export interface KeptCharacter {
  readonly player: Player
  readonly accountId: string
  readonly characterId: string
  readonly epoch: number
  /** Its state when last read. */
  state: CharacterState
}

interface Opened {
  readonly home: Instance | undefined
  readonly character: NonNullable<Player['character']>
}

/** The parts of a game's options that decide what is kept: see `ServerOptions`. */
interface KeptParts {
  readonly game: { readonly ticksPerSecond: number }
  readonly options: {
    save?(context: PlayerContext): unknown
    readonly attributes?: { of(entity: AnyEntity): { record(): unknown } | undefined }
  }
}

/** The saved state of a character beside its place: JSON. */
interface Record {
  readonly game?: unknown
  readonly attributes?: unknown
}

/**
 * Tracks the kept characters in the world: their owners, their current state, and whether it has changed.
 */
export class KeptCharacters {
  readonly #definition: KeptParts
  readonly #realm: Realm
  readonly #byCharacter = new Map<string, KeptCharacter>()

  constructor(definition: KeptParts, realm: Realm) {
    this.#definition = definition
    this.#realm = realm
  }

  get size(): number {
    return this.#byCharacter.size
  }

  of(characterId: string): KeptCharacter | undefined {
    return this.#byCharacter.get(characterId)
  }

  ofPlayer(player: Player): KeptCharacter | undefined {
    return player.character === undefined ? undefined : this.#byCharacter.get(player.character.id)
  }

  all(): readonly KeptCharacter[] {
    return [...this.#byCharacter.values()]
  }

  add(kept: KeptCharacter): void {
    this.#byCharacter.set(kept.characterId, kept)
  }

  remove(kept: KeptCharacter): void {
    this.#byCharacter.delete(kept.characterId)
  }

  /** Yields characters whose state has changed since they were last read. Each is read once a second. */
  *changed(): Generator<string> {
    const period = this.#definition.game.ticksPerSecond
    const { tick } = this.#realm
    for (const kept of this.#byCharacter.values()) {
      if ((kept.player.id + tick) % period !== 0) continue
      const before = kept.state
      this.read(kept)
      if (!isSame(before, kept.state)) yield kept.characterId
    }
  }

  /**
   * Reads a character's current state; if the game fails to give it, the last one. An instance does not outlive the
   * server: for a character in one, the place it entered from is kept.
   */
  read(kept: KeptCharacter): CharacterState {
    const { player } = kept
    const entity = player.entity as AnyEntity | undefined
    const at = this.#realm.whereIs(player)
    if (at === undefined || entity?.position === undefined || at.world.get(entity.id) === undefined)
      return kept.state
    try {
      const { save, attributes } = this.#definition.options
      const record: Record = {
        game: save?.({ world: at.world, player, realm: this.#realm }),
        attributes: attributes?.of(entity)?.record(),
      }
      const state = new TextEncoder().encode(JSON.stringify(record))
      if (state.length > BOUNDS.stateBytes)
        throw new ShardlessError(
          'server/state-too-large',
          `What is to be saved of ${player.name} is ${state.length} bytes long, and ${BOUNDS.stateBytes} are the most. Save less, or make items of it.`,
        )
      const { x, y, z } = entity.position as Vector2 & Partial<Vector3>
      const place = { map: at.map, position: z === undefined ? [x, y] : [x, y, z] }
      kept.state = { ...(at.isHome ? place : kept.state), state }
    } catch (error) {
      this.#realm.code.failed('save', at.map, error)
    }
    return kept.state
  }

  /**
   * Returns what `join` gets about a character that enters, and the world it enters: the home of the map where it
   * was, undefined when there is no place for it any more. Saved state is old or foreign as soon as the game has
   * changed.
   */
  open({ id, name, map, position, state }: CharacterFacts): Opened {
    const { game, attributes } = readRecord(state)
    const at = this.#homeOf(map)
    const place = at && freePlace(position, at.world)
    return { home: place && at, character: { id, name, position: place, state: game, attributes } }
  }

  #homeOf(map: string): Instance | undefined {
    for (const instance of this.#realm.instances) if (instance.isHome && instance.map === map) return instance
    return undefined
  }
}

function readRecord(state: Uint8Array): Record {
  if (state.length === 0) return {}
  try {
    const kept = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(state))
    return typeof kept === 'object' && kept !== null ? kept : {}
  } catch {
    return {}
  }
}

/**
 * Returns where it stood, or a place nearby if the map has changed; undefined when nothing is free, and for a new
 * character.
 */
function freePlace(position: readonly number[], world: World): Vector2 | Vector3 | undefined {
  const [x, y, z] = position
  const { width, height } = world.game.map
  if (!(x >= 0 && y >= 0 && x < width && y < height)) return undefined
  const place = world.map.isFree(x, y, BODY_RADIUS) ? { x, y } : world.map.nearestFree(x, y, BODY_RADIUS)
  return place && z !== undefined ? { ...place, z } : place
}

function isSame(a: CharacterState, b: CharacterState): boolean {
  return (
    a.map === b.map &&
    a.position.length === b.position.length &&
    a.position.every((value, i) => value === b.position[i]) &&
    a.state.length === b.state.length &&
    a.state.every((byte, i) => byte === b.state[i])
  )
}
