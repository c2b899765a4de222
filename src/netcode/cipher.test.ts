import { testCipher } from './cipher.suite.ts'
import { nodeSodium } from './sodium.node.ts'
import { loadSodium } from './sodium.ts'

testCipher('sodium-native', () => nodeSodium)
testCipher('libsodium-wrappers', loadSodium)
