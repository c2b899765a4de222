import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { contentLimits, createManifest, manifestBytes, missing, readManifest } from './manifest.ts'
import { sha256 } from './sha256.node.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
const file = (path: string, text = path) => ({ path, size: text.length, sha256: digest(text) })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const refusal = (text: string | Uint8Array): string => {
  const read = readManifest(typeof text === 'string' ? bytes(text) : text, sha256)
  return read.is === 'refused' ? read.reason : 'taken'
}

test('[U1] the version is the SHA-256 of the canonical bytes, whatever the order the files came in', () => {
  const one = createManifest([file('b'), file('a'), file('map/town/3-4.json')], sha256)
  const other = createManifest([file('map/town/3-4.json'), file('a'), file('b')], sha256)
  assert.deepEqual(one, other)
  assert.equal(one.version, createHash('sha256').update(manifestBytes(one)).digest('hex'))
  assert.deepEqual(readManifest(manifestBytes(one), sha256), { is: 'manifest', manifest: one })
  assert.equal(
    new TextDecoder().decode(manifestBytes(createManifest([file('a', '')], sha256))),
    `{"format":1,"files":[{"path":"a","size":0,"sha256":"${digest('')}"}]}`,
  )
})

test('[U1] bytes that say the same in another way are no manifest, so no two versions are one', () => {
  const { files } = createManifest([file('a'), file('b')], sha256)
  const text = JSON.stringify({ format: 1, files })
  assert.equal(refusal(text), 'taken')
  for (const other of [
    ` ${text}`,
    `${text}\n`,
    `\ufeff${text}`,
    JSON.stringify({ files, format: 1 }),
    JSON.stringify({ format: 1, files, more: 0 }),
    JSON.stringify({ format: 1, files: files.map(({ path, ...rest }) => ({ ...rest, path })) }),
    text.replace('"a"', '"\\u0061"'),
    text.replace(':1,"sha', ':1.0,"sha'),
  ])
    assert.notEqual(refusal(other), 'taken', other)
})

test('[U3] what is no manifest is refused in words, never thrown', () => {
  const whole = (files: unknown): string => JSON.stringify({ format: 1, files })
  assert.match(refusal(''), /no JSON/)
  assert.match(refusal(new Uint8Array([0xff])), /no JSON/)
  assert.match(refusal('null'), /no format/)
  assert.match(refusal('{"format":2,"files":[]}'), /no format/)
  assert.match(refusal(whole([null])), /without path/)
  assert.match(refusal(whole([{ ...file('a'), size: -1 }])), /without path/)
  assert.match(refusal(whole([{ ...file('a'), size: 1.5 }])), /without path/)
  assert.match(refusal(whole([{ ...file('a'), sha256: digest('').toUpperCase() }])), /without path/)
  assert.match(refusal(whole([file('../a')])), /"..\/a" has a name that begins with a dot/)
  assert.match(refusal(whole([file('b'), file('a')])), /not in order/)
  assert.match(refusal(whole([file('a'), file('a')])), /one file on some systems/)
  assert.match(refusal(whole([file('A'), file('a')])), /one file on some systems/)
  assert.match(refusal('['.repeat(100_000)), /no JSON/)
})

test('[U3] a manifest has at most 10,000 files, 1 GiB each, 8 GiB together, in 4 MiB', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => file(`f${String(i).padStart(5, '0')}`))
  assert.equal(createManifest(many(10_000), sha256).files.length, 10_000)
  assert.throws(() => createManifest(many(10_001), sha256), { code: 'content/bad-manifest' })
  const large = { path: 'a', size: contentLimits.fileBytes, sha256: digest('') }
  assert.equal(createManifest([large], sha256).files.length, 1)
  assert.throws(() => createManifest([{ ...large, size: large.size + 1 }], sha256), /are the most/)
  const eight = Array.from({ length: 8 }, (_, i) => ({ ...large, path: `f${i}` }))
  assert.equal(createManifest(eight, sha256).files.length, 8)
  assert.throws(() => createManifest([...eight, file('x')], sha256), /bytes together/)
  assert.match(refusal(new Uint8Array(contentLimits.manifestBytes + 1)), /has 4194305 bytes/)
})

test('[U4] what a client lacks is each content once, however many paths it has', () => {
  const manifest = createManifest([file('a', 'x'), file('b', 'x'), file('c', 'y'), file('d', 'z')], sha256)
  assert.deepEqual(
    missing(manifest, [digest('y')]).map(({ path }) => path),
    ['a', 'd'],
  )
  assert.deepEqual(missing(manifest, ['x', 'y', 'z'].map(digest)), [])
})
