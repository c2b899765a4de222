import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { OutsideError } from '../core/index.ts'
import { checkSource, importsOf } from '../lab/index.ts'
import type { Settings } from './options.ts'

/** Matches the files that are read; a stylesheet that a module imports is not. */
const PROGRAM = /\.[cm]?[jt]sx?$/
/** What an import leaves out, or writes in place of the source's own ending. */
const ENDINGS = ['', '.ts', '.js', '/index.ts', '/index.js']

/**
 * `shardless check FILE...`: finds what in these files, and in those of the same project that they import, may come
 * out differently on another engine, machine or run. The exit code is 1 when there is something.
 *
 * @throws OutsideError when there is no such file
 */
export async function runCheck(_settings: Settings, ...files: string[]): Promise<void> {
  const paths = new Set(files.map((file) => resolve(file)))
  let found = 0
  // A set that grows while it is gone through: files that are imported come after those that import them.
  for (const path of paths) {
    const text = read(path)
    for (const { line, sentence } of checkSource(text)) {
      console.log(`${relative('', path)}:${line}: ${sentence}`)
      found++
    }
    for (const specifier of importsOf(text)) {
      const imported = fileOf(dirname(path), specifier)
      if (imported !== undefined) paths.add(imported)
    }
  }
  const count = paths.size === 1 ? '1 file' : `${paths.size} files`
  console.log(
    found === 0 ? `${count}, and nothing differs from one engine to another.` : `${count}, ${found} to mend.`,
  )
  if (found > 0) process.exitCode = 1
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new OutsideError(`${relative('', path)} cannot be read: ${(error as Error).message}.`)
  }
}

/** @returns the file an import means; undefined when it is no program of the project */
function fileOf(folder: string, specifier: string): string | undefined {
  const path = join(folder, specifier)
  const candidates = [...ENDINGS.map((ending) => path + ending), path.replace(/\.js$/, '.ts')]
  return candidates.find((one) => PROGRAM.test(one) && existsSync(one))
}
