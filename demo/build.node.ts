import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { withLock } from '../scripts/lock.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'demo/build')
const stampFile = join(target, 'stamp.txt')
/** The inputs of the bundle, without documents and tests. */
const inputs = [
  'demo/web',
  'demo/game',
  'demo/lab',
  'demo/map/town.tmj',
  'demo/vite.config.ts',
  'src',
  'package-lock.json',
]

/**
 * Bundles the browser client into demo/build, unless the existing bundle was built from the same files. When
 * several processes ask at once, one builds and the others wait for it.
 *
 * @returns whether it was built, and how long the build or the check took
 */
export async function buildIfStale(): Promise<{ built: boolean; ms: number }> {
  const start = performance.now()
  const stamp = stampOf(inputs)
  const built =
    !isFresh(stamp) &&
    (await withLock(
      join(root, 'build/demo.lock'),
      () => buildUnlessDone(stamp),
      () => {},
    ))
  return { built, ms: performance.now() - start }
}

function isFresh(stamp: string): boolean {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
}

/** @returns false when someone else built the same while we waited */
async function buildUnlessDone(stamp: string): Promise<boolean> {
  if (isFresh(stamp)) return false
  // Loaded here because a fresh build needs none of it.
  const { build } = await import('vite')
  // Made aside and put in place when it is whole.
  const aside = join(root, 'build/demo')
  await build({ configFile: join(root, 'demo/vite.config.ts'), logLevel: 'warn', build: { outDir: aside } })
  for (const file of readdirSync(aside, { recursive: true, encoding: 'utf8' })) compress(join(aside, file))
  writeFileSync(join(aside, 'stamp.txt'), stamp)
  rmSync(target, { recursive: true, force: true })
  renameSync(aside, target)
  return true
}

/** Writes a compressed copy beside every file that shrinks by it; servers send it to browsers that accept it. */
function compress(file: string): void {
  if (/\.(html|js|css|svg|tmj)$/.test(file))
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
}

/** Returns one hash over the names and contents of all these files and folders. */
function stampOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  const add = (path: string): void => {
    const file = join(root, path)
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) add(`${path}/${name}`)
    } else if (!/\.(test|suite)\.ts$/.test(path)) hash.update(`${path}\n`).update(readFileSync(file))
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}
