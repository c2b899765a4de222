/** account on Node: Argon2id, HMAC, and key files. */
export * from './index.ts'
export { type AccountDesk, type OpenAccountsOptions, openAccounts } from './open.node.ts'
export { createPasswords, DEFAULT_COST, type PasswordOptions } from './password/password.node.ts'
export { hmacSha256, randomSecret } from './token/secret.node.ts'
