/** The netcode room for Node: everything of the pure door, and libsodium as a native addon. */

export { loadNodeSodium, nodeSodium } from './cipher/sodium.node.ts'
export * from './index.ts'
