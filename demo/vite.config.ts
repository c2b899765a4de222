import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

const page = (path: string): string => fileURLToPath(new URL(`./web/${path}`, import.meta.url))

/** Bundles the browser's half of the demo, demo/web and its imports, into demo/build: the town, and the laboratory. */
const config: UserConfig = {
  root: fileURLToPath(new URL('./web', import.meta.url)),
  base: './',
  build: {
    outDir: fileURLToPath(new URL('./build', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The map is a file of its own, fetched while the code is still being read.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: { input: { town: page('index.html'), laboratory: page('lab/index.html') } },
  },
  // The engine's TypeScript, not what was built of it.
  resolve: { conditions: ['shardless-source', 'browser', 'module', 'import', 'default'] },
}

export default config
