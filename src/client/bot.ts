import type { Random } from '../core/index.ts'
import type { AnyGame, CommandOf, PlayerOf } from '../world/index.ts'
import type { Client } from './client.ts'

/** What a bot can see and use when it decides. */
export interface Bot<G extends AnyGame> {
  readonly client: Client<G>
  /** The bot's own character, as shown. */
  readonly me: PlayerOf<G>
  readonly random: Random
  /** The seconds since it came into the world. */
  readonly seconds: number
}

/** What a bot without a character can see and use: in a hall before it has chosen a room, or once it is out. */
export type Onlooker<G extends AnyGame> = Omit<Bot<G>, 'me'>

/** A bot's mind: called once a tick, it returns the bot's command. */
export type Mind<G extends AnyGame> = (bot: Bot<G>) => CommandOf<G>

/** A new bot's number, and dice of its own. */
export interface BotBirth {
  /** From 0. */
  readonly number: number
  readonly random: Random
}

export interface BotDefinition<G extends AnyGame = AnyGame> {
  readonly game: G
  /** Returns a name for the bot of this number. */
  readonly name: (context: { readonly number: number }) => string
  /** Makes the mind of one bot. */
  readonly begin: (context: BotBirth) => Mind<G>
  /** Called once a tick while the bot has no character: what it asks of the server to come by one. */
  readonly lookOn?: (bot: Onlooker<G>) => void
}

/** Describes how bots of a game behave, for `shardless bots`. They are real clients: what they can do, players can. */
export function defineBot<G extends AnyGame>(
  game: G,
  bot: Partial<Pick<BotDefinition<G>, 'name' | 'lookOn'>> & Pick<BotDefinition<G>, 'begin'>,
): BotDefinition<G> {
  return { ...bot, game, name: bot.name ?? (({ number }) => `Bot ${number + 1}`) }
}
