import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, instant } from '../../core/index.ts'
import { BusNetwork } from '../bus/memory/bus-network.ts'
import { AskedDirectory } from './asked-directory.ts'
import { type ClusterMember, RENEWAL_MS } from './directory.ts'
import { DirectoryDesk } from './directory-desk.ts'

const member = (name: string): ClusterMember => ({
  ...{ name, role: 'region', address: '', isDraining: false, followers: [], load: [], tickShare: 0 },
})

/** A directory's process and two members, of which each asks when it is told to. */
function stage() {
  const network = new BusNetwork()
  let now: Instant = instant(0)
  new DirectoryDesk(network.join('directory'), () => now, 'run 1')
  const directories = {
    a: new AskedDirectory(network.join('a'), () => 'directory'),
    b: new AskedDirectory(network.join('b'), () => 'directory'),
  }
  const asked = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
    for (let i = 0; i < 8; i++) network.deliver(now)
    return question
  }
  return {
    directories,
    asked,
    /** Lets time go on, both renewing. */
    async renew(ms: number, names: readonly ('a' | 'b')[]) {
      for (const end = now + ms; now < end; now = instant(now + RENEWAL_MS))
        for (const name of names) await asked(directories[name].renew(member(name)))
    },
    jump(ms: number) {
      now = instant(now + ms)
      network.deliver(now)
    },
    async names(): Promise<string[]> {
      return (await asked(directories.a.look())).members.map(({ name }) => name).sort()
    },
  }
}

test('a directory that was held up misses nobody whose renewal it had no time to read', async () => {
  const { renew, jump, names } = stage()
  await renew(3000, ['a', 'b'])
  assert.deepEqual(await names(), ['a', 'b'])
  jump(10_000)
  assert.deepEqual(await names(), ['a', 'b'], 'it looked at nothing meanwhile')
})

test('a member that renews no more while the directory looks is missed after its time', async () => {
  const { renew, names } = stage()
  await renew(3000, ['a', 'b'])
  await renew(2100, ['a'])
  assert.deepEqual(await names(), ['a'])
})
