/**
 * client: a player's end of the world. It keeps the connection, shows what is near a little in the past, and sends what
 * the player wants. `index.node.ts` and `index.web.ts` add `connect` for their platform.
 */
export { AccountClient, AccountRefused, type CharacterResult } from './accounts.ts'
export { type Bot, type BotDefinition, defineBot, type Mind } from './bot.ts'
export {
  Client,
  type ClientOptions,
  type Status,
} from './client.ts'
export type { ClientStats } from './client-stats.ts'
export { drive, type Timers } from './driver.ts'
export type { FetchPiece, MapInfo, MapSource } from './ground.ts'
export { Inquiry, informationFrom } from './inquiry.ts'
export { type Findings, type InspectedField, type InspectedTopic, Inspection } from './inspection.ts'
export type { Surroundings } from './line.ts'
export { MapKeeper } from './map-keeper.ts'
export type { Entrance, LoginResult } from './passport.ts'
export { Refused } from './refused.ts'
export type { Switches } from './scene.ts'
export { SealedClient, type SealedClientOptions } from './sealed.ts'
export type { Cause, Stutter, Verdict } from './verdict.ts'
