/** `shardless sim`, as a user runs it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { instant } from '../../src/core/index.ts'
import { RecordedWorld, scenarios } from '../../src/lab/index.ts'
import { field } from '../field/field.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function sim(...args: string[]): Promise<Run> {
  const command = ['-C', 'shardless-source', 'src/cli/main.node.ts', 'sim', ...args]
  const { npm_lifecycle_event: _, ...env } = process.env
  const child = spawn(process.execPath, command, { cwd: root, env })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  // A slow machine is told how far it has come.
  const said = (): string => err.replace(/^\d+ of \d+ runs, \d+ failed\n/gm, '').trim()
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err: said() })))
}

/** A game and its bots as modules of a user's; `update` is the body of the game's, `step` is done after its own. */
function modules(t: TestContext, update = '', step = ''): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'shardless-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const lively = pathToFileURL(join(root, 'test/field/lively.ts')).href
  const options = `{ ...lively.options, update({ world }) { ${update} } }`
  const steps = `step(...all) { lively.game.step(...all); ${step} }`
  const [game, bot] = [join(folder, 'game.mjs'), join(folder, 'bot.mjs')]
  writeFileSync(
    game,
    `import { lively } from '${lively}'\nexport default { game: { ...lively.game, ${steps} }, options: ${options} }`,
  )
  writeFileSync(bot, `export { livelyBots as default } from '${lively}'`)
  return ['--game', game, '--bot', bot, '--links', 'streams', '--scenario', 'calm']
}

test('the scenarios are listed, each with what it is about', async () => {
  const { code, out } = await sim('--list')
  assert.equal(code, 0)
  assert.equal(out.trim().split('\n').length, scenarios.length)
  for (const { name, about } of scenarios) assert.ok(out.includes(name) && out.includes(about))
})

test('the same seed plays the same run, and a run can be recorded', async (t) => {
  const args = modules(t)
  const file = args[1].replace('game.mjs', 'run.slrc')
  const [first, second] = await Promise.all([
    sim(...args, '--seed', '7'),
    sim(...args, '--seed', '7', '--record', file),
  ])
  assert.deepEqual([first.code, first.err], [0, ''])
  const line = /^seed 7 {2}calm +streams +[0-9a-f]{16} {2}[\d.]+ s, \d+ packets, 0 reconnects$/m
  assert.match(first.out, line)
  assert.equal(first.out.match(line)?.[0], second.out.match(line)?.[0])
  const world = new RecordedWorld(field, readFileSync(file), { now: () => instant(0) })
  assert.ok(world.stats.seconds > 19 && world.stats.entities > 12)
})

test('what does not hold is told with the seed and the command that plays it again, and the exit code is 1', async (t) => {
  const args = modules(t, "if (world.tick === 60) world.addPlayer('Ghost')")
  const { code, out, err } = await sim(...args, '--seed', '5')
  assert.equal(code, 1)
  assert.match(
    err,
    /^FAILED: seed 5, scenario calm: 9 players are in its worlds, and the server counts 8 of 5000/,
  )
  assert.match(err, /\n {2}Replay: shardless sim --seed 5 --scenario calm --links streams --game .*game\.mjs/)
  assert.match(out, /^1 run, 1 failed/)
})

test('a step that asks what differs between engines is warned of once, and is no failure', async (t) => {
  const { code, out, err } = await sim(...modules(t, '', 'Math.cos(1)'), '--seed', '3', '--seeds', '2')
  assert.equal(code, 0)
  assert.equal(
    err.replace(/\d+\)$/, '0)'),
    "WARNING: step: Math.cos differs between engines in its last bits: take cos of 'shardless'. (game.mjs:0)",
  )
  assert.match(out, /\n2 runs, 0 failed/)
})

test('a scenario or links that there are not, and a recording of many runs, are refused in a sentence', async () => {
  const runs = await Promise.all([
    sim('--scenario', 'fog'),
    sim('--links', 'pigeons'),
    sim('--scenario', 'calm', '--record', 'x'),
  ])
  assert.deepEqual(
    runs.map(({ code }) => code),
    [1, 1, 1],
  )
  assert.match(runs[0].err, /^There is no scenario "fog"; there are calm, town,/)
  assert.equal(runs[1].err, '--links is "pigeons"; it wants streams, sealed or both.')
  assert.match(runs[2].err, /^--record takes one run, and these are 2/)
})
