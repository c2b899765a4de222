import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { setUpBrowsers } from './browsers.mjs'
import { runChild } from './child.mjs'
import { nats } from './nats.mjs'
import { setUpPrograms } from './programs.mjs'
import { root } from './root.mjs'
import { setUp } from './setup.mjs'
import { Stop } from './stop.mjs'
import { tiled } from './tiled.mjs'
import { together } from './together.mjs'

/**
 * What each command does: a function of its arguments that resolves to an exit code.
 *
 * @type {Record<string, (args: string[]) => Promise<number>>}
 */
export const commands = {
  start: (args) => runDemo('start', 'demo/start.node.ts', args),
  bots: (args) => runNode('src/cli/main.node.ts', ['bots', ...args], CACHE),
  sim: (args) =>
    args[0] === 'haunted'
      ? runDemo('simulate', '', args)
      : runNode('src/cli/main.node.ts', ['sim', ...args], CACHE),
  shardless: (args) => runNode('src/cli/main.node.ts', args, CACHE),
  bench: (args) => runNode('bench/main.node.ts', args, CACHE),
  fuzz: (args) => runNode('fuzz/main.node.ts', args),
  test,
  check,
  build,
  setup: async () => {
    await setUp()
    return 0
  },
}

/**
 * Where Node keeps what it made of the sources, by their content: it starts in a third of the time. Not for fuzzing, whose
 * coverage needs the real thing.
 */
const CACHE = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'build', 'compile-cache') }

/**
 * How long a program may take to end once it was asked to, in ms: longer than those that run a world give themselves to
 * save it, which is 10 s for a server and 36 s for a cluster whose processes hang.
 */
const PATIENCE_MS = 45_000

/** Flags that every TypeScript file of the project runs under. */
const NODE_FLAGS = ['-C', 'shardless-source', '--disable-warning=ExperimentalWarning']

/**
 * @param {string} file
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
async function runNode(file, args, env) {
  const node = await setUp()
  return runChild(node, [...NODE_FLAGS, join(root, file), ...args], { env, patienceMs: PATIENCE_MS })
}

/**
 * Runs a part of a demo: of the haunted house when that is named first, else of the town.
 *
 * @param {string} part
 * @param {string} town
 * @param {string[]} args
 */
function runDemo(part, town, [first, ...rest]) {
  if (first === 'haunted') return runNode(`demo/haunted/${part}.node.ts`, rest, CACHE)
  return runNode(town, first === undefined ? [] : [first, ...rest], CACHE)
}

/** Where tests live; `npm test -- src/wire` narrows it to a folder or a file. */
const TEST_FOLDERS = ['scripts', 'src', 'test', 'conformance', 'fuzz', 'bench', 'demo']
/** Those of them that need browsers. */
const BROWSER_FOLDERS = ['test', 'demo']
/** Those of them that hold maps against what Tiled draws. */
const RASTERIZER_FOLDERS = ['test']
/** Those of them that need a broker between processes. */
const BROKER_FOLDERS = ['src', 'test']
/** Flags of the test runner that stand alone; after any other comes its value. */
const BARE_FLAGS = ['--test-only', '--test-force-exit', '--test-update-snapshots', '--watch']
/** What the runner is told where the arguments say nothing of it. Of three files one waits, on two cores. */
const TEST_FLAGS = {
  '--test-concurrency': '3',
  // In ms: what hangs is a failure with a name, on the busiest machine too.
  '--test-timeout': '600000',
  '--test-reporter': pathToFileURL(join(root, 'scripts', 'reporter.mjs')).href,
  '--test-reporter-destination': 'stdout',
}

/** @param {string[]} args */
async function test(args) {
  const node = await setUp()
  const { places, flags } = splitTestArguments(args)
  const asked = places.length > 0 ? places : TEST_FOLDERS
  const isIn = (/** @type {string[]} */ folders) =>
    asked.some((place) => folders.includes(place.split(/[\\/]/)[0]))
  if (isIn(BROWSER_FOLDERS)) await setUpBrowsers()
  if (isIn(RASTERIZER_FOLDERS)) await setUpPrograms([tiled])
  if (isIn(BROKER_FOLDERS)) await setUpPrograms([nats])
  const folders = asked.filter(isFolder).map((place) => place.replace(/[\\/]$/, ''))
  const files = [...asked.filter((place) => !isFolder(place)), ...together(folders)]
  const defaults = Object.entries(TEST_FLAGS)
    .filter(([name]) => !flags.some((flag) => flag.startsWith(name)))
    .map(([name, value]) => `${name}=${value}`)
  return runChild(
    node,
    [
      ...NODE_FLAGS,
      '--require',
      join(root, 'scripts/untracked-promises.cjs'),
      '--test',
      ...defaults,
      ...flags,
      ...files,
    ],
    { env: CACHE },
  )
}

/**
 * Tells folders, files and globs from flags of the runner and their values.
 *
 * @param {readonly string[]} args
 */
export function splitTestArguments(args) {
  /** @type {string[]} */
  const places = []
  /** @type {string[]} */
  const flags = []
  let isValue = false
  for (const arg of args) {
    const isFlag = arg.startsWith('-')
    if (isFlag || isValue) flags.push(arg)
    else places.push(arg)
    isValue = isFlag && !arg.includes('=') && !BARE_FLAGS.includes(arg)
  }
  return { places, flags }
}

/** @param {string} place */
function isFolder(place) {
  return statSync(join(root, place), { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** What runs in Node, what runs anywhere, what runs in a browser, and what drives one from the other. */
const PROJECTS = ['tsconfig.json', 'tsconfig.pure.json', 'tsconfig.web.json', 'tsconfig.browser.json']
/** Folders of game code that server and client both run: nothing in it may differ between engines. */
const GAMES = [
  'demo/game',
  'demo/haunted/game',
  'docs/examples',
  'docs/examples/meadow',
  'docs/examples/night',
]

/**
 * Types, lint and format, and that game code is the same everywhere; all parts run, so that one run tells everything.
 *
 * @param {string[]} args  for the linter: `--write` mends what it can
 */
async function check(args) {
  const node = await setUp()
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  let worst = 0
  for (const project of PROJECTS) worst = Math.max(worst, await runChild(node, [tsc, '-p', project]))
  worst = Math.max(worst, await runChild(node, [biome, 'check', '--error-on-warnings', ...args]))
  const games = GAMES.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  )
  const shared = games.filter((path) => /(?<!\.(?:test|node|web))\.ts$/.test(path))
  worst = Math.max(worst, await runNode('src/cli/main.node.ts', ['check', ...shared], CACHE))
  return worst
}

/**
 * Emits dist/, what the package ships; `npm run build -- lab [folder]` builds the laboratory's site instead.
 *
 * @param {string[]} args
 */
async function build([what, ...args]) {
  const node = await setUp()
  if (what === 'lab') return runNode('demo/lab/build-lab.node.ts', args, CACHE)
  if (what !== undefined)
    throw new Stop(
      `"${what}" cannot be built; npm run build builds the package, npm run build -- lab the laboratory.`,
    )
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  return runChild(node, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'])
}
