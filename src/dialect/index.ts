/**
 * dialect: bytes to what players say and do, and what the world tells to bytes. The native dialect is one; each foreign
 * protocol is another. A dialect knows no sockets and no sessions.
 */
export {
  type Conversation,
  type Flag,
  flags,
  type News,
  type Notes,
  type OwnNews,
  type Refusal,
  type RefusalCode,
  type Resume,
  type Resumed,
  refusalCodes,
  resumptions,
  type Said,
  type ServerPace,
  type Welcome,
  type Whereabouts,
} from './dialect.ts'
export { informationFromJson, reachable, type ServerInformation, serverInformation } from './information.ts'
