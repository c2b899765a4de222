/** Tests what the laboratory's links and the docs' small laboratories ask for: all of it exists. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { means, readSettings, scenarioByName } from 'shardless/lab'
import { quiz, tour } from '../web/lab/tour.ts'
import { mechanisms } from './mechanisms.ts'

const explain = fileURLToPath(new URL('../../docs/explain', import.meta.url))
const known = ['seed', 'players', 'link', 'weather', 'off', 'script', 'scenario', 'switch', 'href']
/** Returns the attributes of each laboratory on a page of docs/explain. */
function labsOf(page: string): Map<string, string>[] {
  const text = readFileSync(join(explain, page), 'utf8')
  return [...text.matchAll(/<shardless-lab([^>]*)>/g)].map(
    ([, attributes]) =>
      new Map([...attributes.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  )
}

test('the page of each mechanism has a laboratory of its own, and what each asks for exists', () => {
  for (const mechanism of mechanisms) assert.ok(labsOf(`${mechanism}.md`).length > 0, mechanism)
  let scenarios = 0
  for (const page of readdirSync(explain).filter((name) => name.endsWith('.md')))
    for (const lab of labsOf(page)) {
      const query = new URLSearchParams()
      for (const [name, value] of lab) {
        assert.ok(known.includes(name), `${page}: ${name}`)
        if (!['scenario', 'switch', 'href'].includes(name)) query.set(name, value)
      }
      readSettings(query.toString())
      const scenario = lab.get('scenario')
      if (scenario !== undefined) {
        scenarioByName(scenario)
        scenarios++
      }
      for (const what of lab.get('switch')?.split(' ') ?? [])
        assert.ok((means as readonly string[]).includes(what), what)
      const [path, asked = ''] = (lab.get('href') ?? './index.html').split('#')[0].split('?')
      assert.equal(path, './index.html', page)
      readSettings(asked)
    }
  assert.ok(scenarios > 0)
})

test('the tour has eight steps, the quiz the three questions of the text, and each link of them can be read', () => {
  assert.deepEqual([tour.length, quiz.length], [8, 3])
  for (const { query } of [...tour, ...quiz]) readSettings(query)
  for (const { choices, right } of quiz) assert.ok(right >= 0 && right < choices.length)
})
