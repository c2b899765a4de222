import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutsideError } from '../core/index.ts'
import { atAnyPort } from './listening.node.ts'

test('where any port will do, another one is tried when one is taken; a port that was asked for is the one or none', async () => {
  let tried = 0
  const listen = async (): Promise<string> => {
    if (++tried < 4) throw new OutsideError(`Port ${tried} is taken.`)
    return `port ${tried}`
  }
  assert.equal(await atAnyPort(0, listen), 'port 4')
  tried = 0
  await assert.rejects(atAnyPort(4000, listen), new OutsideError('Port 1 is taken.'))
  tried = -100
  await assert.rejects(atAnyPort(0, listen), OutsideError)
  assert.equal(tried, -90)
})
