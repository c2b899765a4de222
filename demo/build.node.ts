import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = join(root, 'demo/build')
const stampFile = join(target, 'stamp.txt')
/** Everything the bundle is made of. Documents and tests are not. */
const inputs = [
  'demo/web',
  'demo/game',
  'demo/map/town.tmj',
  'demo/vite.config.ts',
  'src',
  'package-lock.json',
]

/**
 * Bundles the browser client into demo/build, unless what is there was made of the same files.
 *
 * @returns whether it was built, and how long that or finding out took
 */
export async function buildIfStale(): Promise<{ built: boolean; ms: number }> {
  const start = performance.now()
  const stamp = stampOf(inputs)
  const isFresh = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
  if (!isFresh) {
    // Loaded here because a fresh build needs none of it.
    const { build } = await import('vite')
    // Made aside and put in place when it is whole: a server that runs keeps its pages until then.
    mkdirSync(join(root, 'build'), { recursive: true })
    const aside = mkdtempSync(join(root, 'build/demo-'))
    await build({ configFile: join(root, 'demo/vite.config.ts'), logLevel: 'warn', build: { outDir: aside } })
    writeFileSync(join(aside, 'stamp.txt'), stamp)
    rmSync(target, { recursive: true, force: true })
    renameSync(aside, target)
  }
  return { built: !isFresh, ms: performance.now() - start }
}

/** One hash over the names and contents of all these files and folders. */
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
