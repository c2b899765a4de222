import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const demo = import.meta.dirname
const root = join(demo, '..')
const stampFile = join(demo, 'build', '.stamp')

/** Everything the browser client is made of. */
const inputs = [
  ...['web', 'game', 'map', 'index.html', 'vite.config.ts', 'package.json'].map((part) => join(demo, part)),
  join(root, 'src'),
  join(root, 'package-lock.json'),
]

/**
 * Builds the browser client, unless it was built from just these inputs already.
 *
 * @returns whether it was built, and how long looking and building took
 */
export async function buildIfStale(): Promise<{ readonly built: boolean; readonly ms: number }> {
  const start = performance.now()
  const stamp = hashOf(inputs)
  if (stamp === oldStamp()) return { built: false, ms: performance.now() - start }
  const { build } = await import('vite')
  await build({ configFile: join(demo, 'vite.config.ts') })
  writeFileSync(stampFile, stamp)
  return { built: true, ms: performance.now() - start }
}

function oldStamp(): string | undefined {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return undefined
  }
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) addTo(hash, path)
  return hash.digest('hex')
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  const entries = listing(path)
  if (entries === undefined) hash.update(path).update(readFileSync(path))
  else for (const entry of entries) addTo(hash, join(path, entry))
}

function listing(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort()
  } catch {
    return undefined
  }
}
