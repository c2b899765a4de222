/** An entity's plain object with its parts by name, as far as it has been made. */
interface PlainEntity {
  readonly id: number
  readonly kind: string
  [part: string]: unknown
}

/** What the accessors of a watched field call. */
export interface FieldListener {
  /** Called after the field was set. */
  set(name: string, value: unknown): void
}

interface Watched {
  readonly listener: FieldListener
  readonly values: Map<string, unknown>
}

/**
 * Makes the plain objects of one kind, all alike in memory: whatever reads many of them in each tick, the engine or the
 * game, is compiled for one layout and finds their fields in the objects themselves.
 *
 * An object of which a field is watched has an accessor in its place. From the beginning, that is one more layout. Made
 * later, or different from one object to the next, it would leave the object a table of names, and whatever reads it
 * along with others would look names up for all of them.
 */
export class EntityLayout {
  readonly #Blank: new (
    id: number,
  ) => PlainEntity
  readonly #watched = new WeakMap<object, Watched>()
  /** By name of a field. */
  readonly #accessors = new Map<string, PropertyDescriptor>()

  constructor(kind: string) {
    this.#Blank = blankOf(kind)
  }

  /** Returns an object of this kind that has its id and no other part yet. */
  begin(id: number): PlainEntity {
    return new this.#Blank(id)
  }

  /** Gives an object a field that is watched: what is set is told to the listener. */
  watch(entity: PlainEntity, name: string, value: unknown, listener: FieldListener): void {
    let watched = this.#watched.get(entity)
    if (watched === undefined) {
      watched = { listener, values: new Map() }
      this.#watched.set(entity, watched)
    }
    watched.values.set(name, value)
    Object.defineProperty(entity, name, this.#accessorOf(name))
  }

  #accessorOf(name: string): PropertyDescriptor {
    const known = this.#accessors.get(name)
    if (known) return known
    const watchedOf = (entity: object): Watched => this.#watched.get(entity) as Watched
    const accessor: PropertyDescriptor = {
      configurable: true,
      enumerable: true,
      get(): unknown {
        return watchedOf(this).values.get(name)
      },
      set(value: unknown): void {
        const { values, listener } = watchedOf(this)
        values.set(name, value)
        listener.set(name, value)
      },
    }
    this.#accessors.set(name, accessor)
    return accessor
  }
}

/**
 * Makes a constructor of plain objects. The engine lays as many fields into an object as the first few of one
 * constructor had; those added to a literal later lie apart from it.
 */
function blankOf(kind: string): new (id: number) => PlainEntity {
  function Blank(this: { id: number; kind: string }, id: number): void {
    this.id = id
    this.kind = kind
  }
  Blank.prototype = Object.prototype
  return Blank as unknown as new (
    id: number,
  ) => PlainEntity
}
