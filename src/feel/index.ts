/**
 * feel: hides the network's delay from a player: estimates the server's clock, shows others a little in the past,
 * and predicts the own character. Machines over what a replica has received; no links and no screens.
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
