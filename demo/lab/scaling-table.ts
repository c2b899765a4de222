/** What players cost in bytes a second with all headers; written by write-scaling.node.ts, which measures it. */

/** By players who all see each other: of a server, to all and from all; of a full mesh, in all and from each peer. */
export const fewPlayers = [
  { count: 2, serverDown: 1215, serverUp: 474, mesh: 4632, meshUpEach: 2316 },
  { count: 4, serverDown: 2875, serverUp: 949, mesh: 30633, meshUpEach: 7658 },
  { count: 6, serverDown: 4997, serverUp: 1392, mesh: 83693, meshUpEach: 13949 },
  { count: 8, serverDown: 7566, serverUp: 1853, mesh: 169498, meshUpEach: 21187 },
  { count: 10, serverDown: 10233, serverUp: 2405, mesh: 293738, meshUpEach: 29374 },
  { count: 12, serverDown: 13633, serverUp: 2853, mesh: 462099, meshUpEach: 38508 },
] as const

/**
 * By players of one world: to each where all have land of their own, on all lines between gateways and regions then,
 * and to each where all are in one place.
 */
export const manyPlayers = [
  { count: 2, land: 501, between: 3349, onePlace: 502 },
  { count: 12, land: 822, between: 10959, onePlace: 856 },
  { count: 50, land: 1137, between: 39878, onePlace: 1462 },
  { count: 100, land: 1222, between: 78053, onePlace: 2032 },
  { count: 200, land: 1372, between: 156086, onePlace: 3067 },
  { count: 500, land: 1388, between: 417779, onePlace: 5637 },
  { count: 1000, land: 1398, between: 921295, onePlace: 9912 },
] as const
