import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { withLock } from '../scripts/lock.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A browser client of the demo: where its parts are, as paths from the project's folder. */
export interface Bundle {
  /** What vite makes it by. */
  readonly config: string
  /** The folder that it is put into. */
  readonly target: string
  /** What it is made of, without documents and tests. */
  readonly inputs: readonly string[]
}

export const townBundle: Bundle = {
  config: 'demo/vite.config.ts',
  target: 'demo/build',
  inputs: [
    'demo/web',
    'demo/game',
    'demo/lab',
    'demo/map/town.tmj',
    'demo/vite.config.ts',
    'src',
    'package-lock.json',
  ],
}

export const hauntedBundle: Bundle = {
  config: 'demo/haunted/vite.config.ts',
  target: 'demo/haunted/build',
  inputs: [
    'demo/haunted/web',
    'demo/haunted/game',
    'demo/haunted/vite.config.ts',
    'src',
    'package-lock.json',
  ],
}

/**
 * Bundles a browser client, unless the existing bundle was built from the same files. When several processes ask at
 * once, one builds and the others wait for it.
 *
 * @returns whether it was built, and how long the build or the check took
 */
export async function buildIfStale(bundle: Bundle = townBundle): Promise<{ built: boolean; ms: number }> {
  const start = performance.now()
  const stamp = stampOf(bundle.inputs)
  const built =
    !isFresh(bundle, stamp) &&
    (await withLock(
      join(root, 'build/demo.lock'),
      () => buildUnlessDone(bundle, stamp),
      () => {},
    ))
  return { built, ms: performance.now() - start }
}

function isFresh({ target }: Bundle, stamp: string): boolean {
  const file = join(root, target, 'stamp.txt')
  return existsSync(file) && readFileSync(file, 'utf8') === stamp
}

/** @returns false when someone else built the same while we waited */
async function buildUnlessDone(bundle: Bundle, stamp: string): Promise<boolean> {
  if (isFresh(bundle, stamp)) return false
  // Loaded here because a fresh build needs none of it.
  const { build } = await import('vite')
  // Made aside and put in place when it is whole.
  const aside = join(root, 'build', bundle.target.replaceAll('/', '-'))
  await build({ configFile: join(root, bundle.config), logLevel: 'warn', build: { outDir: aside } })
  for (const file of readdirSync(aside, { recursive: true, encoding: 'utf8' })) compress(join(aside, file))
  writeFileSync(join(aside, 'stamp.txt'), stamp)
  const target = join(root, bundle.target)
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
