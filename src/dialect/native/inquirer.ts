import { PacketReader, PacketWriter } from '../../replication/index.ts'
import { decode } from '../../wire/index.ts'
import type { RefusalCode } from '../conversation.ts'
import { type ServerInformation, serverInformation } from '../information.ts'
import { CODE, refused, writeMessage } from './messages.ts'

/** Receives a server's answers to a client that asks without a login. */
export interface InquirerListener {
  informed(information: ServerInformation): void
  /** Called with an answer about client content, encoded by the content room. */
  contentCame(answer: Uint8Array): void
  refused(code: RefusalCode, reason: string): void
}

const ASK_ROOM = 256
const nothing = new Uint8Array(0)

/**
 * Speaks a client's half of the native dialect without ever sending hello: asks for a server's information, and for
 * content [N40] [N43].
 */
export class NativeInquirer {
  readonly #listener: InquirerListener
  readonly #packet = new PacketWriter(ASK_ROOM)

  constructor(listener: InquirerListener) {
    this.#listener = listener
  }

  /** Returns a packet that asks for the server's information. It is valid until the next one is made. */
  query(): Uint8Array {
    return this.#message(CODE.query, nothing)
  }

  /** Returns a packet that asks for content. @param ask  encoded by the content room */
  askContent(ask: Uint8Array): Uint8Array {
    return this.#message(CODE.askContent, ask)
  }

  /** @returns false for malformed bytes, or for messages that need a hello first */
  receive(packet: Uint8Array): boolean {
    const reader = new PacketReader().reset(packet)
    while (reader.left > 0) {
      const code = reader.byte()
      const body = reader.take(reader.varint())
      if (reader.isBroken || !this.#receiveMessage(code, body)) return false
    }
    return true
  }

  #receiveMessage(code: number, body: Uint8Array): boolean {
    if (code === CODE.content) {
      this.#listener.contentCame(body)
      return true
    }
    if (code === CODE.information) {
      const said = decode(serverInformation, body)
      if (said) this.#listener.informed(said)
      return said !== undefined
    }
    const said = code === CODE.refused ? decode(refused, body) : undefined
    if (said) this.#listener.refused(said.code, said.reason)
    return said !== undefined
  }

  #message(code: number, body: Uint8Array): Uint8Array {
    this.#packet.length = 0
    writeMessage(this.#packet, code, body)
    return this.#packet.finish()
  }
}
