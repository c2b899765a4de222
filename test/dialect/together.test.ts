import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '../../src/server/index.node.ts'
import { portOf } from '../../src/transport/index.ts'
import definition, { carriers, dialects } from './every-dialect.node.ts'
import { joinAll, meet } from './visitors.node.ts'

test('whoever comes by whatever protocol sees all others come, walk and talk, and is seen by them', async (context) => {
  const listen = ['ws', ...carriers].map((carrier) => `${carrier}://127.0.0.1:0`)
  const server = await serve(definition, { listen, dialects })
  context.after(() => server.close())
  const visitors = await joinAll(context, (name) => portOf(server.urls.find((url) => url.startsWith(name))!))
  await meet(visitors)
  assert.equal(server.host.stats.players, visitors.length)
  assert.deepEqual(server.host.stats.mistakes, {})
})
