/** What nobody steps stands: it is not shown going on for long, nor taken over from where it would have gone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type meadow, meadowServer } from './meadow.ts'
import { SharedTown } from './shared-town.ts'

/** Metres that a ball rolls in the ticks for which it is shown going on, and on the way to whoever looks. */
const FORESEEN = 14 * 0.05 * 9

/** A town whose western ball rolls east and crosses the border. */
async function town() {
  const cut = new SharedTown<typeof meadow>({ definition: meadowServer, between: '3ms', regions: 3 })
  await cut.settle()
  const [west, east] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
  cut.entrance = () => east
  const eva = await cut.join('Eva')
  const { world } = cut.get(west).region.home
  const { id } = world.spawn('ball', {
    position: { x: 114, y: 64 },
    east: 14,
    owner: 1,
    label: 'rolling',
  })
  /** Where Eva is shown the ball. */
  const shown = (): number => {
    eva.frame()
    const [ball] = [...eva.entities('ball')]
    return ball?.position.x ?? Number.NaN
  }
  await cut.run(300)
  return { cut, west, east, id, shown }
}

/** Lets time pass until something holds. */
async function until(cut: SharedTown<typeof meadow>, holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds() && waited < 8000; waited++) await cut.run(1)
  assert.ok(holds(), `it does not come about by ${cut.now} ms`)
}

test('[K25] what waits for another region to take it stands, for who looks on and for other regions', async () => {
  const { cut, west, east, id, shown } = await town()
  cut.loses = (_from, _to, { is }) => is === 'give'
  await until(cut, () => cut.realIn(id).length === 0)
  cut.hears = ({ is }) => is !== 'rows'
  const ghost = () => cut.get(east).region.home.world.get(id)!
  const stood = cut.get(west).region.home.world.get(id)!.position!.x
  let furthest = 0
  cut.watch = () => {
    furthest = Math.max(furthest, shown(), ghost().position!.x)
  }
  await cut.run(600)
  assert.ok(furthest > stood + 0.5, 'for some ticks it goes on, as most that cross are taken within them')
  await cut.run(1500)
  assert.ok(furthest < stood + FORESEEN, `it stood at ${stood}, and was shown at ${furthest}`)
  for (const at of [shown(), ghost().position!.x])
    assert.ok(Math.abs(at - stood) < 0.1, `${at}, and ${stood}`)
  cut.loses = () => false
  cut.hears = () => true
  cut.watch = () => {}
  await cut.run(1000)
  assert.deepEqual(cut.realIn(id), [east])
  const truth = cut.truthOf(id)!.position!.x
  assert.ok(Math.abs(shown() - truth) < 1.5, `${shown()}, and ${truth}`)
})

test('[K25] [K6] who takes over what stood takes it over where it stood', async () => {
  const { cut, west, id } = await town()
  cut.hears = ({ is }) => is !== 'pass'
  await until(cut, () => cut.realIn(id).length === 0)
  const stood = cut.get(west).region.home.world.get(id)!.position!.x
  await cut.run(2000)
  cut.kill(west)
  await until(cut, () => cut.realIn(id).length > 0)
  // It is over the border, and would be handed over at once.
  const at = cut.truthOf(id)!.position!.x
  assert.ok(Math.abs(at - stood) <= 14 * 0.05 + 0.1, `it stood at ${stood}, and is at ${at}`)
})

test('[K25] what a paused region has stands, and goes on with it', async () => {
  const { cut, west, east, id, shown } = await town()
  const truth = () => cut.get(west).region.home.world.get(id)!.position!.x
  cut.paused.add(west)
  const stood = truth()
  let furthest = 0
  cut.watch = () => {
    furthest = Math.max(furthest, shown(), cut.get(east).region.home.world.get(id)!.position!.x)
  }
  await cut.run(1300)
  assert.ok(furthest > stood && furthest < stood + FORESEEN, `${furthest}, and stood at ${stood}`)
  assert.ok(Math.abs(shown() - stood) < 1.5, `${shown()}, and ${stood}`)
  cut.paused.delete(west)
  cut.watch = () => {}
  await cut.run(400)
  assert.ok(Math.abs(shown() - cut.truthOf(id)!.position!.x) < 1.5)
})

test('[K25] what a dead region had stands until another has it', async () => {
  const { cut, west, id, shown } = await town()
  const stood = cut.get(west).region.home.world.get(id)!.position!.x
  cut.hears = ({ is }) => is !== 'claim'
  cut.kill(west)
  let furthest = 0
  cut.watch = () => {
    furthest = Math.max(furthest, shown())
  }
  await cut.run(1500)
  assert.deepEqual(cut.realIn(id), [])
  assert.ok(furthest < stood + FORESEEN, `${furthest}, and stood at ${stood}`)
  assert.ok(Math.abs(shown() - stood) < 1.5, `${shown()}, and ${stood}`)
})
