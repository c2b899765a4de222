import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNpm } from '../../scripts/npm.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where an export leads: a file, or a choice of them by condition. */
export type Target = string | { readonly [condition: string]: Target }

export interface Manifest {
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, Target>>
  readonly dependencies: Readonly<Record<string, string>>
}

export interface Consumer {
  /** A project that has the package installed, and nothing else of this one. */
  readonly folder: string
  /** The package in it. */
  readonly installed: string
  readonly manifest: Manifest
}

/**
 * Packs the package as it would be published and installs it into a new project in the system's temporary folder.
 *
 * Its declared dependencies are linked from here: no registry is asked, and one that is used without being declared
 * is not found. So are the types that a consumer in TypeScript brings himself.
 */
export function installPacked(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-consumer-'))
  const npm = findNpm()
  const pack = spawnSync(npm.file, [...npm.args, 'pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  })
  if (pack.status !== 0) throw new Error(`npm pack failed:\n${pack.stdout}${pack.stderr}`)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack made no tarball.')

  const installed = join(folder, 'node_modules', 'shardless')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1'])
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link, 'junction')
  }
  cpSync(fileURLToPath(new URL('./consumer/', import.meta.url)), folder, { recursive: true })
  return { folder, installed, manifest }
}

/** The name by which a consumer imports an export: "./wire" is "shardless/wire". */
export const importName = (subpath: string): string => `shardless${subpath.slice(1)}`

/** Every file that an export may lead to, by the conditions on the way: ["node types", "./dist/..."]. */
export function targetsOf(
  target: Target,
  conditions: readonly string[] = [],
): [conditions: string, file: string][] {
  if (typeof target === 'string') return [[conditions.join(' '), target]]
  return Object.entries(target).flatMap(([condition, inner]) => targetsOf(inner, [...conditions, condition]))
}
