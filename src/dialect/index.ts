/**
 * dialect: translates bytes into what players say and do, and news of the world into bytes. The native dialect is
 * one; each foreign protocol is another. A dialect knows no sockets and no sessions.
 *
 *     native   packet --> NativeConversation ------------------> Said --> server --> bytes that all share --> packet
 *     foreign  bytes --> Framer --> Speaker --> Interpreter --> Said --> server --> ValueView --> Speaker --> bytes
 */
export type { Adapter, Figure } from './adapter.ts'
export type {
  Conversation,
  Flag,
  LeftOut,
  News,
  Notes,
  OwnNews,
  Refusal,
  RefusalCode,
  Resume,
  Resumed,
  Said,
  ServerPace,
  Welcome,
  Whereabouts,
} from './conversation.ts'
export { type Context, type Dialect, type DialectDatagrams, type Peer, type Risk, risks } from './dialect.ts'
export { defineDialect } from './foreign/define-dialect.ts'
export { Framer } from './foreign/framer.ts'
export { digits, lengths, lines } from './foreign/framing.ts'
export { type ForeignDialect, Interpreter } from './foreign/interpreter.ts'
export { OncePerTick } from './foreign/once-per-tick.ts'
export type {
  AccountRefusal,
  Framing,
  Joined,
  RefusedPlayer,
  Speaker,
  WorldGroup,
  WorldNews,
} from './foreign/speaker.ts'
export { ValueView } from './foreign/value-view.ts'
export { informationFromJson, reachable, type ServerInformation, serverInformation } from './information.ts'
export type { DialectLimits } from './limits.ts'
export { NAME_WANTED, properName } from './name.ts'
