import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, instant } from '../../core/index.ts'
import { BusNetwork } from '../bus/memory/bus-network.ts'
import { AskedDirectory } from './asked-directory.ts'
import { directorySuite, memberOf } from './directory.suite.ts'
import type { Directory } from './directory.ts'
import { MEMBER_TTL_MS, RENEWAL_MS } from './directory.ts'
import { DirectoryDesk } from './directory-desk.ts'

/** A directory process and those that ask it, in virtual time that goes on by itself while somebody waits. */
function town() {
  const network = new BusNetwork({ delayMs: () => 1 })
  let now = 0
  let isOver = false
  const clock = (): Instant => instant(now)
  let desk = 0
  let beat = (): void => {}
  let processes = 0
  const begin = (): void => {
    desk++
    const process = new DirectoryDesk(network.join(`directory-${desk}`), clock, `run ${desk}`)
    beat = () => process.beat()
  }
  const step = async (ms: number): Promise<void> => {
    for (const end = now + ms; now < end; now += 1) {
      network.deliver(instant(now))
      if (now % RENEWAL_MS === 0) beat()
      for (let turn = 0; turn < 4; turn++) await undefined
    }
  }
  /** Time goes on between the turns of whoever waits for an answer. */
  const run = async (): Promise<void> => {
    while (!isOver) {
      await step(1)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  void run()
  return {
    network,
    begin,
    crash: () => network.crash(`directory-${desk}`),
    open: (): Directory => new AskedDirectory(network.join(`p${++processes}`), () => `directory-${desk}`),
    pass: step,
    now: () => now,
    close: () => void (isOver = true),
  }
}

directorySuite({
  name: 'a process, over the bus',
  async stage() {
    const { begin, open, pass, close } = town()
    begin()
    await pass(MEMBER_TTL_MS + RENEWAL_MS + 10)
    return {
      open: async () => open(),
      pass,
      async until(isSo) {
        for (let tries = 0; !(await isSo()); tries++) if (tries === 100) throw new Error(`not so: ${isSo}`)
      },
      close: async () => close(),
    }
  },
})

test('a directory that died is away, says nothing of who is there until all could say so, and then knows them', async () => {
  const { begin, crash, open, pass, now, close } = town()
  begin()
  const directory = open()
  await assert.rejects(directory.look(), /has just begun/)
  await pass(MEMBER_TTL_MS + RENEWAL_MS)
  await directory.renew(memberOf('a'))
  await directory.assign({ district: 1, owner: 'a', epoch: 1, movingTo: '' }, 0)
  assert.equal((await directory.look()).assignments.length, 1)
  crash()
  await assert.rejects(directory.look(), /does not answer/)
  begin()
  const since = now()
  await directory.renew(memberOf('a'))
  await assert.rejects(directory.look(), /has just begun/)
  while (now() < since + MEMBER_TTL_MS + RENEWAL_MS) {
    await directory.renew(memberOf('a'))
    await pass(100)
  }
  const view = await directory.look()
  assert.deepEqual(
    view.members.map(({ name }) => name),
    ['a'],
  )
  assert.deepEqual(view.assignments, [], 'an edition of the one that died is not taken for one of this')
  close()
})
