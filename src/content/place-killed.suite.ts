/** Run as a process of its own: places new content in a folder and kills itself before its n-th step. */
import { readFileSync } from 'node:fs'
import { OutsideError } from '../core/index.ts'
import { readManifest } from './manifest.ts'
import { place, Staging } from './place.node.ts'
import { sha256 } from './sha256.node.ts'

const [folder, manifestFile, stepsMax] = process.argv.slice(2)
const read = readManifest(readFileSync(manifestFile), sha256)
if (read.is === 'refused') throw new OutsideError(read.reason)
let steps = 0
await place({
  folder,
  manifest: read.manifest,
  staging: await Staging.open(folder),
  before() {
    if (steps++ === Number(stepsMax)) process.kill(process.pid, 'SIGKILL')
  },
})
