import type { AnyEntity } from '../../world/index.ts'
import type { Figure } from '../adapter.ts'
import { ByteWriter } from './byte-writer.ts'
import type { OpcodeForm } from './form.ts'
import { lookOfName, type OpcodeLook } from './look.ts'
import { plainName } from './plain-text.ts'

/** How somebody was written last: in which form, of which figure. */
interface Written {
  readonly form: OpcodeForm
  readonly name: string
  readonly look: number
  readonly bytes: Uint8Array
}

/** Keeps the name and the looks of everybody as bytes, for all who are told of them. */
export class LookShelf {
  readonly #look: (look: number) => OpcodeLook
  readonly #written = new WeakMap<AnyEntity, Written[]>()
  readonly #writer = new ByteWriter()

  constructor(look: (look: number) => OpcodeLook) {
    this.#look = look
  }

  /** Returns what follows the number of somebody in a list of looks. */
  of(form: OpcodeForm, entity: AnyEntity, { name, look = lookOfName(name) }: Figure): Uint8Array {
    let all = this.#written.get(entity)
    if (all === undefined) {
      all = []
      this.#written.set(entity, all)
    }
    const at = all.findIndex((one) => one.form === form)
    if (at >= 0 && all[at].name === name && all[at].look === look) return all[at].bytes
    form.writeLooks(this.#writer, plainName(name), this.#look(look))
    const written = { form, name, look, bytes: this.#writer.take() }
    if (at >= 0) all[at] = written
    else all.push(written)
    return written.bytes
  }
}
