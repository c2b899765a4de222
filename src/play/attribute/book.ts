import type { Vector2 } from '../../core/index.ts'
import { hypot } from '../../core/index.ts'
import type { Declared, EntityId } from '../../world/index.ts'
import { type Asker, type AttributeChange, Attributes } from './attributes.ts'
import type { AttributeRefusal } from './refusal.ts'
import type { AskOfAttribute, AttributeRequests, ReplyOfAttribute } from './requests.ts'

/** What attributes need of a character. */
interface Character {
  readonly id: EntityId
  readonly position?: Readonly<Vector2>
}

type Placed = Character & { readonly position: Readonly<Vector2> }

/** What attributes need of a world. */
interface Stage {
  readonly tick: number
  get(id: EntityId): Character | undefined
  isRestricted(entity: { readonly id: EntityId }): boolean
}

/** What attributes need of a player. */
interface Asking {
  readonly id: number
  readonly entity: Character | undefined
}

export interface AttributeBookOptions {
  /** Called after each change of any character's attribute. */
  readonly changed?: (change: AttributeChange & { readonly of: EntityId }) => void
}

/** The attributes of all characters of a world, by entity. */
export class AttributeBook<D extends Declared = Declared> {
  readonly #declared: D
  readonly #changed: AttributeBookOptions['changed']
  readonly #byId = new Map<EntityId, Attributes<D>>()

  constructor(declared: D, options: AttributeBookOptions = {}) {
    this.#declared = declared
    this.#changed = options.changed
  }

  /** Gives a character attributes: kept ones, or initial ones. @throws OutsideError as `Attributes` does */
  add({ id }: { readonly id: EntityId }, record?: unknown): Attributes<D> {
    const attributes = new Attributes(this.#declared, {
      record,
      changed: (change) => this.#changed?.({ of: id, ...change }),
    })
    this.#byId.set(id, attributes)
    return attributes
  }

  of({ id }: { readonly id: EntityId }): Attributes<D> | undefined {
    return this.#byId.get(id)
  }

  remove({ id }: { readonly id: EntityId }): void {
    this.#byId.delete(id)
  }
}

export interface AttributeAnswerOptions {
  /** Within how many metres a player counts as near. 48 when left out. */
  readonly nearMetres?: number
  /** Whether a player is staff; nobody is when left out. */
  readonly isStaff?: (context: { readonly player: Asking }) => boolean
  /**
   * Whether a player may know of a restricted character; nobody may when left out. Usually the server's `canSee`
   * again.
   */
  readonly canSee?: (context: {
    readonly world: { readonly tick: number }
    readonly player: { readonly id: number; readonly entity: Placed | undefined }
    readonly entity: Placed
  }) => boolean
}

type Answers = {
  readonly [N in keyof AttributeRequests]: (context: {
    readonly world: Stage
    readonly player: Asking
    readonly ask: AskOfAttribute<N>
  }) => ReplyOfAttribute<N>
}

/**
 * Makes the server's answers to `attributeRequests`: spread them into its `requests`.
 *
 * Of a character that is not near, not the asker's own, and hidden from them, not even its existence is told: the
 * refusal is that for one that does not exist. Staff may ask from anywhere.
 */
export function attributeAnswers(book: AttributeBook, options: AttributeAnswerOptions = {}): Answers {
  const { nearMetres = 48, isStaff = () => false, canSee = () => false } = options
  const find = (
    world: Stage,
    player: Asking,
    of: EntityId,
  ): { attributes: Attributes; by: Asker } | undefined => {
    const character = of === 0 ? player.entity : world.get(of)
    const attributes = character && world.get(character.id) && book.of(character)
    if (!attributes) return undefined
    const isOwner = character.id === player.entity?.id
    const isNear =
      isWithin(player.entity?.position, character.position, nearMetres) &&
      (!world.isRestricted(character) ||
        canSee({ world, player: player as never, entity: character as Placed }))
    const by = { isOwner, isNear, isStaff: isStaff({ player }) }
    return isOwner || isNear || by.isStaff ? { attributes, by } : undefined
  }
  return {
    getAttribute({ world, player, ask: { of, name } }) {
      const found = find(world, player, of)
      return found ? found.attributes.get(name, found.by) : { refusal: NOBODY }
    },
    setAttribute({ world, player, ask: { of, name, value } }) {
      const found = find(world, player, of)
      return { refusal: found ? found.attributes.set(name, value, found.by) : NOBODY }
    },
    editAttributes({ world, player, ask: { of, edits } }) {
      const found = find(world, player, of)
      return { refusal: found ? found.attributes.edit(edits, found.by) : NOBODY }
    },
  }
}

const NOBODY: AttributeRefusal = { code: 'no-character', sentence: 'there is no such character near you.' }

function isWithin(
  a: Readonly<Vector2> | undefined,
  b: Readonly<Vector2> | undefined,
  metres: number,
): boolean {
  return a !== undefined && b !== undefined && hypot(a.x - b.x, a.y - b.y) <= metres
}
