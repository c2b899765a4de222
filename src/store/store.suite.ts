import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { accountRules } from './account-rules.suite.ts'
import { dumpRules } from './backup/dump-rules.suite.ts'
import { characterRules } from './character-rules.suite.ts'
import { districtRules, fenceRules } from './district-rules.suite.ts'
import type { Store } from './index.ts'
import { itemRules } from './item-rules.suite.ts'
import { dumpOf, newAccount, population } from './population.suite.ts'
import { valueRules } from './value-rules.suite.ts'

/** One implementation of the store, as the suite drives it. */
export interface StoreUnderTest {
  readonly name: string
  /** Why the store cannot run on this machine; undefined where it can. */
  readonly missing?: string
  /** Called before the first test and after the last. */
  begin?(): Promise<void>
  end?(): Promise<void>
  /** Opens a new, empty store. */
  open(): Promise<Store>
  /** Opens the last store's data again; left out when it ends with the store. */
  openAgain?(): Promise<Store>
}

/** Tests the rules that every store keeps. */
export function storeSuite(store: StoreUnderTest): void {
  describe(`a store (${store.name})`, { skip: store.missing ?? false }, () => {
    before(async () => store.begin?.())
    after(async () => store.end?.())
    const rule = (title: string, play: (opened: Store) => Promise<void>): void => {
      test(title, async () => {
        const opened = await store.open()
        try {
          await play(opened)
        } finally {
          await opened.close()
        }
      })
    }
    accountRules(rule)
    characterRules(rule)
    itemRules(rule)
    valueRules(rule)
    dumpRules(rule)
    const opened: Store[] = []
    after(() => Promise.all(opened.map((one) => one.close())))
    districtRules(async () => {
      const one = await store.open()
      opened.push(one)
      return one.districts
    })
    fenceRules(rule)

    if (store.openAgain === undefined) return
    test('what was answered is there when the store is opened again', async () => {
      const first = await store.open()
      await population(first)
      const rows = await dumpOf(first)
      await first.close()
      const second = await store.openAgain!()
      assert.deepEqual(await dumpOf(second), rows)
      await second.close()
    })
    test('a request that was asked before close is answered', async () => {
      const first = await store.open()
      const asked = [1, 2, 3].map((number) => first.accounts.create(newAccount(`a${number}`)))
      await first.close()
      assert.deepEqual(
        (await Promise.all(asked)).map(({ is }) => is),
        ['created', 'created', 'created'],
      )
      const second = await store.openAgain!()
      assert.equal(await second.accounts.count(), 3)
      await second.close()
    })
  })
}
