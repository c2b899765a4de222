/**
 * feel: what a player's client does against the network's delay: the server's clock as it is known here, others
 * shown a little in the past, the own character ahead. Machines over what a replica has heard; no links and no
 * screens.
 *
 *     Replica --> TickClock, Playback --> where others are shown
 *     commands --> Lead, Prediction, PredictedSpawns --> where the own character is shown
 */
export { TickClock } from './clock.ts'
export { Lead } from './lead.ts'
export { Playback } from './playback.ts'
export { PredictedSpawns, type SpawnListener } from './predicted-spawns.ts'
export { type Correction, Prediction } from './prediction.ts'
export type { Truth } from './truth.ts'
