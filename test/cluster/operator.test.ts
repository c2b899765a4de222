/** Operators move districts and drain regions of a running cluster, and regions are started anew. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { accountsAt, type Client, connect } from 'shardless/client'
import { quarters as game } from '../account/hut.node.ts'
import { beginCluster, type ClusterProcess } from './cluster-process.node.ts'

const PLAYERS = 20
const ADMIN = 'tcp://127.0.0.1:24462'

/** Somebody who walks about, and asks all the time where they are. */
interface Walker {
  readonly client: Client<typeof game>
  readonly troubles: string[]
  /** The longest time between two answers, in ms. */
  longest: number
  answers: number
}

async function walk(t: TestContext, url: string, number: number): Promise<Walker> {
  const name = `Walker ${number}`
  const { token } = await accountsAt(url.replace('ws', 'http')).register(name, 'correct horse battery')
  const client = await connect(game, url, { name, token })
  const walker: Walker = { client, troubles: [], longest: 0, answers: 0 }
  let isOver = false
  t.after(() => {
    isOver = true
    client.close()
  })
  void (async () => {
    let answeredAt = performance.now()
    for (let turn = number; !isOver; await setTimeout(25)) {
      turn++
      client.command({ east: Math.floor(turn / 40) % 2 ? 1 : -1, north: Math.floor(turn / 25) % 2 ? 1 : -1 })
      if (client.status !== 'open' && !isOver) walker.troubles.push(client.status)
      const isAnswered = await client.ask('where', {}).then(
        () => true,
        () => false,
      )
      if (!isAnswered) continue
      const now = performance.now()
      walker.longest = Math.max(walker.longest, now - answeredAt)
      walker.answers++
      answeredAt = now
    }
  })()
  return walker
}

/** What an operator at another terminal types, and what is printed. */
async function operate(cluster: ClusterProcess, ...lines: readonly string[]): Promise<string> {
  const args = ['-C', 'shardless-source', 'src/cli/main.node.ts', 'console', ADMIN]
  const terminal = spawn(process.execPath, [...args, '--admin-token-file', tokenFile(cluster)])
  let said = ''
  for (const stream of [terminal.stdout, terminal.stderr]) stream.on('data', (part) => (said += part))
  terminal.stdin.end(`${lines.join('\n')}\n`)
  const [code] = await once(terminal, 'exit')
  assert.equal(code, 0, said)
  return said
}

const tokenFile = ({ file }: { readonly file: string }): string => join(file, '..', 'operator.token')

/** Whether a process was given its cluster's folder of compiled code, with something in it. Only Linux tells. */
function findsCompiled(pid: number): boolean {
  if (process.platform !== 'linux') return true
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  const folder = environment.find((one) => one.startsWith('NODE_COMPILE_CACHE='))?.slice(19)
  return folder?.endsWith('/compiled') === true && readdirSync(folder).length > 0
}

test('an operator moves a district and drains a region, and a region is started anew, and players go on', async (t) => {
  const cluster = await beginCluster(t, {
    ...{ port: 24_460, regions: 3, environment: { NODE_COMPILE_CACHE: undefined } },
    more: (file) => ['--admin', ADMIN, '--admin-token-file', tokenFile({ file })],
  })
  const walkers: Walker[] = []
  for (let number = 0; number < PLAYERS; number++)
    walkers.push(await walk(t, cluster.urls[number % 2], number))
  await setTimeout(500)
  for (const walker of walkers) walker.longest = 0

  const [zero] = await cluster.districts()
  const names = [
    ...new Set(cluster.lines.flatMap((line) => line.match(/^(region-\w+): is there/)?.[1] ?? [])),
  ]
  const other = names.find((name) => name !== zero.owner) as string
  const said = await operate(
    cluster,
    'regions',
    `move 0 ${other}`,
    'move 99 region-',
    `drain ${other}`,
    'districts',
  )
  assert.match(said, new RegExp(`${other}, \\d+ districts, \\d+ players, \\d+ % of a tick`))
  assert.match(said, new RegExp(`District 0 is ${other}’s now\\.`))
  assert.match(said, /Several begin so/)
  assert.match(said, new RegExp(`${other} has no districts any more`))
  assert.match(said, /0: region-\w+, epoch \d+, \d+ entities/)
  assert.doesNotMatch(said.slice(said.indexOf('no districts any more') + 80), new RegExp(`: ${other}, epoch`))

  // It has nothing: it ends at once, and another one starts, to which a district goes in time.
  process.kill(cluster.pidOf(other), 'SIGTERM')
  await cluster.until(() => cluster.lines.some((line) => line.startsWith(`${other} ended`)), 'it has ended')
  const third = names.find((name) => name !== zero.owner && name !== other) as string
  const askedAt = performance.now()
  process.kill(cluster.pidOf(third), 'SIGTERM')
  await cluster.until(
    () => cluster.lines.some((line) => line.startsWith(`${third} ended (code 0)`)),
    'and the next',
  )
  const come = () => cluster.lines.filter((line) => /^region-\w+: is there/.test(line)).length
  await cluster.until(() => come() === names.length + 2, 'two others have come')
  const last = cluster.lines.findLast((line) => /^region-\w+: is there/.test(line))?.split(':')[0] as string
  assert.ok(findsCompiled(cluster.pidOf(last)), 'what the first processes compiled the later ones need not')
  const startedAfter = performance.now() - askedAt
  const answers = walkers.map(({ answers }) => answers)
  await cluster.until(() => walkers.every((one, i) => one.answers > answers[i] + 2), 'all are answered')
  for (const { troubles } of walkers) assert.deepEqual(troubles, [], 'nobody was disconnected')
  const longest = walkers.map((one) => one.longest).sort((a, b) => a - b)
  t.diagnostic(`the longest wait for an answer: ${longest.map((ms) => Math.round(ms)).join(' ')} ms`)
  // Districts go over before a region ends, so that nobody waits for the next one to start. That takes its time on a
  // machine with much else to do, and so does a region's giving its districts away.
  assert.ok(
    longest[PLAYERS / 2] < Math.max(2000, startedAfter),
    `half of them waited longer than ${longest[PLAYERS / 2]} ms; ending and starting took ${startedAfter} ms`,
  )
  t.diagnostic(`a region ended, and another started, in ${Math.round(startedAfter)} ms`)
})
