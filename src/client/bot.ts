import type { Random } from '../core/index.ts'
import type { AnyGame, CommandOf, PlayerOf } from '../world/index.ts'
import type { Client } from './client.ts'

/** What a bot can see and use when it decides. */
export interface Bot<G extends AnyGame> {
  readonly client: Client<G>
  /** Its own character, as shown. */
  readonly me: PlayerOf<G>
  readonly random: Random
  /** Seconds since it came into the world. */
  readonly seconds: number
}

/** A bot's mind: called once a tick, it says what the bot wants. */
export type Mind<G extends AnyGame> = (bot: Bot<G>) => CommandOf<G>

export interface BotDefinition<G extends AnyGame = AnyGame> {
  readonly game: G
  /** A name for the bot of this number, from 0. */
  readonly name: (number: number) => string
  /** Makes the mind of one bot. */
  readonly begin: (random: Random) => Mind<G>
}

/** Describes how bots of a game behave, for `shardless bots`. They are real clients: what they can do, players can. */
export function defineBot<G extends AnyGame>(
  game: G,
  bot: { readonly name?: (number: number) => string; readonly begin: (random: Random) => Mind<G> },
): BotDefinition<G> {
  return { game, name: bot.name ?? ((number) => `Bot ${number + 1}`), begin: bot.begin }
}
