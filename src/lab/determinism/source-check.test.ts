import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DIFFERING_FUNCTIONS } from './advice.ts'
import { checkSource, importsOf } from './source-check.ts'

const found = (text: string): string[] =>
  checkSource(text).map(({ line, sentence }) => `${line} ${sentence.split(/ differs| is | goes/)[0]}`)

test('every function of Math that the language leaves to its engine is found, however it is named', () => {
  for (const name of DIFFERING_FUNCTIONS) {
    assert.deepEqual(found(`const y = Math.${name}(x)`), [`1 Math.${name}`])
    assert.deepEqual(found(`const y = Math?.${name}(x) + Math['${name}'](x)`), [
      `1 Math.${name}`,
      `1 Math.${name}`,
    ])
    assert.deepEqual(found(`const { ${name}: f, sqrt } = Math`), [`1 Math.${name}`])
    assert.deepEqual(found(`[1].map(globalThis.Math.${name})`), [`1 Math.${name}`])
  }
  assert.deepEqual(found('const { floor, sin, cos } = Math'), ['1 Math.sin', '1 Math.cos'])
  const all = Object.getOwnPropertyNames(Math).filter((name) => typeof Math[name as 'sin'] === 'function')
  const exact =
    'abs ceil floor round trunc sign sqrt min max imul clz32 fround f16round random sumPrecise'.split(' ')
  assert.deepEqual(all.filter((name) => !exact.includes(name)).sort(), [...DIFFERING_FUNCTIONS].sort())
})

test('powers are found, but for those of two whole numbers as they are written', () => {
  assert.deepEqual(
    found('a = x ** 2\na **= 3\na = 0.5 ** n\na = (2) ** 3\na = 2 ** 0.5\na = 3 ** 40\na = 10 ** -2'),
    [...['1 **', '2 **', '3 **', '4 **', '5 **', '6 **', '7 **']],
  )
  assert.deepEqual(found('const a = 2 ** 32 + 2 ** -1022 + 10 ** 15 + 2n ** 64n /** doc ** */'), [])
})

test('Math that is handed on whole is found: what is taken of it cannot be seen', () => {
  const whole = '1 Math is handed on whole: name its functions, so that they can be looked at.'
  for (const text of [
    'const M = Math',
    'f(Math)',
    'Math[name](1)',
    'const { ...rest } = Math',
    'const { abs, ...rest } = Math',
  ])
    assert.deepEqual(
      checkSource(text).map(({ line, sentence }) => `${line} ${sentence}`),
      [whole],
      text,
    )
})

test('clocks, dice and the language of the machine are found', () => {
  assert.deepEqual(
    found(
      'Math.random()\nDate.now()\nnew Date\nperformance.now()\ncrypto.getRandomValues(a)\na.localeCompare(b)\nwindow.Date.now()\nIntl.Collator\na.toLocaleDateString()',
    ),
    [
      '1 Math.random',
      '2 Date',
      '3 Date',
      '4 performance',
      '5 crypto',
      '6 localeCompare',
      '7 Date',
      '8 Intl',
      '9 toLocaleDateString',
    ],
  )
})

test('what is the same everywhere, or only looks like what is not, is left alone', () => {
  const clean = `
    // Math.sin(x) ** 2
    /* Date.now() */
    import { sin } from 'shardless'
    const text = 'Math.sin' + "Math.cos" + \`Math.tan \${Math.sqrt(\`x ** y \${2}\`.length)} ** \`
    const pattern = /Math.sin[/]**/.test(text) && 4 / 2 / 1
    const own = { sin, date: (when: Date) => self.Math, Math: 1 }
    self.position.x = Math.floor(Math.abs(Math.fround(3))) + body.Math.sin(1) + own.crypto
    const angle = sin(1) + Math.PI * Math.LN2
    interface Clock { performance: Performance }
  `
  assert.deepEqual(found(clean), [])
})

test('lines are counted through texts and templates, and what stands in a template is seen', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are programs
  assert.deepEqual(found('`a\nb ${Math.cos(1)} c\n`\n/* \n */ Math.sin(1)'), ['2 Math.cos', '5 Math.sin'])
  assert.deepEqual(found('`${{ a: `${Math.exp(1)}` }} Math.cos(1)` + x ** y'), ['1 Math.exp', '1 **'])
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are programs
})

test('a line that says why is left alone, one that only says so is not', () => {
  assert.deepEqual(found('Math.sin(1) // shardless-allow: it is drawn, and nothing else\nMath.cos(1)'), [
    '2 Math.cos',
  ])
  assert.deepEqual(found('Math.sin(1) // shardless-allow:'), ['1 Math.sin'])
})

test('what is no program at all is read to its end', () => {
  for (const text of [
    '',
    '`',
    '`${',
    "'",
    '/*',
    '/',
    '}',
    '$' + '{}',
    `/[${'['.repeat(1000)}`,
    `/${'(a[b'.repeat(1000)}`,
    '\\',
    '\u{1F3B2}',
    'Math.',
    'Math[',
    '} = Math',
    '**',
    '/[',
  ])
    checkSource(text)
})

test('imports of own files are told, packages are not', () => {
  assert.deepEqual(
    importsOf(`import { a } from './a.ts'
      import type { B } from "../b.ts"
      export * from './c.ts'
      import './d.ts'
      const e = await import('./e.ts'), f = './f.ts'
      import { g } from 'shardless'`),
    ['./a.ts', '../b.ts', './c.ts', './d.ts', './e.ts'],
  )
})
