/**
 * dialect: bytes to what players say and do, and what the world tells to bytes. The native dialect is one; each foreign
 * protocol is another. A dialect knows no sockets and no sessions.
 */
export {
  type Conversation,
  type News,
  type Refusal,
  type RefusalCode,
  refusalCodes,
  type Said,
  type Welcome,
} from './dialect.ts'
