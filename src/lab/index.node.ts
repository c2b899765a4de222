/** lab on Node: weather for real links. */
export { createAir } from './air.node.ts'
export * from './index.ts'
