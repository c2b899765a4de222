/**
 * dialect/pymmorpg: requests as pickles over TCP, as PYMMORPG's plan for Python games has them. Its grammar and rules:
 * README.md beside this file.
 */
export type { PymmorpgAdapter } from './adapter.ts'
export { type PymmorpgOptions, pymmorpgDialect } from './pymmorpg-dialect.ts'
