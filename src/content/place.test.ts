import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ContentFolder } from './folder.node.ts'
import { manifestBytes } from './manifest.ts'
import { installed, place, Staging } from './place.node.ts'

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'content-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function write(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const first = { 'readme.txt': 'one', 'map/town/3-4.json': '{}', 'same.bin': 'same', empty: '' }
const second = {
  'readme.txt': 'two',
  'map/town/3-4.json': '{"new":1}',
  'map/sea.json': '[]',
  'same.bin': 'same',
}

/** Makes a server's folder with these files, and a client's staging with all of them. */
async function staged(source: string, client: string, files: Record<string, string>) {
  write(source, files)
  const content = await ContentFolder.open(source)
  const staging = await Staging.open(client)
  for (const { path, sha256 } of content.manifest.files)
    await staging.keep(sha256, 0, readFileSync(join(source, path)))
  return { manifest: content.manifest, staging }
}

async function filesIn(client: string): Promise<Record<string, string>> {
  const now = await installed(client)
  if (!now) return {}
  const { manifest } = await ContentFolder.open(now.folder)
  assert.equal(manifest.version, now.version, 'what is installed is what its version says')
  return Object.fromEntries(
    manifest.files.map(({ path }) => [path, readFileSync(join(now.folder, path), 'utf8')]),
  )
}

test('[U13] content is put in place whole, and an upgrade takes what stayed the same from the old', async (t) => {
  const folder = scratch(t)
  const client = join(folder, 'client')
  const one = await staged(join(folder, 'one'), client, first)
  assert.equal(await installed(client), undefined)
  await place({ folder: client, ...one })
  assert.deepEqual(await filesIn(client), first)
  const two = await staged(join(folder, 'two'), client, second)
  const same = two.manifest.files.find(({ path }) => path === 'same.bin')
  await two.staging.discard(same!.sha256)
  await place({ folder: client, ...two })
  assert.deepEqual(await filesIn(client), second)
  const kept = [one.manifest.version, two.manifest.version]
  const names = [...kept, ...kept.map((version) => `${version}.json`), 'current'].sort()
  assert.deepEqual(readdirSync(client).sort(), names, 'the version before stays, nothing else')
  const three = await staged(join(folder, 'three'), client, { x: 'x' })
  await place({ folder: client, ...three })
  assert.equal(readdirSync(client).includes(one.manifest.version), false)
})

test('[U13] a file that is missing, torn or another leaves everything as it was', async (t) => {
  const folder = scratch(t)
  const client = join(folder, 'client')
  await place({ folder: client, ...(await staged(join(folder, 'one'), client, first)) })
  const { manifest, staging } = await staged(join(folder, 'two'), client, second)
  const { sha256 } = manifest.files.find(({ path }) => path === 'map/sea.json')!
  for (const spoil of [
    () => staging.discard(sha256),
    () => staging.keep(sha256, 0, new Uint8Array([1])),
    () => staging.keep(sha256, 0, new TextEncoder().encode('[0')),
    () => staging.keep(sha256, 0, new TextEncoder().encode('[] ')),
  ]) {
    await spoil()
    await assert.rejects(
      place({ folder: client, manifest, staging }),
      /map\/sea\.json is missing or is not what/,
    )
    assert.deepEqual(await filesIn(client), first)
    await staging.discard(sha256)
  }
  await staging.keep(sha256, 0, new TextEncoder().encode('[]'))
  await place({ folder: client, manifest, staging })
  assert.deepEqual(await filesIn(client), second)
})

test('[U13] a process that is killed before any step leaves the old content or the new, and placing again ends well', async (t) => {
  const folder = scratch(t)
  const client = join(folder, 'client')
  const killed = fileURLToPath(new URL('./place-killed.suite.ts', import.meta.url))
  const seen = new Set<string>()
  for (let steps = 0, code: number | null = null; code !== 0; steps++) {
    rmSync(client, { recursive: true, force: true })
    await place({ folder: client, ...(await staged(join(folder, 'one'), client, first)) })
    const { manifest, staging } = await staged(join(folder, 'two'), client, second)
    const manifestFile = join(folder, 'manifest.json')
    writeFileSync(manifestFile, manifestBytes(manifest))
    const child = spawnSync(process.execPath, [
      '-C',
      'shardless-source',
      killed,
      client,
      manifestFile,
      `${steps}`,
    ])
    code = child.status
    assert.ok(code === 0 || child.signal === 'SIGKILL', String(child.stderr))
    const now = await filesIn(client)
    const which = now['readme.txt']
    assert.deepEqual(now, which === 'one' ? first : second, `killed before step ${steps}`)
    seen.add(which)
    if (which === 'one') await place({ folder: client, manifest, staging })
    assert.deepEqual(await filesIn(client), second)
  }
  assert.deepEqual([...seen], ['one', 'two'])
})

test('[U5] a folder is its plain files; links, and names that cannot be everywhere, are refused', async (t) => {
  const folder = scratch(t)
  write(folder, { 'a.txt': 'a', '.hidden': 'x', '.git/config': 'x', 'b/c.txt': 'c' })
  const paths = async () => (await ContentFolder.open(folder)).manifest.files.map(({ path }) => path)
  assert.deepEqual(await paths(), ['a.txt', 'b/c.txt'])
  symlinkSync('/etc/passwd', join(folder, 'link'))
  await assert.rejects(paths(), /The path "link" in .* is no plain file\./)
  rmSync(join(folder, 'link'))
  symlinkSync('b', join(folder, 'linked'))
  await assert.rejects(paths(), /"linked" in .* is no plain file/)
  rmSync(join(folder, 'linked'))
  write(folder, { 'A.TXT': 'a' })
  await assert.rejects(paths(), /are one file on some systems/)
  rmSync(join(folder, 'A.TXT'))
  write(folder, { 'a:b': 'a' })
  await assert.rejects(paths(), /"a:b" in .* has one of/)
  await assert.rejects(ContentFolder.open(join(folder, 'none')), /cannot be read: ENOENT/)
})

test('[U5] a folder is looked at again, and only what changed is read', async (t) => {
  const folder = scratch(t)
  write(folder, { 'a.txt': 'a', 'b.txt': 'b' })
  const content = await ContentFolder.open(folder)
  const { version, files } = content.manifest
  await content.refresh()
  assert.equal(content.manifest.version, version)
  write(folder, { 'b.txt': 'B' })
  assert.equal(await content.isUnchanged('a.txt'), true)
  assert.equal(await content.isUnchanged('b.txt'), false)
  await content.refresh()
  assert.notEqual(content.manifest.version, version)
  assert.equal(content.find(files[1].sha256), undefined)
  assert.equal(content.sizeOf(files[0].sha256), 1)
  assert.equal(content.find(content.manifest.version)?.is, 'manifest')
})
