import { readdirSync, readFileSync } from 'node:fs'
import { type Instant, instant, Random } from '../src/core/index.ts'
import {
  type Address,
  addressOf,
  type Cipher,
  type ClientOutput,
  createConnectToken,
  NetcodeClient,
  NetcodeServer,
  nodeSodium,
  type ServerOutput,
} from '../src/netcode/index.node.ts'

/** Reads the corpus of a target: one input a file, in hexadecimal. */
export function corpus(name: string): Uint8Array[] {
  const folder = new URL(`./corpus/${name}/`, import.meta.url)
  const files = readdirSync(folder).sort()
  return files.map((file) =>
    Uint8Array.from(Buffer.from(readFileSync(new URL(file, folder), 'utf8').trim(), 'hex')),
  )
}

export const protocolId = 0x1122334455667788n
export const privateKey = new Uint8Array(32).fill(0x5a)
export const home = addressOf('10.0.0.1', 40_000)!
export const away = addressOf('2001:db8::7', 50_000)!
export const slots = 2

/** Makes libsodium with dice that fall alike for every input. */
function steadyCipher(seed: number): Cipher {
  const dice = new Random(seed)
  return {
    ...nodeSodium,
    randomBytes: (length) => Uint8Array.from({ length }, () => dice.integer(0, 255)),
  }
}

/** One server and one client at second 1000, and the token the client has. */
export class Stage {
  now: Instant = instant(0)
  told: Exclude<ClientOutput | ServerOutput, { do: 'send' }>[] = []
  readonly cipher: Cipher
  readonly server: NetcodeServer
  readonly client: NetcodeClient
  readonly token: Uint8Array

  /** @param seed  of all keys but the private one; the packets of the corpora were made with 1 */
  constructor(seed = 1) {
    const cipher = steadyCipher(seed)
    this.cipher = cipher
    this.server = new NetcodeServer({
      ...{ cipher, protocolId, privateKey, addresses: [home], maxClients: slots },
      ...{ unixSeconds: 1000, now: instant(0), outputsMax: 64, pendingMax: 8 },
    })
    this.client = new NetcodeClient({ cipher, outputsMax: 64 })
    this.token = this.issue(1n)
  }

  issue(clientId: bigint, servers: readonly Address[] = [home]): Uint8Array {
    return createConnectToken({
      ...{ cipher: this.cipher, protocolId, privateKey, clientId, servers },
      ...{ createdAtSeconds: 1000 + Math.floor(this.now / 1000), lifeSeconds: 60, timeoutSeconds: 5 },
    })
  }

  /** Polls one side dry. @returns the packets it sends */
  packetsOf(side: NetcodeClient | NetcodeServer): Uint8Array[] {
    const packets: Uint8Array[] = []
    for (let out: ClientOutput | ServerOutput | undefined; (out = side.poll(this.now)); ) {
      if (out.do === 'send') packets.push(out.packet)
      else this.told.push(out)
    }
    return packets
  }

  /** Lets all packets between the two arrive, as many times as asked. */
  exchange(times: number): void {
    for (let i = 0; i < times; i++) {
      for (const packet of this.packetsOf(this.client)) this.server.receive(packet, away, this.now)
      for (const packet of this.packetsOf(this.server)) this.client.receive(packet, home, this.now)
    }
  }

  /** Takes everything reported since the last call. */
  takeTold(): Stage['told'] {
    const told = this.told
    this.told = []
    return told
  }
}
