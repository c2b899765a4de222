/** The records that the wire bench measures, and values for them: plausible, drawn from seeded dice. */
import protobuf from 'protobufjs'
import type { Random } from '../src/core/index.ts'
import {
  angle,
  bool,
  choice,
  type Field,
  integer,
  list,
  optional,
  quantized,
  record,
  text,
} from '../src/wire/index.ts'

/** One kind of value, described for wire and for protobuf. */
export interface Sample {
  readonly name: string
  readonly field: Field<unknown>
  readonly protobuf: protobuf.Type
  readonly value: (dice: Random) => object
  /** Returns the same value as protobuf wants it: numbers for names, a message for a list. */
  readonly forProtobuf: (value: object) => object
  /** How many movers it is worth, so that every case takes about as long. */
  readonly weight: number
}

const metres = { min: 0, max: 512, step: 1 / 64 }
const gaits = ['standing', 'walking', 'running', 'swimming'] as const
const effects = ['poisoned', 'blessed', 'slowed', 'shielded', 'invisible'] as const

const moverField = record('mover', {
  x: quantized(metres),
  y: quantized(metres),
  facing: angle({ steps: 256 }),
  health: integer({ min: 0, max: 100 }),
})

const playerField = record('player', {
  id: integer({ min: 0, max: 65_535 }),
  name: text({ bytesMax: 24 }),
  guild: optional(text({ bytesMax: 24 })),
  x: quantized(metres),
  y: quantized(metres),
  facing: angle({ steps: 256 }),
  speed: quantized({ min: 0, max: 16, step: 1 / 16 }),
  gait: choice(gaits),
  health: integer({ min: 0, max: 1000 }),
  mana: integer({ min: 0, max: 1000 }),
  level: integer({ min: 1, max: 99 }),
  isMounted: bool(),
  isFighting: bool(),
  gear: list(
    record({ item: integer({ min: 0, max: 4095 }), wear: quantized({ min: 0, max: 1, step: 1 / 64 }) }),
    {
      lengthMax: 15,
    },
  ),
  effects: list(
    record({
      effect: choice(effects),
      seconds: quantized({ min: 0, max: 64, step: 1 / 8 }),
      stacks: integer({ min: 1, max: 8 }),
    }),
    { lengthMax: 15 },
  ),
  party: list(integer({ min: 0, max: 65_535 }), { lengthMax: 7 }),
})

const root = protobuf.parse(`
  syntax = "proto3";
  message Mover { float x = 1; float y = 2; float facing = 3; uint32 health = 4; }
  message Movers { repeated Mover movers = 1; }
  message Gear { uint32 item = 1; float wear = 2; }
  message Effect { uint32 effect = 1; float seconds = 2; uint32 stacks = 3; }
  message Player {
    uint32 id = 1; string name = 2; optional string guild = 3; float x = 4; float y = 5; float facing = 6;
    float speed = 7; uint32 gait = 8; uint32 health = 9; uint32 mana = 10; uint32 level = 11;
    bool isMounted = 12; bool isFighting = 13;
    repeated Gear gear = 14; repeated Effect effects = 15; repeated uint32 party = 16;
  }
`).root

/** Four small numbers: what is sent most. */
export const mover: Sample = {
  name: 'mover',
  field: moverField as Field<unknown>,
  protobuf: root.lookupType('Mover'),
  value: moverValue,
  forProtobuf: (value) => value,
  weight: 1,
}

/** Sixteen fields of many kinds, short text, nested lists. */
export const player: Sample = {
  name: 'player',
  field: playerField as Field<unknown>,
  protobuf: root.lookupType('Player'),
  value: playerValue,
  forProtobuf: protobufPlayer,
  weight: 10,
}

/** What one viewer sees in a busy place. */
export const movers: Sample = {
  name: '60 movers',
  field: list(moverField, { lengthMax: 255 }) as Field<unknown>,
  protobuf: root.lookupType('Movers'),
  value: (dice) => Array.from({ length: 60 }, () => moverValue(dice)),
  forProtobuf: (value) => ({ movers: value }),
  weight: 60,
}

export const samples: readonly Sample[] = [mover, player, movers]

/** Other records with as many fields as a mover has. */
export const others: readonly Field<Record<string, number>>[] = Array.from({ length: 8 }, (_, i) =>
  record({
    [`first${i}`]: quantized(metres),
    [`second${i}`]: angle({ steps: 256 }),
    [`third${i}`]: integer({ min: 0, max: 100 }),
    [`fourth${i}`]: quantized(metres),
  }),
)

function moverValue(dice: Random) {
  return {
    x: dice.integer(0, 32_767) / 64,
    y: dice.integer(0, 32_767) / 64,
    facing: dice.integer(0, 255) * ((2 * Math.PI) / 256),
    health: dice.integer(0, 100),
  }
}

function playerValue(dice: Random) {
  const guild = dice.chance(0.5) ? { guild: word(dice) } : {}
  return {
    id: dice.integer(0, 65_535),
    name: word(dice),
    ...guild,
    ...moverValue(dice),
    speed: dice.integer(0, 255) / 16,
    gait: dice.pick(gaits),
    health: dice.integer(0, 1000),
    mana: dice.integer(0, 1000),
    level: dice.integer(1, 99),
    isMounted: dice.chance(0.5),
    isFighting: dice.chance(0.5),
    gear: Array.from({ length: 6 }, () => ({ item: dice.integer(0, 4095), wear: dice.integer(0, 63) / 64 })),
    effects: Array.from({ length: 2 }, () => ({
      effect: dice.pick(effects),
      seconds: dice.integer(0, 511) / 8,
      stacks: dice.integer(1, 8),
    })),
    party: Array.from({ length: 4 }, () => dice.integer(0, 65_535)),
  }
}

function protobufPlayer(value: object): object {
  const from = value as ReturnType<typeof playerValue>
  return {
    ...from,
    gait: gaits.indexOf(from.gait),
    effects: from.effects.map((one) => ({ ...one, effect: effects.indexOf(one.effect) })),
  }
}

function word(dice: Random): string {
  return Array.from({ length: dice.integer(4, 12) }, () => String.fromCharCode(dice.integer(97, 122))).join(
    '',
  )
}
