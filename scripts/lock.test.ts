import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { withLock } from './lock.mjs'

let folder: string
let path: string
let told: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardless-lock-'))
  path = join(folder, 'deep', 'lock')
  told = []
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const tell = (sentence: string): number => told.push(sentence)

/** A lock as a process leaves it behind that was killed. */
function leave(owner: string | undefined, ageMs = 0): void {
  mkdirSync(path, { recursive: true })
  if (owner !== undefined) writeFileSync(join(path, 'owner.json'), owner)
  const then = new Date(Date.now() - ageMs)
  utimesSync(path, then, then)
}

test('what is done under a lock is done one after the other, and those who wait are told once', async () => {
  const order: string[] = []
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    order.push(`${name} ends`)
  }
  await Promise.all([withLock(path, work('a'), tell), withLock(path, work('b'), tell)])
  assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends'])
  assert.equal(told.length, 1)
  assert.equal(existsSync(path), false)
})

test('a lock is given back when the work fails', async () => {
  await assert.rejects(
    withLock(path, async () => {
      throw new Error('no')
    }),
    /no/,
  )
  assert.equal(existsSync(path), false)
})

test('a lock whose processes are all gone is taken over at once', async () => {
  // No process has a number this large.
  leave(JSON.stringify({ host: hostname(), pids: [2 ** 30, 2 ** 30 + 1] }))
  assert.equal(await withLock(path, async () => 'done', tell), 'done')
  assert.deepEqual(told, [])
})

test('a lock without an owner is left behind after 5 s, not before', async () => {
  leave(undefined, 4000)
  const started = performance.now()
  await withLock(path, async () => {}, tell)
  assert.ok(performance.now() - started > 500)
  assert.equal(told.length, 1)

  leave('{ "ho', 6000)
  told = []
  await withLock(path, async () => {}, tell)
  assert.deepEqual(told, [])
})

test('a lock is held while one of its processes lives', async () => {
  leave(JSON.stringify({ host: hostname(), pids: [2 ** 30, process.pid] }))
  const waiting = withLock(path, async () => 'done', tell)
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.equal(told.length, 1)
  rmSync(path, { recursive: true })
  assert.equal(await waiting, 'done')
})
