import { OutsideError, ShardlessError } from '../../core/index.ts'
import { decode, encode, OutOfRange } from '../../wire/index.ts'
import type { Attribute, AttributeReader, AttributeValue, Declared, ValueOf } from '../../world/index.ts'
import type { AttributeRefusal, AttributeRefusalCode } from './refusal.ts'

/** Who asks: the server itself, or somebody by their relation to the character. */
export type Asker =
  | 'server'
  | { readonly isOwner: boolean; readonly isNear: boolean; readonly isStaff: boolean }

/** A relative change of one attribute: how much more, or less. */
export interface Edit {
  readonly name: string
  readonly by: number
}

/** Attributes as plain JSON, for a store. */
export type AttributeRecord = Readonly<Record<string, AttributeValue>>

/** A change of one attribute. */
export interface AttributeChange {
  readonly name: string
  readonly value: AttributeValue
  readonly before: AttributeValue
}

export interface AttributesOptions {
  /** The attributes kept from an earlier life, as `record` gave them; initial values for those that it lacks. */
  readonly record?: unknown
  /** Called after a change, once for each attribute that has another value now. */
  readonly changed?: (change: AttributeChange) => void
}

/**
 * The attributes of one character: their values, and the rules for reading and writing them.
 *
 *     get, set, edit (asked by somebody)  -->  a refusal, and nothing changes   or   it is done
 *     read, write    (the server's own code, typed)
 *     record, changesSince  -->  plain JSON for a store
 *
 * A value is kept as it travels: in its field's bounds, and rounded to its step.
 */
export class Attributes<D extends Declared = Declared> {
  readonly #declared: ReadonlyMap<string, Attribute>
  readonly #values = new Map<string, AttributeValue>()
  readonly #changedAt = new Map<string, number>()
  readonly #changed: AttributesOptions['changed']
  #version = 0

  /**
   * @throws OutsideError, one sentence, for a record that is malformed or has a value that its attribute does not
   *   take
   */
  constructor(declared: D, options: AttributesOptions = {}) {
    this.#declared = new Map(Object.entries(declared))
    this.#changed = options.changed
    const kept = new Map(options.record === undefined ? [] : entriesOf(options.record))
    for (const [name, { initial }] of this.#declared) {
      const checked = this.#check(name, kept.get(name) ?? initial, true)
      if ('sentence' in checked) throw new OutsideError(`Of kept attributes, ${checked.sentence}`)
      this.#values.set(name, checked.value)
    }
  }

  /** Grows with each change: a mark for `changesSince`. */
  get version(): number {
    return this.#version
  }

  /** Returns the value of an attribute, or why it is not told. */
  get(name: string, by: Asker): { readonly value: AttributeValue } | { readonly refusal: AttributeRefusal } {
    const refusal = this.#mayNot('readers', name, by)
    return refusal ? { refusal } : { value: this.#values.get(name) as AttributeValue }
  }

  /** Sets an attribute. @returns why it could not; undefined when it did */
  set(name: string, value: AttributeValue, by: Asker): AttributeRefusal | undefined {
    const refusal = this.#mayNot('writers', name, by)
    if (refusal) return refusal
    const checked = this.#check(name, value, true)
    if ('sentence' in checked) return checked
    this.#put([[name, checked.value]])
    return undefined
  }

  /**
   * Adds to attributes, or takes from them: all of it or nothing. Several changes of one attribute count together,
   * so only their sum has to be within its bounds.
   *
   * @returns why nothing was done; undefined when all was
   */
  edit(edits: readonly Edit[], by: Asker): AttributeRefusal | undefined {
    const sums = new Map<string, number>()
    for (const { name, by: amount } of edits) {
      const refusal = this.#mayNot('writers', name, by)
      if (refusal) return refusal
      const value = this.#values.get(name)
      if (typeof value !== 'number' || typeof amount !== 'number')
        return refuse('wrong-type', `${name} is not a number; it can be set, and nothing added to it.`)
      sums.set(name, (sums.get(name) ?? value) + amount)
    }
    const made: [string, AttributeValue][] = []
    for (const [name, sum] of sums) {
      // Who may write and not read must not learn the value from how it was refused.
      const checked = this.#check(name, sum, !this.#mayNot('readers', name, by))
      if ('sentence' in checked) return checked
      made.push([name, checked.value])
    }
    this.#put(made)
    return undefined
  }

  /** Returns a value, typed, for the server's own code. */
  read<N extends keyof D & string>(name: N): ValueOf<D, N> {
    const got = this.get(name, 'server')
    if ('refusal' in got) throw new ShardlessError('world/bad-attribute', got.refusal.sentence)
    return got.value as ValueOf<D, N>
  }

  /**
   * Sets a value, for the server's own code.
   *
   * @throws `world/bad-attribute` for a name that is not declared, or a value that it does not take
   */
  write<N extends keyof D & string>(name: N, value: ValueOf<D, N>): void {
    const refusal = this.set(name, value, 'server')
    if (refusal) throw new ShardlessError('world/bad-attribute', refusal.sentence)
  }

  /** Returns all values. */
  record(): AttributeRecord {
    return Object.fromEntries(this.#values)
  }

  /** Returns the values that have changed since a version. */
  changesSince(version: number): AttributeRecord {
    return Object.fromEntries(
      [...this.#values].filter(([name]) => (this.#changedAt.get(name) ?? 0) > version),
    )
  }

  #put(made: readonly (readonly [string, AttributeValue])[]): void {
    const changes = made.filter(([name, value]) => this.#values.get(name) !== value)
    if (changes.length === 0) return
    this.#version++
    const befores = changes.map(([name]) => this.#values.get(name) as AttributeValue)
    for (const [name, value] of changes) {
      this.#values.set(name, value)
      this.#changedAt.set(name, this.#version)
    }
    changes.forEach(([name, value], i) => {
      this.#changed?.({ name, value, before: befores[i] })
    })
  }

  #mayNot(right: 'readers' | 'writers', name: string, by: Asker): AttributeRefusal | undefined {
    const declared = this.#declared.get(name)
    if (!declared) return refuse('unknown-name', `there is no attribute ${show(name)}.`)
    if (by === 'server' || declared[right].some((who) => isAmong(who, by))) return undefined
    return refuse('forbidden', `${name} is not yours to ${right === 'readers' ? 'read' : 'change'}.`)
  }

  /** Returns a value as it is kept: as it comes back after travelling. */
  #check(
    name: string,
    value: AttributeValue,
    isTold: boolean,
  ): { readonly value: AttributeValue } | AttributeRefusal {
    const { type, initial } = this.#declared.get(name) as Attribute
    if (typeof value !== typeof initial)
      return refuse('wrong-type', `${name} is a ${typeof initial}, not a ${typeof value}.`)
    const told = isTold ? `cannot be ${show(value)}` : 'cannot become that'
    const outside = refuse('out-of-range', `${name} ${told}; it is ${type.description}.`)
    if (typeof value === 'number' && !Number.isFinite(value)) return outside
    try {
      const kept = decode(type, encode(type, value)) as AttributeValue
      return { value: kept === 0 ? 0 : kept }
    } catch (error) {
      if (error instanceof OutOfRange) return outside
      throw error
    }
  }
}

function isAmong(who: AttributeReader, by: Exclude<Asker, 'server'>): boolean {
  if (who === 'owner') return by.isOwner
  if (who === 'near') return by.isNear || by.isOwner
  return who === 'staff' && by.isStaff
}

function refuse(code: AttributeRefusalCode, sentence: string): AttributeRefusal {
  return { code, sentence }
}

/** Shows a value to people, in short. */
function show(value: AttributeValue): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
}

function entriesOf(record: unknown): [string, AttributeValue][] {
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    throw new OutsideError('What was kept of attributes is no record of them.')
  return Object.entries(record)
}
