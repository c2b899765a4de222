/**
 * dialect/haunted: the wire of Haunted Chronicles, for its own clients. `README.md` has its rules.
 *
 *     message --readRequest--> HauntedSpeaker --> join, intend, ask       state, once for each INPUT --> message
 */
export type { Block, HauntedAdapter, HauntedPicture, MatchState, Rgb, TeamNumber, Wish } from './adapter.ts'
export { hauntedDialect } from './haunted-dialect.ts'
