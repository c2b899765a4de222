import { PacketReader, PacketWriter } from '../../replication/index.ts'
import { decode } from '../../wire/index.ts'
import type { RefusalCode } from '../conversation.ts'
import { type ServerInformation, serverInformation } from '../information.ts'
import { CODE, refused, writeMessage } from './messages.ts'

/** What a server said to one who asks without a login. */
export interface InquirerListener {
  informed(information: ServerInformation): void
  /** An answer about client content, as the content room writes it. */
  contentCame(answer: Uint8Array): void
  refused(code: RefusalCode, reason: string): void
}

const ASK_ROOM = 256
const nothing = new Uint8Array(0)

/**
 * A client's half of the native dialect that never says hello: it asks what a server is, and for content [N40] [N43].
 */
export class NativeInquirer {
  readonly #listener: InquirerListener
  readonly #packet = new PacketWriter(ASK_ROOM)

  constructor(listener: InquirerListener) {
    this.#listener = listener
  }

  /** A packet that asks what the server is. It is good until the next is made. */
  query(): Uint8Array {
    return this.#message(CODE.query, nothing)
  }

  /** A packet that asks for content. @param ask  as the content room writes it */
  askContent(ask: Uint8Array): Uint8Array {
    return this.#message(CODE.askContent, ask)
  }

  /** @returns false for what makes no sense, or cannot be said to one who has not said hello */
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
