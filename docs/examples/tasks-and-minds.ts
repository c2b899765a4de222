/** A shepherd, a dog and a bell: tasks and minds on the meadow. See docs/tasks-and-minds.md. */
import { firstOf, Minds, seconds, signalled, type TaskSteps, ticks, type World } from 'shardless'
import type { meadow } from './meadow/game.ts'

export function begin(world: World<typeof meadow>): void {
  const { tasks } = world
  const minds = new Minds(world, {
    radius: 0.4,
    speed: 5,
    // The meadow's players go eight ways, so its minds do too.
    command: ({ east, north }) => ({ east: Math.round(east), north: Math.round(north) }),
  })
  const home = { x: 128, y: 128 }
  const dolly = world.spawn('sheep', { position: home, name: 'Dolly' })
  const rex = world.spawn('sheep', { position: { x: 130, y: 128 }, name: 'Rex' })

  // Wool grows, one look a second, whenever there is time for it: priority 100.
  tasks.start(
    function* growing() {
      for (;;) {
        if (dolly.wool < 100) dolly.wool++
        yield seconds(1)
      }
    },
    { priority: 100, of: dolly },
  )

  // Dolly wanders until the bell rings or ten minutes are over, then goes home.
  minds.start(dolly, function* () {
    for (;;) {
      const wandering = minds.start(dolly, () => minds.wander(dolly, { around: home, radius: 30 }))
      const { index } = yield* firstOf(signalled<string>('bell'), seconds(600))
      wandering.stop()
      if (index === 0) yield* minds.goTo(dolly, home, { isHasty: true })
      yield ticks(20)
    }
  })
  minds.start(rex, () => minds.follow(rex, dolly))
  tasks.start(() => ringing(world))
}

/** What a task cleans up in `finally` is cleaned up however it ends. */
function* ringing(world: World<typeof meadow>): TaskSteps {
  try {
    for (;;) {
      yield seconds(120)
      world.tasks.signal('bell', 'ding')
    }
  } finally {
    world.tasks.signal('bell', 'for the last time')
  }
}
