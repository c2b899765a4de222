/** The house rules: the map, purity, names, and that the papers and the code say the same. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkSource } from '../src/lab/index.ts'
import { doorPage, sharedNames, unusedNames } from './house/doors.ts'
import { longLines } from './house/line.ts'
import { purityViolations } from './house/purity.ts'
import {
  listedCodes,
  namedFiles,
  namedMethods,
  nameViolation,
  statedRules,
  testedRules,
  thrownCodes,
  undescribedCounters,
} from './house/records.ts'
import {
  circles,
  isProduct,
  liveViolations,
  MAP,
  mapViolations,
  packageViolations,
  readMap,
  roomOf,
} from './house/rooms.ts'
import { globalsOf, importsOf, readSource, type Source } from './house/source.ts'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8')
const list = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()

const sources = list('src/**/*.ts').map((path) => readSource(path, read(path)))
const products = sources.filter(({ path }) => isProduct(path) && !path.endsWith('.d.ts'))
const manifest = JSON.parse(read('package.json'))

describe('the map', () => {
  test('rooms import what the map allows, and only through doors', () => {
    assert.deepEqual(mapViolations(sources), [])
  })

  test('the gateway holds no live thing of a region, and the region no transport and no dialect', () => {
    assert.deepEqual(liveViolations(sources), [])
    const bad = [
      readSource('src/gateway/a.ts', "import { type AnyGame, type World } from '../world/index.ts'"),
      readSource('src/gateway/b.ts', "export { Author as X } from '../replication/index.ts'"),
      readSource('src/gateway/c.ts', "import type { Desk } from '../replication/index.ts'"),
      readSource('src/gateway/d.test.ts', "import { World } from '../world/index.ts'"),
    ]
    assert.deepEqual(liveViolations(bad), [
      'src/gateway/a.ts imports World.',
      'src/gateway/b.ts imports Author.',
    ])
    assert.deepEqual(
      MAP.region.filter((room) => ['transport', 'dialect', 'dialect/native', 'gateway'].includes(room)),
      [],
    )
    assert.ok(!MAP.gateway.includes('region'))
  })

  test('every room has a door', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)))
    const closed = [...rooms].filter((room) => !existsSync(`${root}/src/${room}/index.ts`))
    assert.deepEqual(closed, [])
  })

  test('no files import each other round a circle', () => {
    assert.deepEqual(circles(products), [])
  })

  test('each library is imported by one file, and is among the dependencies', () => {
    assert.deepEqual(packageViolations(sources, Object.keys(manifest.dependencies)), [])
  })

  test('the check sees a forbidden room, a side entrance, a circle and a library taken twice', () => {
    const bad = [
      readSource('src/core/a.ts', "import '../wire/index.ts'"),
      readSource('src/wire/b.ts', "export * from '../core/random.ts'"),
      readSource('src/client/c.ts', "import type { X } from '../dialect/index.ts'"),
      readSource(
        'src/client/d.ts',
        "const x: import('../dialect/native/index.ts').X = await import('../lab/index.ts')",
      ),
      readSource('src/lab/e.test.ts', "import '../cli/index.ts'; import '../cli/main.node.ts'"),
      readSource('src/attic/f.ts', ''),
      readSource('src/index.ts', "import '../demo/game.ts'"),
      readSource('src/server/g.node.ts', 'import(name)'),
      readSource('src/cli/h.node.ts', 'import(name)'),
    ]
    assert.deepEqual(mapViolations(bad), [
      'src/core/a.ts imports wire, which the map does not allow core.',
      'src/wire/b.ts imports src/core/random.ts, which is no door.',
      'src/client/c.ts imports dialect, which the map does not allow client.',
      'src/client/d.ts imports lab, which the map does not allow client.',
      'src/lab/e.test.ts imports src/cli/main.node.ts, which is no door.',
      'src/attic/f.ts lies in a room that is not on the map.',
      'src/index.ts imports demo/game.ts, outside src.',
      'src/server/g.node.ts imports something computed.',
    ])
    const round = [
      readSource('src/core/a.ts', "import './b.ts'"),
      readSource('src/core/b.ts', "export { x } from './c.ts'"),
      readSource('src/core/c.ts', "import './a.ts'"),
    ]
    assert.deepEqual(circles(round), ['src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts'])
    assert.deepEqual(circles(round.slice(0, 2)), [])
    const twice = ['a', 'b'].map((name) =>
      readSource(`src/core/${name}.ts`, "import 'ws/lib/x.js'; import '@a/b'"),
    )
    assert.deepEqual(packageViolations(twice.slice(0, 1), ['ws', '@a/b']), [])
    assert.deepEqual(packageViolations(twice, ['ws']), [
      'src/core/a.ts imports @a/b, which is not among "dependencies".',
      'src/core/a.ts and src/core/b.ts both import ws.',
      'src/core/b.ts imports @a/b, which is not among "dependencies".',
      'src/core/a.ts and src/core/b.ts both import @a/b.',
    ])
  })

  test('the map is read from ARCHITECTURE.md: every room is on it, and every name on it is a room', () => {
    const rooms = [...new Set(sources.map(({ path }) => roomOf(path)))]
    assert.deepEqual(Object.keys(MAP).sort(), rooms.sort())
    const doors = [...rooms, 'dialect/native', 'region/message', 'gateway/limits']
    for (const [room, others] of Object.entries(MAP))
      for (const other of others)
        assert.ok(doors.includes(other), `${room} imports ${other}, which is no room`)
    assert.deepEqual(
      readMap('    low = a, b\n    c imports low, d\n    shardless imports nothing\nx imports y\n'),
      {
        c: ['a', 'b', 'd'],
        '': [],
      },
    )
  })

  test('no room is allowed another that is allowed it', () => {
    const mutual = Object.entries(MAP).filter(([room, others]) =>
      others.some((other) => MAP[other]?.includes(room)),
    )
    assert.deepEqual(mutual, [])
  })
})

describe('purity', () => {
  test('only *.node.ts and *.web.ts touch a platform', () => {
    assert.deepEqual(products.flatMap(purityViolations), [])
  })

  test('the check sees clocks, dice, timers, sockets and imports, and nothing in comments, strings or types', () => {
    const touched = (text: string, path = 'src/core/x.ts'): string[] =>
      purityViolations(readSource(path, text))
    for (const [code, what] of [
      ["import 'node:fs'", 'imports node:fs'],
      ["import { a } from './y.node.ts'", 'imports src/core/y.node.ts'],
      ["export { a } from './y.web.ts'", 'imports src/core/y.web.ts'],
      ['Date.now()', 'uses Date.now'],
      ['const now = new Date()', 'uses Date'],
      ['Math.random()', 'uses Math.random'],
      ['const { random } = Math; globalThis.Math', 'uses globalThis.Math'],
      ['setTimeout(() => {}, 5)', 'uses setTimeout'],
      ['const f = (a = performance) => a', 'uses performance'],
      ['process.env.HOME', 'uses process.env'],
      ['x = { Buffer }; var x', 'uses Buffer'],
      ['`$' + '{crypto}`', 'uses crypto'],
      ['class A { b = fetch }', 'uses fetch'],
      ['(window as unknown)', 'uses window'],
      ['new WebSocket("")!', 'uses WebSocket'],
      ['export { document }', 'uses document'],
      ['if (typeof console) console.log()', 'uses console'],
    ]) {
      assert.ok(touched(code).includes(`src/core/x.ts ${what}.`), `${code}: ${touched(code)}`)
    }
    const clean = `
      // process.exit() and Date.now()
      import type { Socket } from './y.node.ts'
      type Timer = NodeJS.Timeout | Buffer
      interface Clock { performance: Performance; setTimeout(window: Window): void }
      const text = 'process' + \`fetch\` + /Buffer/.source
      class Pool { fetch(document: Document) { return this.fetch(document) } static process = 1 }
      function step({ crypto, ...process }: Timer) { return crypto ?? process }
      export const x = Math.floor(1) + new TextEncoder().encode(text).length + Pool.process
    `
    assert.deepEqual(touched(clean), [])
    assert.deepEqual(touched("import 'node:fs'; setTimeout(Date.now)", 'src/core/x.node.ts'), [])
    assert.deepEqual(touched("import 'node:fs'", 'src/core/x.web.ts'), ['src/core/x.web.ts imports node:fs.'])
    assert.deepEqual(touched("import './y.node.ts'", 'src/core/x.web.ts'), [
      'src/core/x.web.ts imports src/core/y.node.ts.',
    ])
  })

  test('imports and globals are found wherever they hide', () => {
    const source = readSource(
      'x.ts',
      "export * as a from 'a'; function f() { return import('b') } type T = import('c').D",
    )
    assert.deepEqual(importsOf(source), [
      { specifier: 'a', isType: false },
      { specifier: 'b', isType: false },
      { specifier: 'c', isType: true },
    ])
    assert.deepEqual(importsOf(readSource('x.ts', 'import(name)')), [
      { specifier: '(computed)', isType: false },
    ])
    assert.deepEqual(
      [...globalsOf(readSource('x.ts', 'a.b.c; d[e]; f: for (;;) break f; ({ g: h, i })'))],
      ['a.b', 'd', 'e', 'h', 'i'],
    )
  })
})

describe('the same everywhere', () => {
  const isPure = (path: string): boolean => isProduct(path) && !/\.(node|web|d)\.ts$/.test(path)
  const differing = (paths: readonly string[]): string[] =>
    paths
      .filter(isPure)
      .flatMap((path) => checkSource(read(path)).map(({ line, sentence }) => `${path}:${line} ${sentence}`))

  test('nothing in the pure part of src differs from one engine to another', () => {
    assert.deepEqual(differing(list('src/**/*.ts')), [])
  })

  test('nor does what a game shares, what makes its map, or what the simulator plays', () => {
    const paths = list('demo/{game,map}/*.ts', 'docs/examples/**/*.ts', 'test/field/{field,lively}.ts')
    assert.ok(paths.length > 20)
    assert.deepEqual(differing(paths), [])
  })
})

describe('names', () => {
  test('files are lower-case nouns with hyphens, and none is called utils, helpers, common, types or manager', () => {
    const paths = list('{src,test,bench,fuzz,conformance}/**/*.ts')
    assert.deepEqual(
      paths.map(nameViolation).filter((sentence) => sentence !== undefined),
      [],
    )
  })

  test('the check sees a wrong name, in folders too', () => {
    for (const path of [
      'src/core/utils.ts',
      'src/common/a.ts',
      'src/a/types.web.ts',
      'src/a/bitReader.ts',
      'src/a/b_c.ts',
    ]) {
      assert.notEqual(nameViolation(path), undefined, path)
    }
    for (const path of [
      'src/core/index.node.ts',
      'src/a/link.suite.ts',
      'src/a/vector2.ts',
      'src/a/b.d.ts',
    ]) {
      assert.equal(nameViolation(path), undefined, path)
    }
  })
})

describe('lines', () => {
  test('no line is longer than 120 columns, but where one literal or a table takes them', () => {
    const paths = list('{src,test,bench,fuzz,conformance,demo}/**/*.ts')
    assert.ok(paths.length > 500)
    assert.deepEqual(
      paths.flatMap((path) => longLines(path, read(path))),
      [],
    )
  })

  test('the check sees long comments and long code, and lets titles, data and tables be', () => {
    const words = 'word '.repeat(30)
    const title = 'a'.repeat(110)
    for (const bad of [
      `// ${words}`,
      `/** ${words}*/`,
      `const a = 1 // ${words}`,
      `call(${'argument, '.repeat(15)})`,
      `say('short', ${'argument, '.repeat(15)})`,
    ])
      assert.deepEqual(longLines('a.ts', `const b = 1\n${bad}`), ['a.ts:2'], bad)
    for (const good of [
      `test('${title}', () => {})`,
      `const a = \`${title}\``,
      `const a = /${title}/`,
      `// biome-ignore format: a table is read by its columns\nconst a = [\n  [${'1, '.repeat(50)}],\n]`,
      '/'.repeat(120),
    ])
      assert.deepEqual(longLines('a.ts', good), [], good)
  })
})

describe('doors', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const others = list('{test,bench,fuzz,conformance,demo,docs,scripts}/**/*.{ts,tsx,js}')
    .filter((path) => !path.endsWith('.d.ts'))
    .map((path) => byPath.get(path) ?? readSource(path, read(path)))

  test('docs/reference/doors.md lists the names of each door', () => {
    assert.equal(
      read('docs/reference/doors.md'),
      doorPage(byPath),
      'run `node test/house/write-doors.node.ts`, and look at what it changed',
    )
  })

  test('what nothing outside its room takes is closed', () => {
    const pages = list('README.md', 'docs/*.md').map(read).join('\n')
    assert.deepEqual(unusedNames(byPath, [...sources, ...others], pages), [])
  })

  test('an exported name belongs to one room, or is stated here to have one meaning in several', () => {
    assert.deepEqual(sharedNames(byPath, {}), [])
  })

  test('the checks see an idle name, a shared one, and one that is not shared any more', () => {
    const door = (path: string, text: string): [string, Source] => [path, readSource(path, text)]
    const rooms = new Map([
      door('src/a/index.ts', "export { A, type B, C, type D } from './x.ts'"),
      door(
        'src/a/x.ts',
        'export class A { b?: B }; export type B = 1; export const C = 1; export type D = 2; C as D',
      ),
      door('src/b/y.ts', "import { A } from '../a/index.ts'; export const C = A"),
    ])
    assert.deepEqual(unusedNames(rooms, [...rooms.values()], 'Call `D` then'), [
      'src/a/index.ts gives out C, which nothing outside a takes: close it, or give out its type.',
    ])
    assert.deepEqual(sharedNames(rooms, { B: 'once' }), [
      'B is stated to be in two rooms, and is not.',
      'C is exported in a and b; give one of them another name.',
    ])
    assert.match(doorPage(rooms), /## shardless\/a\n\nA, B, C, D\n/)
  })
})

describe('papers', () => {
  test('every decision has a number of its own, and says it', () => {
    const numbers = list('docs/decisions/*.md').map((path) => path.match(/(\d{4})-/)?.[1])
    assert.deepEqual(numbers, [...new Set(numbers)])
    for (const path of list('docs/decisions/*.md')) {
      const number = Number(path.match(/(\d{4})-/)?.[1])
      assert.match(read(path), new RegExp(`^# ${number}\\. `), `${path} begins with its number`)
    }
  })

  const tests: Source[] = list('{src,test,conformance,demo,scripts}/**/*.{test,suite}.ts').map((path) =>
    readSource(path, read(path)),
  )

  test('every rule of docs/spec or of a dialect is tested by its id, and every id in a title is a rule', () => {
    const stated = list('docs/spec/*.md', 'src/dialect/*/README.md').flatMap((path) =>
      statedRules(read(path)),
    )
    const tested = new Set(tests.flatMap(testedRules))
    assert.deepEqual(
      stated.filter((id, at) => stated.indexOf(id) !== at),
      [],
      'stated twice',
    )
    assert.deepEqual(
      stated.filter((id) => !tested.has(id)),
      [],
      'not tested',
    )
    assert.deepEqual(
      [...tested].filter((id) => !stated.includes(id)),
      [],
      'not stated',
    )
  })

  test('every error code is listed in docs/reference/errors.md, and every code listed there is thrown', () => {
    const thrown = new Set(products.flatMap(thrownCodes))
    const listed = listedCodes(read('docs/reference/errors.md'))
    assert.deepEqual(
      [...thrown].filter((code) => !listed.includes(code)),
      [],
      'not listed',
    )
    assert.deepEqual(
      listed.filter((code) => !thrown.has(code)),
      [],
      'not thrown',
    )
  })

  test('every counter is of a described metric, and every described metric is in the one table', async () => {
    assert.deepEqual(products.flatMap(undescribedCounters), [])
    const { clusterGroup, metrics, otherMetrics } = await import('../src/server/index.ts')
    const table = new Set<unknown>([...metrics, ...clusterGroup.metrics, ...otherMetrics])
    const missing: string[] = []
    for (const path of list('src/**/metrics.ts').filter((path) => path !== 'src/server/metrics.ts'))
      for (const [group, described] of Object.entries(await import(`../${path}`)))
        for (const [name, metric] of Object.entries(described as object))
          if (!table.has(metric)) missing.push(`${path}: ${group}.${name}`)
    assert.deepEqual(missing, [])
    const bad = [
      "new Counters('short', 'forged')",
      'new Counters(...drops)',
      'new Counters(...drops.values)',
      'new Counters(...netcodeMetrics.dropped)',
      "new Counters(...netcodeMetrics.dropped.values, 'more')",
      'new Counters()',
    ]
    for (const text of bad)
      assert.equal(undescribedCounters(readSource('src/core/a.ts', text)).length, 1, text)
    const good = readSource('src/core/a.ts', 'new Counters<A>(...netcodeMetrics.dropped.values)')
    assert.deepEqual(undescribedCounters(good), [])
  })

  test('what ARCHITECTURE.md names is there: each file, and each method in its class', () => {
    const paper = read('ARCHITECTURE.md')
    const isThere = ([owner, member]: [string, string]): boolean =>
      products.some(
        ({ path }) =>
          new RegExp(`class ${owner}\\b`).test(read(path)) &&
          new RegExp(`^  (?:get )?${member}\\(`, 'm').test(read(path)),
      )
    assert.deepEqual(
      namedFiles(paper).filter((path) => !existsSync(`${root}/${path}`)),
      [],
    )
    assert.deepEqual(
      namedMethods(paper).filter((name) => !isThere(name)),
      [],
    )
    assert.ok(namedFiles(paper).length > 5 && namedMethods(paper).length > 5)
  })

  test('the checks see ids, codes and names on either side', () => {
    assert.deepEqual(namedFiles('`src/a/b.ts` src/c.ts `c.ts` [`docs/d.md`]'), ['src/a/b.ts', 'docs/d.md'])
    assert.deepEqual(namedMethods('`Host.accept` `client.frame()` `World.advance`, Host.close'), [
      ['Host', 'accept'],
      ['World', 'advance'],
    ])
    assert.deepEqual(statedRules('a **[W1]** b\n**[W12]** c [W3] `**`'), ['W1', 'W12'])
    const source = readSource(
      'x.test.ts',
      "test('[W1] a', f); t.test(`[W2] [L3] b`); test('see [W4]'); rule('[N5]x'); log(['[W6]'])",
    )
    assert.deepEqual(testedRules(source), ['W1', 'W2', 'L3', 'N5'])
    assert.deepEqual(
      thrownCodes(readSource('x.ts', "throw new ShardlessError('a/b', c); new Error('d/e')")),
      ['a/b'],
    )
    assert.deepEqual(thrownCodes(readSource('x.ts', 'throw new ShardlessError(error.code, a)')), [])
    assert.throws(() => thrownCodes(readSource('x.ts', 'new ShardlessError(code, a)')), /computed/)
    assert.deepEqual(listedCodes('# `a/b`\n| `c/d-e` | x |\n- `f/g`: h\nSee `i/j`.'), ['a/b', 'c/d-e', 'f/g'])
  })
})
