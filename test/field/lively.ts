/** The field of tests with more going on: wanderers, hidden things that some may see, weather in the sky. */
import { defineBot } from '../../src/client/index.ts'
import { cos, sin } from '../../src/core/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { BODY_RADIUS } from '../../src/world/index.ts'
import { field, fieldServer } from './field.ts'

const WANDERERS = 12
const SECRETS = 3

export const lively = defineServer(field, {
  ...fieldServer.options,
  begin({ world }) {
    const { random } = world
    const somewhere = () => ({ x: random.between(60, 118), y: random.between(90, 170) })
    for (let i = 0; i < WANDERERS; i++)
      world.spawn('walker', { position: somewhere(), health: 50, name: `Wanderer ${i}` })
    for (let i = 0; i < SECRETS; i++)
      world.spawn('secret', { position: somewhere(), code: i }, { isRestricted: true })
    world.spawn('sky', { rain: 0 })
  },
  update({ world }) {
    const { random } = world
    for (const walker of world.entities('walker')) {
      if (!walker.name.startsWith('Wanderer')) continue
      // A way for a second or so, from dice that depend on the second only.
      const turn = Math.floor(world.seconds + walker.id * 0.37) * 7 + walker.id
      const way = (turn % 8) * (Math.PI / 4)
      world.map.slide(walker.position, cos(way) * 0.2, sin(way) * 0.2, BODY_RADIUS)
      if (random.chance(0.01)) walker.health = random.integer(0, 100)
      if (random.chance(0.001)) world.teleport(walker, { x: 100, y: 128 })
    }
    for (const secret of world.entities('secret')) {
      if (random.chance(0.02)) secret.code = random.integer(0, 65_535)
      // The first of them shows itself now and then.
      if (secret.code === 0 && random.chance(0.01)) world.restrict(secret, random.chance(0.5))
    }
    for (const sky of world.entities('sky')) if (random.chance(0.01)) sky.rain = random.integer(0, 9)
  },
  /** Who has an even number may see the secrets. */
  canSee: ({ player }) => player.id % 2 === 0,
})

/** They walk about, talk now and then, and ask for prices. */
export const livelyBots = defineBot(field, {
  begin({ random }) {
    let command = { east: 0, north: 0 }
    let until = 0
    return ({ client, seconds }) => {
      if (seconds >= until) {
        until = seconds + random.between(0.2, 2)
        command = { east: random.integer(-1, 1), north: random.integer(-1, 1) }
        const failed = () => {}
        if (random.chance(0.1)) client.ask('say', { text: 'hello' }).catch(failed)
        if (random.chance(0.1)) client.ask('buy', { price: random.integer(0, 100) }).catch(failed)
      }
      return command
    }
  },
})
