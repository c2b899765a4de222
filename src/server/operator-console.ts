/**
 * The operator's console without a terminal: lines in, sentences out. `shardless serve` puts a line editor before it.
 *
 *     line --words--> a command: one of these, or one of the game's --> what is printed
 *
 * A mistake in a line is a sentence and changes nothing.
 */
import { type OperatorCommand, type OperatorContext, Sorry } from '../region/index.ts'
import type { Player } from '../world/index.ts'
import { ConsoleLines, type LineTaker } from './console-lines.ts'
import type { Host } from './host.ts'

export interface ConsoleOptions {
  readonly host: Host
  /** The commands of the game's own: `operatorCommands` of `defineServer`. */
  readonly commands?: readonly OperatorCommand[]
  /** Bans accounts, by id or name, with the rules of the operator at the command line. None when left out. */
  readonly bans?: OperatorBans
  /** Reads a map again, and puts it under its worlds; says what came of it. */
  readonly reloadMap?: (name: string | undefined) => string
  /** Ends the server. */
  readonly quit: () => void
}

/** What the console does to accounts. Each throws `Sorry` with the reason when it cannot be. */
export interface OperatorBans {
  ban(account: string, ban: { readonly hours: number | undefined; readonly reason: string }): Promise<void>
  unban(account: string): Promise<void>
}

/** The names that are printed of many players. */
const LISTED_MAX = 200

export class OperatorConsole implements LineTaker {
  readonly #options: ConsoleOptions
  readonly #lines: ConsoleLines

  constructor(options: ConsoleOptions) {
    this.#options = options
    const game = options.commands ?? []
    // The game's own go before: a game may have a `say` of its own kind.
    const own = this.#own().filter(({ name }) => !game.some((one) => one.name === name))
    this.#lines = new ConsoleLines(
      [...own, ...game].map(({ run, complete, ...told }) => ({
        ...told,
        run: (words) => run(this.#context(words)),
        complete: (words) => complete?.(this.#context(words)) ?? [],
      })),
    )
  }

  /** Runs one line. Resolves to what is printed, empty for an empty line. It never rejects. */
  run(line: string): Promise<string> {
    return this.#lines.run(line)
  }

  /** Returns what a line could be completed to, and the part of it that stands for. */
  complete(line: string): readonly [whole: readonly string[], part: string] {
    return this.#lines.complete(line)
  }

  #context(words: readonly string[]): OperatorContext {
    return { realm: this.#options.host.realm, words }
  }

  /** All players, by name. */
  #players(): readonly { readonly player: Player; readonly where: string }[] {
    const all: { player: Player; where: string }[] = []
    for (const { world, name } of this.#options.host.realm.instances)
      for (const player of world.players.values()) all.push({ player, where: name })
    return all.sort((a, b) => (a.player.name < b.player.name ? -1 : 1))
  }

  /** @throws Sorry for nobody, or several of one name who are told apart by number */
  #named(name: string | undefined): Player {
    if (name === undefined) throw new Sorry('Say who: a name, or # and a number, as "players" lists them.')
    const those = this.#players().filter(({ player }) => player.name === name || `#${player.id}` === name)
    if (those.length === 0) throw new Sorry(`There is no player ${name}.`)
    if (those.length > 1)
      throw new Sorry(`Several are called ${name}: ${those.map(({ player }) => `#${player.id}`).join(', ')}.`)
    return those[0].player
  }

  #own(): readonly OperatorCommand[] {
    const { host, bans, reloadMap, quit } = this.#options
    const names = () => this.#players().map(({ player }) => player.name)
    return [
      {
        name: 'players',
        about: 'list who is here: number, name, world, address',
        run: () => {
          const all = this.#players()
          const lines = all
            .slice(0, LISTED_MAX)
            .map(
              ({ player: { id, name }, where }) =>
                `#${id} ${name}, ${where}, ${host.addressOf(id) ?? 'away'}`,
            )
          const rest = all.length > LISTED_MAX ? `\nand ${all.length - LISTED_MAX} more` : ''
          return all.length === 0 ? 'Nobody is here.' : `${lines.join('\n')}${rest}`
        },
      },
      {
        name: 'kick',
        usage: 'NAME [REASON]',
        about: 'end the presence of a player, who is told why',
        complete: ({ words }) => (words.length === 0 ? names() : []),
        run: ({ words: [name, ...reason] }) => {
          const player = this.#named(name)
          host.kick(player.id, reason.join(' ') || 'The operator has ended your visit.')
          return `${player.name} is out.`
        },
      },
      {
        name: 'ban',
        usage: 'NAME [HOURS] [REASON]',
        about:
          'kick for good, or for so many hours: the account; of who has none the address, until the server ends',
        complete: ({ words }) => (words.length === 0 ? names() : []),
        run: async ({ words: [name, ...rest] }) => {
          const hours = /^\d+(\.\d+)?$/.test(rest[0] ?? '') ? Number(rest.shift()) : undefined
          const reason = rest.join(' ') || 'The operator has banned you.'
          const howLong = hours === undefined ? 'for good' : `for ${hours} h`
          const isHere = this.#players().some(
            ({ player }) => player.name === name || `#${player.id}` === name,
          )
          if (!isHere && name !== undefined && bans) {
            await bans.ban(name, { hours, reason })
            return `${name}, who is not here, is banned ${howLong}.`
          }
          const player = this.#named(name)
          const { account } = player
          if (account && !account.isGuest && bans) {
            await bans.ban(account.id, { hours, reason })
            host.kick(player.id, reason)
            return `${player.name} is banned ${howLong}.`
          }
          if (hours !== undefined)
            throw new Sorry(
              `${player.name} has no account; an address is shut out until the server ends, without hours.`,
            )
          const address = host.addressOf(player.id)
          host.kick(player.id, reason)
          if (address === undefined) return `${player.name} is out; there is no address to shut out.`
          host.shutOut(address)
          return `${player.name} is out, and nobody comes in from ${address}.`
        },
      },
      {
        name: 'unban',
        usage: 'NAME',
        about: 'let a banned account in again',
        run: async ({ words: [name] }) => {
          if (!bans)
            throw new Sorry('There are no accounts here; an address is shut out until the server ends.')
          if (name === undefined) throw new Sorry('Say whom: the name of an account.')
          await bans.unban(name)
          return `${name} may come in again.`
        },
      },
      {
        name: 'map reload',
        usage: '[MAP]',
        about: 'read a map from its file again, under those who walk on it',
        run: ({ words: [name] }) => reloadMap?.(name) ?? 'No map here was read from a file.',
      },
      {
        name: 'quit',
        about: 'tell everyone, save everything, and end the server',
        run: () => {
          quit()
          return 'The server is closing.'
        },
      },
    ]
  }
}
