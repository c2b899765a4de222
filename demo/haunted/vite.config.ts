import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

/** Bundles the haunted house's page, demo/haunted/web and its imports, into demo/haunted/build. */
const config: UserConfig = {
  root: fileURLToPath(new URL('./web', import.meta.url)),
  base: './',
  build: {
    outDir: fileURLToPath(new URL('./build', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1000,
  },
  // The engine's TypeScript, not what was built of it.
  resolve: { conditions: ['shardless-source', 'browser', 'module', 'import', 'default'] },
}

export default config
