import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { expectedPackages, readLock, whatDiffers } from './installed.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const here = { os: [process.platform], cpu: [process.arch] }
const elsewhere = { os: ['plan9'], cpu: [process.arch] }

/** A project of one library, whose node_modules fit its lock file; `change` then breaks something. */
function project(change: (folder: string) => void): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-installed-'))
  const packages = {
    '': { dependencies: { a: '1.0.0' } },
    demo: {},
    runtime: { optionalDependencies: { native: '2.0.0' } },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/native': { version: '2.0.0', integrity: 'sha512-n', optional: true, ...here },
    'node_modules/foreign': { version: '2.0.0', integrity: 'sha512-f', optional: true, ...elsewhere },
    'node_modules/demo': { link: true },
  }
  const { 'node_modules/foreign': _, '': __, ...installed } = packages
  write(folder, 'package.json', packages[''])
  write(folder, 'demo/package.json', packages.demo)
  write(folder, 'runtime/package.json', packages.runtime)
  write(folder, 'package-lock.json', { packages })
  write(folder, 'node_modules/.package-lock.json', { packages: installed })
  write(folder, 'node_modules/a/package.json', {})
  write(folder, 'node_modules/native/package.json', {})
  change(folder)
  const difference = whatDiffers(folder)
  rmSync(folder, { recursive: true })
  return difference
}

function write(folder: string, path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), JSON.stringify(content))
}

function edit(
  folder: string,
  path: string,
  change: (content: { packages: Record<string, object> }) => void,
): void {
  const content = JSON.parse(readFileSync(join(folder, path), 'utf8'))
  change(content)
  write(folder, path, content)
}

test('node_modules that fit the lock file differ in nothing', () => {
  assert.equal(
    project(() => {}),
    undefined,
  )
})

test('an installation that did not finish, lacks a package, has another or one too many differs', () => {
  const hidden = 'node_modules/.package-lock.json'
  assert.equal(
    project((folder) => rmSync(join(folder, hidden))),
    'node_modules holds no finished installation',
  )
  assert.equal(
    project((folder) => rmSync(join(folder, 'node_modules/a'), { recursive: true })),
    'node_modules/a is missing',
  )
  assert.equal(
    project((folder) =>
      edit(folder, hidden, ({ packages }) => {
        delete packages['node_modules/native']
      }),
    ),
    'node_modules/native is not the locked one',
  )
  assert.equal(
    project((folder) =>
      edit(folder, 'package-lock.json', ({ packages }) => {
        packages['node_modules/a'] = { version: '1.0.0', integrity: 'sha512-other' }
      }),
    ),
    'node_modules/a is not the locked one',
  )
  assert.equal(
    project((folder) =>
      edit(folder, hidden, ({ packages }) => {
        packages['node_modules/b'] = { version: '1.0.0' }
      }),
    ),
    'node_modules/b is not in package-lock.json',
  )
})

test('a package.json that asks for something else than the lock file differs', () => {
  assert.equal(
    project((folder) => write(folder, 'demo/package.json', { devDependencies: { b: '1.0.0' } })),
    `${join('demo', 'package.json')} and package-lock.json name different devDependencies`,
  )
})

test('the lock file pins each package by its integrity and names no host', () => {
  const lock = readLock(root)
  for (const [path, entry] of Object.entries(lock)) {
    if (!path.includes('node_modules/') || entry.link) continue
    assert.match(entry.integrity ?? '', /^sha512-/, path)
  }
  assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved": "[a-z]+:/)
})

test('the lock file holds one Node 24 for each platform, and this machine gets one of them', () => {
  const lock = readLock(root)
  const names = Object.keys(lock.runtime.optionalDependencies ?? {})
  const platforms = names.map(
    (name) => `${lock[`node_modules/${name}`].os} ${lock[`node_modules/${name}`].cpu}`,
  )
  assert.deepEqual(platforms.sort(), ['darwin arm64', 'darwin x64', 'linux arm64', 'linux x64', 'win32 x64'])
  for (const name of names) assert.match(lock[`node_modules/${name}`].version ?? '', /^24\./)
  assert.equal(
    expectedPackages(lock).filter((path) => names.includes(path.slice('node_modules/'.length))).length,
    1,
  )
})

test('npm is told of every package with an install script whether it may run', () => {
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const lock = readLock(root) as Record<string, { hasInstallScript?: boolean; os?: string[] }>
  const scripted = Object.keys(lock).filter(
    (path) => lock[path].hasInstallScript && lock[path].os === undefined,
  )
  assert.deepEqual(
    scripted.map((path) => path.slice('node_modules/'.length)),
    Object.keys(allowScripts),
  )
})
