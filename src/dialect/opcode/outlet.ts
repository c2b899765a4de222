import type { Interpreter } from '../foreign/interpreter.ts'
import { ByteWriter } from './byte-writer.ts'
import type { OpcodeForm } from './form.ts'
import { TO_CLIENT } from './opcode.ts'
import { plainText } from './plain-text.ts'

const MESSAGE_LENGTH_MAX = 200

/** Sends frames in one form of the protocol: what was written since the last one is the body of the next. */
export class Outlet {
  readonly form: OpcodeForm
  readonly writer = new ByteWriter()
  readonly #to: Interpreter

  constructor(to: Interpreter, form: OpcodeForm) {
    this.#to = to
    this.form = form
  }

  send(opcode: number): void {
    this.#to.send(this.form.wrap(opcode, this.writer.take()))
  }

  /** Sends bytes outside any frame, as answers to logins are. */
  sendBare(...bytes: readonly number[]): void {
    this.#to.send(Uint8Array.from(bytes))
  }

  /** Sends a line for the player to read. */
  print(line: string): void {
    this.form.writeMessage(this.writer, plainText(line).slice(0, MESSAGE_LENGTH_MAX))
    this.send(TO_CLIENT.message)
  }
}
