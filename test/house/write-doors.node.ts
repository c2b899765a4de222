/** Writes docs/reference/doors.md anew: `node test/house/write-doors.node.ts`. Not a test. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { doorPage } from './doors.ts'
import { readSource } from './source.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const paths = globSync('src/**/*.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'))
const sources = new Map(
  paths.sort().map((path) => [path, readSource(path, readFileSync(`${root}/${path}`, 'utf8'))]),
)
writeFileSync(`${root}/docs/reference/doors.md`, doorPage(sources))
