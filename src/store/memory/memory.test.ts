import { createMemoryStore } from '../index.ts'
import { storeSuite } from '../store.suite.ts'

storeSuite({ name: 'memory', open: async () => createMemoryStore() })
