/**
 * What strangers send about content. The first byte chooses: a manifest, an ask, an answer. Reading never throws;
 * what was taken is what its bytes say, and says it in no other way; no path of a manifest leads out of a folder.
 */
import assert from 'node:assert/strict'
import { posix, win32 } from 'node:path'
import {
  createManifest,
  manifestBytes,
  readAnswer,
  readAsk,
  readManifest,
  sha256,
  writeAnswer,
  writeAsk,
} from '../src/content/index.node.ts'
import { bytesEqual } from '../src/core/index.ts'

const digest = '0123456789abcdef'.repeat(4)
const manifest = createManifest(
  [
    { path: 'a.txt', size: 1, sha256: digest },
    { path: 'map/town/3-4.json', size: 70_000, sha256: digest },
  ],
  sha256,
)
const after = (first: number, rest: Uint8Array): Uint8Array => Uint8Array.from([first, ...rest])

export const seeds: Uint8Array[] = [
  after(0, manifestBytes(manifest)),
  after(0, manifestBytes(createManifest([], sha256))),
  after(1, writeAsk({ sha256: digest, offset: 70_000, length: 8192 })),
  after(2, writeAnswer({ is: 'piece', sha256: digest, offset: 3, total: 300, bytes: new Uint8Array(9) })),
  after(2, writeAnswer({ is: 'gone', sha256: digest })),
]

export function fuzz(input: Uint8Array): void {
  const rest = input.subarray(1)
  if (input[0] === 1) {
    const ask = readAsk(rest)
    if (ask) assert.ok(bytesEqual(writeAsk(ask), rest))
  } else if (input[0] === 2) {
    const answer = readAnswer(rest)
    if (answer) assert.ok(bytesEqual(writeAnswer(answer), rest))
  } else {
    const read = readManifest(rest, sha256)
    if (read.is === 'refused') return
    assert.ok(bytesEqual(manifestBytes(read.manifest), rest))
    for (const { path } of read.manifest.files) {
      assert.ok(posix.resolve('/in/here', path).startsWith('/in/here/'), path)
      assert.ok(win32.resolve('C:\\in\\here', path).startsWith('C:\\in\\here\\'), path)
    }
  }
}
