import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stage, Watcher } from '../stage.suite.ts'
import { digest, firstMismatch } from './digest.ts'
import { cellKey } from './topic.ts'

function scene() {
  const stage = new Stage()
  const ada = stage.walker(100, 100)
  const watcher = new Watcher(stage.desk).at(100, 100)
  stage.tick(watcher)
  const [ours, theirs] = [stage.author.ledger, watcher.replica.ledger]
  return { stage, ada, watcher, ours, theirs, key: cellKey(27) }
}

test('[T34] two holders of the same state have the same hash, and nothing to complain of', () => {
  const { ours, theirs, key } = scene()
  assert.equal(digest(ours, key), digest(theirs, key))
  assert.equal(firstMismatch(ours, theirs, key), undefined)
  assert.notEqual(digest(ours, key), digest(ours, cellKey(0)))
})

test('[T34] a difference names topic, entity and field', () => {
  const { stage, ada, ours, theirs, key } = scene()
  ada.health = 12
  stage.tick()
  assert.notEqual(digest(ours, key), digest(theirs, key))
  assert.equal(
    firstMismatch(ours, theirs, key),
    'cell 27: walker 1 in slot 0.0, field health, is 12 here and 100 there',
  )
  stage.world.despawn(ada)
  stage.tick()
  assert.equal(
    firstMismatch(ours, theirs, key),
    'cell 27: walker 1 in slot 0.0, field kind, is missing here and walker there',
  )
  assert.match(firstMismatch(theirs, ours, key) ?? '', /is walker here and missing there$/)
})
