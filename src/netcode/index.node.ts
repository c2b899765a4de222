/** The netcode room for Node: everything of the pure door, and libsodium as a native addon. */
export * from './index.ts'
export { nodeSodium } from './sodium.node.ts'
