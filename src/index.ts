/**
 * What a game module needs: records, entities, the game itself. Servers come from `shardless/server`, clients from
 * `shardless/client`.
 */
export * from './core/index.ts'
export * from './geometry/index.ts'
export * from './play/index.ts'
export * from './task/index.ts'
export * from './wire/index.ts'
export * from './world/index.ts'
