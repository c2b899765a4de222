/** How programs of a game are connected: all to one server, or each to each. */
export type Topology = 'client-server' | 'full-mesh'

/** A connection between two programs; the server is -1, players count from 0. */
export interface Edge {
  readonly from: number
  readonly to: number
}

export const SERVER_NODE = -1
/** The least and most players of the two pictures beside each other. */
export const SCALING_LEAST = 2
export const SCALING_MOST = 12
/** How often every connection carries a packet, and how long that is on its way, in ms. */
export const BURST_EVERY_MS = 1500
export const BURST_LASTS_MS = 1000

/**
 * Lists the connections of a topology: N between N clients and a server, N(N-1)/2 of a full mesh.
 *
 * @param count  players; not the server
 */
export function edgesOf(topology: Topology, count: number): Edge[] {
  const edges: Edge[] = []
  for (let from = 0; from < count; from++) {
    if (topology === 'client-server') edges.push({ from, to: SERVER_NODE })
    else for (let to = from + 1; to < count; to++) edges.push({ from, to })
  }
  return edges
}

/** Returns how many connections a full mesh has for each of client and server: (N - 1) / 2. */
export function meshRatio(count: number): number {
  return edgesOf('full-mesh', count).length / edgesOf('client-server', count).length
}

/** A packet in flight: the number of its edge, and how far it has come, 0 .. 1. */
export interface InFlight {
  readonly edge: number
  readonly progress: number
}

/**
 * Sends a packet over every connection at once, again and again, and knows how far each has come. A machine: it is
 * told the time.
 */
export class Bursts {
  readonly edges: readonly Edge[]
  readonly #startedAt: number

  /** @param startedAt  ms, when the first burst sets out */
  constructor(edges: readonly Edge[], startedAt: number) {
    this.edges = edges
    this.#startedAt = startedAt
  }

  /** Returns the packets that are on their way at `now`. */
  inFlight(now: number): InFlight[] {
    const age = now - this.#startedAt
    if (age < 0) return []
    const progress = (age % BURST_EVERY_MS) / BURST_LASTS_MS
    return progress < 1 ? this.edges.map((_, edge) => ({ edge, progress })) : []
  }
}

/** What a world of regions and gateways needs for so many players. */
export interface ClusterScale {
  readonly gateways: number
  readonly regions: number
  /** Connections of players, and those between the processes. */
  readonly playerEdges: number
  readonly processEdges: number
  /** Those of them between regions: neighbours of a square grid. */
  readonly neighbours: readonly Edge[]
}

/**
 * Counts the connections of a cluster: each player has one, each gateway one to every region, each region one to each
 * neighbour of a square grid.
 *
 * @param perGateway  players that one gateway carries; `perRegion`: players that one region simulates
 */
export function clusterScale(
  players: number,
  { perGateway, perRegion }: { readonly perGateway: number; readonly perRegion: number },
): ClusterScale {
  const gateways = Math.max(1, Math.ceil(players / perGateway))
  const regions = Math.max(1, Math.ceil(players / perRegion))
  const side = Math.ceil(Math.sqrt(regions))
  const neighbours: Edge[] = []
  for (let region = 0; region < regions; region++) {
    const column = region % side
    if (column + 1 < side && region + 1 < regions) neighbours.push({ from: region, to: region + 1 })
    if (region + side < regions) neighbours.push({ from: region, to: region + side })
  }
  const processEdges = gateways * regions + neighbours.length
  return { gateways, regions, playerEdges: players, processEdges, neighbours }
}
