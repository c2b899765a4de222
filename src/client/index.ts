/**
 * client: connects a player to the server. It keeps the connection, shows what is near a little in the past, and
 * sends the player's commands. `index.node.ts` and `index.web.ts` add `connect` for their platform.
 */

export { type Bot, type BotBirth, type BotDefinition, defineBot, type Mind, type Onlooker } from './bot.ts'
export { Client, type Status } from './client.ts'
export type { ClientStats } from './client-stats.ts'
export { type AccountClient, AccountRefused, type CharacterResult } from './session/accounts.ts'
export type { AccountEntry, LoginResult } from './session/credentials.ts'
export type { Surroundings } from './session/dialer.ts'
export type { ClientOptions } from './session/options.ts'
export { Refused } from './session/refused.ts'
export type { FetchPiece, MapInfo, MapSource } from './show/ground.ts'
export type { Findings, InspectedField, InspectedTopic, Inspection } from './show/inspection.ts'
export { MapKeeper } from './show/map-keeper.ts'
export type { Switches } from './show/scene.ts'
export type { Stutter, StutterCause, StutterMonitor } from './show/stutter-monitor.ts'
