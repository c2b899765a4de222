/** One world on NATS and PostgreSQL, both real: whatever is away for a while, nothing is lost or doubled. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { accountsAt, type Client, connect } from 'shardless/client'
import { openStore } from 'shardless/store/node'
import { quarters as game } from '../account/hut.node.ts'
import { natsMissing, startNats } from '../outside/nats-server.node.ts'
import { postgresMissing, startPostgres } from '../outside/postgres-server.node.ts'
import { beginCluster, type ClusterProcess } from './cluster-process.node.ts'

const PLAYERS = 4
const LANTERNS = 2
/** How long NATS and PostgreSQL are away, in ms. */
const NATS_AWAY_MS = 10_000
const POSTGRES_AWAY_MS = 20_000
/** How long an answer is waited for before one asks again, in ms. */
const ANSWER_MS = 2000

type Walker = Client<typeof game>

/** Asks again until it is answered: whoever is asked between two regions says to ask again, or nothing. */
async function asked<Reply>(ask: () => Promise<Reply>): Promise<Reply> {
  for (const end = performance.now() + 60_000; ; await setTimeout(100))
    try {
      return await Promise.race([ask(), setTimeout(ANSWER_MS).then(() => Promise.reject('no answer'))])
    } catch (error) {
      assert.ok(performance.now() < end, `not answered within a minute: ${error}`)
    }
}

async function come(t: TestContext, url: string, number: number): Promise<Walker> {
  const name = `Walker ${number}`
  const { token } = await accountsAt(url.replace('ws', 'http')).register(name, 'correct horse battery')
  const client = await connect(game, url, { name, token })
  t.after(() => client.close())
  for (let at = 0; at < LANTERNS; at++) await asked(() => client.ask('take', { id: `${number}-${at}` }))
  const direction = { east: number % 2 ? 1 : -1, north: number % 4 < 2 ? 1 : -1 }
  client.command(direction)
  return client
}

/** Holds that everybody is answered, has what they have, and stayed connected. */
async function goesOn(walkers: readonly Walker[], after: string): Promise<void> {
  for (const client of walkers) {
    assert.equal((await asked(() => client.ask('count', {}))).lanterns, LANTERNS, after)
    assert.equal(client.status, 'open', after)
  }
}

/** Waits until for every district its owner speaks, at the epoch that the directory has: the store has it too then. */
async function isWhole(cluster: ClusterProcess, after: string): Promise<void> {
  for (const end = performance.now() + 60_000; ; await setTimeout(200)) {
    const { members, districts } = await cluster.told()
    const speaks = new Set(
      members.flatMap(({ name, load }) => load.map(({ district, epoch }) => `${name} ${district} ${epoch}`)),
    )
    const isHeld = districts.every(
      ({ district, owner, epoch }) => cluster.lives(owner) && speaks.has(`${owner} ${district} ${epoch}`),
    )
    if (districts.length >= 4 && isHeld) return
    assert.ok(performance.now() < end, `${after}: ${JSON.stringify(districts)}\n${cluster.lines.join('\n')}`)
  }
}

const skip = natsMissing() ?? postgresMissing() ?? false

/** Plays on NATS and PostgreSQL: `trouble` is what happens meanwhile; nobody may notice, and no item. */
async function play(
  t: TestContext,
  port: number,
  trouble: (of: {
    readonly nats: Awaited<ReturnType<typeof startNats>>
    readonly postgres: Awaited<ReturnType<typeof startPostgres>>
    readonly cluster: ClusterProcess
    readonly walkers: readonly Walker[]
  }) => Promise<void>,
): Promise<void> {
  const nats = await startNats({ isForgetful: true })
  t.after(() => nats.stop())
  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  const cluster = await beginCluster(t, {
    ...{ port, regions: 3 },
    more: ['--bus', nats.url, '--store', postgres.url],
  })
  const walkers = await Promise.all(
    Array.from({ length: PLAYERS }, (_, number) => come(t, cluster.urls[number % 2], number)),
  )
  const troubles: string[] = []
  for (const client of walkers) client.onStatus((status, reason) => troubles.push(`${status}: ${reason}`))
  await goesOn(walkers, 'at first')
  await trouble({ nats, postgres, cluster, walkers })
  assert.deepEqual(troubles, [], 'nobody was disconnected')

  cluster.process.kill('SIGTERM')
  await once(cluster.process, 'exit')
  const store = await openStore(postgres.url)
  t.after(() => store.close())
  const items = PLAYERS * LANTERNS
  assert.deepEqual(await store.items.census(), [{ kind: 'lantern', items, quantity: items }])
}

test(
  'NATS forgets everything and is away for 10 s, PostgreSQL is away for 20 s: nothing is lost or doubled',
  { skip, timeout: 300_000 },
  (t) =>
    play(t, 24_640, async ({ nats, postgres, cluster, walkers }) => {
      await nats.kill()
      await nats.restart()
      await goesOn(walkers, 'NATS has forgotten everything')
      await isWhole(cluster, 'NATS has forgotten everything')

      await nats.kill()
      await setTimeout(NATS_AWAY_MS)
      await nats.restart()
      await goesOn(walkers, 'NATS was away')
      await isWhole(cluster, 'NATS was away')

      await postgres.kill()
      const started = performance.now()
      for (const client of walkers) await asked(() => client.ask('where', {}))
      assert.ok(performance.now() - started < POSTGRES_AWAY_MS / 2, 'play goes on without the store')
      await setTimeout(Math.max(0, POSTGRES_AWAY_MS - (performance.now() - started)))
      await postgres.restart()
      await goesOn(walkers, 'PostgreSQL was away')
    }),
)

/** Waits until somebody leads, and another region has a district: on a busy machine one may have all for a while. */
async function leaderAndAnother(cluster: ClusterProcess): Promise<{ leader: string; going: string }> {
  for (const end = performance.now() + 180_000; ; await setTimeout(200)) {
    const { leader, districts } = await cluster.told()
    const going = districts.find(({ owner }) => owner !== leader && cluster.lives(owner))?.owner
    if (cluster.lives(leader) && going !== undefined) return { leader, going }
    assert.ok(performance.now() < end, `${leader} leads, and has every district\n${cluster.lines.join('\n')}`)
  }
}

test(
  'the leader is killed in the middle of a move, and a region is cut off: nothing is lost or doubled',
  { skip, timeout: 300_000 },
  (t) =>
    play(t, 24_660, async ({ cluster, walkers }) => {
      // A region drains, by moves of the leader, who dies in the middle of them.
      const { leader, going } = await leaderAndAnother(cluster)
      process.kill(cluster.pidOf(going), 'SIGTERM')
      await setTimeout(100)
      process.kill(cluster.pidOf(leader), 'SIGKILL')
      await cluster.until(
        () => cluster.lines.some((line) => line.startsWith(`${leader} ended (SIGKILL)`)),
        'it is dead',
      )
      await cluster.until(() => !cluster.lives(going), 'the one that drained has ended')
      await isWhole(cluster, 'the leader has died')
      await goesOn(walkers, 'the leader has died')

      // A region hears and says nothing for a while: others take over, and it is refused when it is back.
      const cut = (await cluster.told()).districts.find(({ district }) => district === 0)?.owner ?? ''
      const heardUntil = cluster.lines.length
      process.kill(cluster.pidOf(cut), 'SIGSTOP')
      await cluster.until(
        () =>
          cluster.lines.slice(heardUntil).some((line) => /^region-\w+: speaks for district 0, at/.test(line)),
        'another has its district',
      )
      process.kill(cluster.pidOf(cut), 'SIGCONT')
      await cluster.until(
        () =>
          cluster.lines
            .slice(heardUntil)
            .some((line) => line.startsWith(`${cut}: speaks for district 0 no more`)),
        'it says that it has it no more',
      )
      await goesOn(walkers, 'a region was cut off')
    }),
)
