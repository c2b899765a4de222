import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runChild } from './child.mjs'
import { setUpChromium } from './chromium.mjs'
import { root } from './root.mjs'
import { setUp } from './setup.mjs'

/**
 * What each command does: a function of its arguments that resolves to an exit code.
 *
 * @type {Record<string, (args: string[]) => Promise<number>>}
 */
export const commands = {
  start: (args) => runNode('demo/start.node.ts', args),
  bots: (args) => runNode('src/cli/main.node.ts', ['bots', ...args]),
  shardless: (args) => runNode('src/cli/main.node.ts', args),
  bench: (args) => runNode('bench/main.node.ts', args),
  fuzz: (args) => runNode('fuzz/main.node.ts', args),
  test,
  check,
  build,
  setup: async () => {
    await setUp()
    return 0
  },
}

/** Flags that every TypeScript file of the project runs under. */
const NODE_FLAGS = ['-C', 'shardless-source', '--disable-warning=ExperimentalWarning']

/**
 * @param {string} file
 * @param {string[]} args
 */
async function runNode(file, args) {
  const node = await setUp()
  return runChild(node, [...NODE_FLAGS, join(root, file), ...args])
}

/** Where tests live; `npm test -- src/wire` narrows it to a folder or a file. */
const TEST_FOLDERS = ['scripts', 'src', 'test', 'conformance', 'fuzz', 'bench', 'demo']

/** Those of them that need Chromium. */
const BROWSER_FOLDERS = ['test', 'demo']

/** @param {string[]} args */
async function test(args) {
  const node = await setUp()
  const places = args.filter((arg) => existsSync(join(root, arg)))
  const flags = args.filter((arg) => !places.includes(arg))
  if (
    places.length === 0 ||
    places.some((place) => BROWSER_FOLDERS.some((folder) => place.startsWith(folder)))
  ) {
    await setUpChromium()
  }
  const patterns = (places.length > 0 ? places : TEST_FOLDERS).map((place) =>
    existsSync(join(root, place)) && statSync(join(root, place)).isDirectory()
      ? `${place}/**/*.test.ts`
      : place,
  )
  const concurrency = flags.some((flag) => flag.startsWith('--test-concurrency'))
    ? []
    : ['--test-concurrency=2']
  return runChild(node, [
    ...NODE_FLAGS,
    '--test',
    `--test-reporter=${pathToFileURL(join(root, 'scripts', 'reporter.mjs'))}`,
    '--test-reporter-destination=stdout',
    ...concurrency,
    ...flags,
    ...patterns,
  ])
}

/** What runs in Node, what runs anywhere, what runs in a browser. */
const PROJECTS = ['tsconfig.json', 'tsconfig.pure.json', 'tsconfig.web.json']

/** Types, lint and format; all parts run, so that one run tells everything. */
async function check() {
  const node = await setUp()
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  let worst = 0
  for (const project of PROJECTS) worst = Math.max(worst, await runChild(node, [tsc, '-p', project]))
  worst = Math.max(worst, await runChild(node, [biome, 'check', '--error-on-warnings']))
  return worst
}

/** Emits dist/, what the package ships. */
async function build() {
  const node = await setUp()
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  return runChild(node, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'])
}
