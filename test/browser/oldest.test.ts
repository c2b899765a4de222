/** Which browsers are old enough: what is said in docs/guide.md, held against what the program uses. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import type { Since } from './oldest/features.ts'
import { oldest, scan } from './oldest/scan.ts'

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** A page's program as a bundler makes it, without what it has of others. */
async function bundleOf(...entries: string[]): Promise<string> {
  const bundle = await rolldown({
    input: entries.map(inRepository),
    platform: 'browser',
    external: [/^pixi\.js/],
    resolve: { conditionNames: ['shardless-source', 'browser', 'import', 'default'] },
  })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  return output.map((file) => (file.type === 'chunk' ? file.code : '')).join('\n')
}

/** What docs/guide.md says of the browsers that something runs in. */
function stated(what: string): Since {
  const guide = readFileSync(inRepository('docs/guide.md'), 'utf8')
  const row = guide.match(new RegExp(`^\\| ${what} \\| (\\d+) \\| (\\d+) \\| ([\\d.]+) \\|$`, 'm'))
  assert.ok(row, `docs/guide.md has a row for ${what}`)
  return [Number(row[1]), Number(row[2]), Number(row[3])]
}

for (const [what, ...entries] of [
  ['`shardless/client`', 'src/index.ts', 'src/client/index.web.ts', 'src/content/index.web.ts'],
  ['`shardless/lab`', 'src/lab/index.web.ts'],
  ['the demo', 'demo/web/main.ts'],
])
  test(`${what} runs in the browsers that the guide names, and needs no newer ones`, async () => {
    const found = { used: new Map<string, Since>(), unknown: new Set<string>() }
    for (const entry of entries) {
      const { used, unknown } = scan(await bundleOf(entry))
      for (const [name, since] of used) found.used.set(name, since)
      for (const name of unknown) found.unknown.add(name)
    }
    assert.deepEqual([...found.unknown], [], 'look these up, and add them to features.ts')
    const versions = stated(what)
    const newer = [...found.used].filter(([, since]) => since.some((version, i) => version > versions[i]))
    assert.deepEqual(newer, [], 'needs newer browsers: do without, or say so')
    assert.deepEqual(oldest(found.used), versions, 'older browsers would do: say so')
  })

test('the scan sees new syntax, new globals, parts and methods, and what it does not know', () => {
  const cases: readonly [string, string][] = [
    ['class A { #x = 1; has(y) { return #x in y } }', '#x in y'],
    ['class A { static { console.log(1) } }', 'a static block'],
    ['class A { #go() {} }', 'a private method'],
    ['export const a = /(?<=x)y/', 'a lookbehind'],
    ['export const a = /[\\p{L}--[a-z]]/v', 'flag v'],
    ['export const a = /(?i:x)y/', 'a modifier in a pattern'],
    ['await fetch("/")', 'await at the top'],
    ['{ using x = open(); function open() {} }', 'using'],
    ['import a from "./a.json" with { type: "json" }; a()', 'attributes of an import'],
    ['export const a = structuredClone({})', 'structuredClone'],
    ['export const a = Promise.try(() => 1)', 'Promise.try'],
    ['export const a = (b) => b.toSorted()', '.toSorted'],
    ['export const a = new Map().values().map((x) => x)', 'a method of iterators'],
  ]
  for (const [code, what] of cases) assert.ok(scan(code).used.has(what), `${what} in ${code}`)
  const plain =
    '/(?:a|b)(?<c>d)/.test(Object.values({}).map((x) => x?.y ?? [...x].at(0))); async () => await 1'
  assert.deepEqual([...scan(plain).used.keys()].sort(), ['.at', '?.', '??'])
  assert.deepEqual(
    scan('Temporal.Now.instant(); Math.sumPrecise([1]); const Own = 1; Own.sumPrecise').unknown,
    ['Math.sumPrecise', 'Temporal'],
  )
})
