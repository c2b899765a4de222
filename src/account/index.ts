/**
 * account: who you are. Names, passwords, throttles, tokens, roles, and the service that joins them over a store.
 * Not for what a character is in the world: that is the game's, and the store keeps it.
 *
 *     this door            rules and services: told the time, handed hashing and dice
 *     index.node.ts        Argon2id, HMAC, and key files
 */
export { Accounts, type AccountsOptions, type Login, type PasswordLogin, type Profile } from './accounts.ts'
export { type AccountAnswer, type RefusedAnswer, type RefusedCode, refusedAnswer } from './answer.ts'
export { banOf } from './ban.ts'
export { type Form, type FormName, type FormRead, readForm } from './form.ts'
export { accountMetrics } from './metrics.ts'
export { type NameRead, nameKey, readName } from './name/name.ts'
export { originRefusal } from './origin.ts'
export type { OwnerCode } from './owner-code.ts'
export type { Passwords } from './password/password.ts'
export { type Argon2Cost, type PasswordHash, readPhc, writePhc } from './password/phc.ts'
export type { Deed, RoleBearer } from './role.ts'
export { type CharacterProfile, Roster, type RosterOptions } from './roster.ts'
export { AccountRoutes, type AccountRoutesOptions, type PageAsker } from './routes.ts'
export { Steward, type StewardOptions } from './steward.ts'
export type { LoginThrottle } from './throttle/login-throttle.ts'
export type { Throttle } from './throttle/throttle.ts'
export type { KeyRing, RandomSecret } from './token/key-ring.ts'
export { type Hmac, SigningKey } from './token/signing-key.ts'
export { type LoginToken, readToken, type TokenFault, type TokenRead, writeToken } from './token/token.ts'
export type { WorldOutcome } from './world-outcome.ts'
