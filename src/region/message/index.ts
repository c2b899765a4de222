/**
 * region/message: defines the messages between a gateway and a region, and nothing else: values without methods of
 * the world.
 *
 *     gateway --Up: enter, speak, commands, ask, ... leave--> region
 *     gateway <--Down: opened, entered, tick, reply, ... gone-- region
 *
 * In one process the values are handed over; over a link they travel as the records of `codec.ts`.
 */
export {
  HOLDS_MAX,
  type Luggage,
  MessageCodec,
  type PlayerRow,
  type ReadDown,
} from './codec.ts'
export { type Handoff, Holders, STAND_TICKS } from './holders.ts'
export type { RegionLink, RegionListener } from './link.ts'
export type {
  AccountFacts,
  Answered,
  CharacterFacts,
  Commands,
  Down,
  EffectName,
  EndingCode,
  EventAudience,
  EventNews,
  Fate,
  HeldEntity,
  HeldItem,
  StoodEntity,
  TickNews,
  TickTimes,
  Up,
  WorldFacts,
} from './message.ts'
export { type BytePipe, MessageStream } from './message-stream.ts'
export { holderMetrics } from './metrics.ts'
export { type OwnState, PlayerNews, type Unfollowed } from './player-news.ts'
