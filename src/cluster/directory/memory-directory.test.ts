import { type Instant, instant } from '../../core/index.ts'
import { directorySuite } from './directory.suite.ts'
import { MemoryDirectory } from './memory-directory.ts'

directorySuite({
  name: 'memory',
  async stage() {
    let now = 0
    const directory = new MemoryDirectory((): Instant => instant(now))
    return {
      open: async () => directory,
      async pass(ms) {
        now += ms
      },
      async until(isSo) {
        for (let tries = 0; !(await isSo()); tries++) if (tries === 100) throw new Error(`not so: ${isSo}`)
      },
      async close() {},
    }
  },
})
