import type { Instant, Random } from '../core/index.ts'
import { RemoteRegion } from '../gateway/index.ts'
import { type Region, RemoteGateway } from '../region/index.ts'
import type { RegionLink } from '../region/message/index.ts'
import type { MemoryNetwork } from '../transport/index.ts'
import type { AnyGame } from '../world/index.ts'
import { parseWeather, Weather } from './weather.ts'

/** Bytes that may be on the way between the halves of a server before the slower is given up. */
const BUFFER_BYTES_MAX = 64 * 1024 * 1024

export interface HalvesOptions {
  readonly network: MemoryNetwork
  readonly game: AnyGame
  /** The weather each way, as text. */
  readonly between: string
  readonly random: Random
  readonly now: () => Instant
}

/** Joins the halves of a server by a reliable link through weather: what passes between them travels as records. */
export function joinHalves({
  network,
  game,
  between,
  random,
  now,
}: HalvesOptions): (region: Region) => RegionLink {
  const figures = parseWeather(between)
  const [up, down] = [new Weather(figures, random.fork()), new Weather(figures, random.fork())]
  return (region) => {
    const { client, server } = network.pair({
      bufferBytesMax: BUFFER_BYTES_MAX,
      toServer: (length, at) => up.path(length, at),
      toClient: (length, at) => down.path(length, at),
    })
    const gateway = new RemoteGateway(region, game, server)
    const link = new RemoteRegion(game, client)
    server.open({ receive: (packet) => gateway.take(packet, now()), closed: () => gateway.close() })
    client.open({ receive: (packet) => link.take(packet), closed() {} })
    return link
  }
}
