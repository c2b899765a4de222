/** Ways between two processes that the bus is measured over, for the bench and the process it starts. */

import { type Bus, BusNetwork, openNatsBus, openTcpBus } from '../../src/cluster/index.node.ts'
import { instant } from '../../src/core/index.ts'

export type WayName = 'memory' | 'TCP' | 'NATS'

export interface Place {
  readonly way: WayName
  /** The broker's address, where there is one. */
  readonly url: string
}

/** Opens one end: a bus over sockets. */
export async function openEnd(
  { way, url }: Place,
  me: string,
): Promise<{ bus: Bus; close(): Promise<void> }> {
  if (way === 'NATS') return openNatsBus({ url, world: 'bench', me })
  return openTcpBus({ world: 'bench', me, secret: 'a secret of this bench', host: '127.0.0.1', port: 0 })
}

/** Opens both ends in this process; `kick` turns their time. */
export function openMemory(): { author: Bus; follower: Bus; kick(): void; close(): void } {
  const network = new BusNetwork()
  const [author, follower] = [network.join('author'), network.join('follower')]
  const kick = (): void => {
    const now = instant(performance.now())
    for (let turns = 0; turns < 10 && network.deliver(now); turns++);
  }
  const timer = setInterval(kick, 5)
  return { author, follower, kick, close: () => clearInterval(timer) }
}

/** The moment, in ms, by a clock that all processes of this machine share. */
export function moment(): number {
  return performance.timeOrigin + performance.now()
}

/** Follows topics 0 to n - 1 and notes when each message came, by the moment that it carries. */
export class Listener {
  readonly lateness: number[] = []
  heard = 0
  bytes = 0
  begun = 0
  broken = 0
  readonly #bus: Bus

  constructor(bus: Bus) {
    this.#bus = bus
    bus.answer('echo', (question, _from, reply) => reply(question))
    bus.accept((link) =>
      link.open({
        receive: (packet) => {
          this.bytes += packet.length
        },
        closed: () => {},
      }),
    )
  }

  follow(count: number): void {
    for (let topic = 0; topic < count; topic++)
      this.#bus.follow('author', `cell.${topic}`, {
        begun: () => void this.begun++,
        broken: () => void this.broken++,
        receive: (bytes) => {
          this.heard++
          const sent = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0)
          if (this.lateness.length < 200_000) this.lateness.push(moment() - sent)
        },
      })
  }
}
