import assert from 'node:assert/strict'
import { createMemoryStore, type ItemChange } from '../index.ts'
import {
  checkpointOf,
  dumpOf,
  ground,
  mint,
  newAccount,
  newCharacter,
  population,
  type Rule,
} from '../population.suite.ts'

/** Tests what every store does when it is dumped and restored. */
export function dumpRules(rule: Rule): void {
  rule('a dump restored elsewhere is the same store, but for leases', async (store) => {
    await population(store)
    await store.characters.enter({ id: 'ada-1', server: 's1' })
    const elsewhere = createMemoryStore()
    await elsewhere.restore(store.dump())
    assert.equal((await elsewhere.characters.find('ada-1'))?.lease, undefined)
    const without = (lines: string[]): string[] =>
      lines.map((line) => line.replace(/"server":[^,]*,"epoch":\d+/, ''))
    assert.deepEqual(without(await dumpOf(elsewhere)), without(await dumpOf(store)))
  })

  rule(
    'restoring puts a dump in place of everything, and what holders of old leases say is stale',
    async (store) => {
      const other = createMemoryStore()
      await population(other)
      const expected = await dumpOf(other)
      await store.accounts.create(newAccount('eve'))
      await store.characters.create(newCharacter('ada-1', 'eve'))
      for (let times = 0; times < 3; times++) await store.characters.enter({ id: 'ada-1', server: 's1' })
      await store.restore(other.dump())
      assert.equal(await store.accounts.find('eve'), undefined)
      const numbered = (lines: string[]): string[] => lines.map((line) => line.replace(/"epoch":\d+/, ''))
      assert.deepEqual(numbered(await dumpOf(store)), numbered(expected))
      assert.deepEqual(await store.characters.checkpoint([checkpointOf('ada-1', 3)]), { stale: ['ada-1'] })
      const entered = await store.characters.enter({ id: 'ada-1', server: 's2' })
      assert.ok(entered.is === 'entered' && entered.character.lease!.epoch > 3)
    },
  )

  rule('a restore that breaks off changes nothing', async (store) => {
    await population(store)
    const before = await dumpOf(store)
    const torn = async function* () {
      for await (const rows of store.dump()) {
        yield rows
        throw new Error('the disk was pulled out')
      }
    }
    const source = createMemoryStore()
    await source.restore(store.dump())
    const broken = async function* () {
      for await (const rows of source.dump()) yield rows.slice(0, 2)
      throw new Error('the disk was pulled out')
    }
    await assert.rejects(store.restore(broken()), /pulled out/)
    assert.deepEqual(await dumpOf(store), before)
    await assert.rejects(createMemoryStore().restore(torn()), /pulled out/)
    assert.equal((await store.accounts.create(newAccount('eve'))).is, 'created')
  })

  rule('restores at once, and while others write, leave all of one of them', async (store) => {
    const ones = createMemoryStore()
    const twos = createMemoryStore()
    for (const [source, accounts] of [
      [ones, 30],
      [twos, 70],
    ] as const) {
      for (let index = 0; index < accounts; index++)
        await source.accounts.create(newAccount(`${accounts}-${index}`))
      await population(source)
    }
    await population(store)
    let isOver = false
    let done = 0
    const writing = [1, 2, 3, 4].map(async (writer) => {
      for (let turn = 0; !isOver; turn++) {
        const change: ItemChange = {
          do: 'rewrite',
          id: 'coins',
          from: { character: 'ada-1' },
          data: Uint8Array.of(turn),
        }
        const { is } = await store.items.apply({ id: `${writer}-${turn}`, at: 1, changes: [change] })
        await store.characters.enter({ id: 'ada-1', server: `s${writer}` })
        if (is === 'done') done++
      }
    })
    await Promise.all([ones, twos, ones, twos].map((source) => store.restore(source.dump())))
    isOver = true
    await Promise.all(writing)
    assert.ok(done > 0)
    const count = await store.accounts.count()
    assert.ok(count === 32 || count === 72, `${count} accounts`)
  })

  rule('a dump sees one moment, and writing goes on meanwhile', async (store) => {
    await population(store)
    const before = await dumpOf(store)
    const rows = store.dump()[Symbol.asyncIterator]()
    const first = await rows.next()
    await store.accounts.create(newAccount('eve'))
    await store.items.apply({ id: 'meanwhile', at: 1, changes: [mint('meanwhile', ground)] })
    const lines = first.value.map((row: unknown) => JSON.stringify(row))
    for (let next = await rows.next(); !next.done; next = await rows.next()) {
      lines.push(...next.value.map((row) => JSON.stringify(row)))
    }
    assert.deepEqual(lines.sort(), before)
  })
}
