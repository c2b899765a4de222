import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BURST_EVERY_MS, BURST_LASTS_MS, Bursts, clusterScale, edgesOf, meshRatio } from './scaling.ts'

test('N clients have N connections, a full mesh N(N-1)/2, each pair once', () => {
  for (const [count, star, mesh, ratio] of [
    [2, 2, 1, 0.5],
    [4, 4, 6, 1.5],
    [8, 8, 28, 3.5],
    [12, 12, 66, 5.5],
  ]) {
    assert.equal(edgesOf('client-server', count).length, star)
    const edges = edgesOf('full-mesh', count)
    assert.equal(new Set(edges.map(({ from, to }) => `${from} ${to}`)).size, mesh)
    assert.ok(edges.every(({ from, to }) => from < to))
    assert.equal(meshRatio(count), ratio)
  }
})

test('every 1.5 s a packet sets out on every connection, and is there a second later', () => {
  const bursts = new Bursts(edgesOf('full-mesh', 4), 100)
  const count = (at: number): number => bursts.inFlight(at).length
  assert.deepEqual([99, 100, 1099, 1100, 1599, 1600].map(count), [0, 6, 6, 0, 0, 6])
  assert.equal(bursts.inFlight(100 + BURST_EVERY_MS + BURST_LASTS_MS / 4)[5].progress, 0.25)
})

test('in a cluster every player has one connection, however many processes there are', () => {
  const per = { perGateway: 400, perRegion: 250 }
  const one = { gateways: 1, regions: 1, playerEdges: 12, processEdges: 1, neighbours: [] }
  assert.deepEqual(clusterScale(12, per), one)
  // Four regions in a square have four borders; three gateways follow each of the four.
  const { neighbours, ...counts } = clusterScale(1000, per)
  assert.deepEqual(counts, { gateways: 3, regions: 4, playerEdges: 1000, processEdges: 16 })
  assert.deepEqual(
    neighbours.map(({ from, to }) => `${from} ${to}`),
    ['0 1', '0 2', '1 3', '2 3'],
  )
})
