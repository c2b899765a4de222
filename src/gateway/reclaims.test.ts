import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../core/index.ts'
import type { Connection } from './connection.ts'
import { Reclaims } from './reclaims.ts'
import type { Session } from './session.ts'

test('[K24] who waits no more is asked for no more, and not given up when a region answers late that it has them', () => {
  for (const lateMs of [29_999, 30_000]) {
    const reclaims = new Reclaims()
    const connection = {} as Connection<Session>
    const constant = Uint8Array.of(7)
    reclaims.begin(4, { connection, said: { is: 'hello' } as never, constant, key: 'k' }, instant(0))
    assert.deepEqual(
      reclaims.withdrawn(() => false, instant(100)),
      [4],
    )
    assert.deepEqual([reclaims.size, reclaims.due(instant(1e9))], [0, []])
    assert.equal(reclaims.unknown(4, instant(200)), undefined)
    reclaims.withdrawn(() => false, instant(100 + lateMs))
    assert.equal(reclaims.take(4)?.constant, lateMs < 30_000 ? constant : undefined)
    assert.equal(reclaims.take(4), undefined)
  }
})
