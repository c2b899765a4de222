import { flushCompileCache } from 'node:module'
import { type ClusterPlace, serveDirectory, serveGateway, serveRegion } from '../server/index.node.ts'
import { airOf } from './air.node.ts'
import { dialectsOf, joiningLines } from './dialects.node.ts'
import { answerHealth } from './health.node.ts'
import type { Settings } from './options.ts'
import { adminOf, frontOf, loadGame, settingText } from './serve.node.ts'

/** How many milliseconds closing may take. */
const CLOSE_MS = 10_000

/** What a process of a cluster tells the one that started it. */
export type MemberNews =
  | {
      readonly is: 'ready'
      readonly name: string
      readonly urls: readonly string[]
      readonly pageUrl: string
    }
  | { readonly is: 'says'; readonly sentence: string }

/** `shardless region`: runs one region process until it is asked to stop. */
export async function runRegionProcess(settings: Settings): Promise<void> {
  const stop = new MemberStop()
  const { definition } = await loadGame(settings)
  const region = await serveRegion(definition, {
    ...placeOf(settings),
    store: settingText(settings.store),
    seed: settings.seed as number | undefined,
    tell: say,
  })
  const rest = await answerHealth(settingText(settings.health), {
    isReady: () => region.isReady,
    metrics: () => region.metrics,
  })
  tell({ is: 'ready', name: region.name, urls: [], pageUrl: '' })
  await stop.asked
  const unsaved = await region.close()
  rest()
  if (unsaved > 0) console.error(`${unsaved} characters could not be saved: the store does not answer.`)
  process.exit(unsaved > 0 ? 1 : 0)
}

/** `shardless gateway`: runs one gateway process until it is asked to stop. */
export async function runGatewayProcess(settings: Settings): Promise<void> {
  const stop = new MemberStop()
  const { definition, game } = await loadGame(settings)
  const dialects = await dialectsOf(settings, game)
  const gateway = await serveGateway(definition, {
    ...placeOf(settings),
    ...frontOf(settings, dialects),
    admin: adminOf(settings, say),
    store: settingText(settings.store),
    air: await airOf(settings),
    tell: say,
  })
  const rest = await answerHealth(settingText(settings.health), {
    isReady: () => gateway.isReady,
    metrics: () => gateway.metrics,
  })
  const { name, urls, pageUrl, ownerCode } = gateway
  for (const line of joiningLines(urls, dialects)) say(line)
  if (ownerCode !== undefined)
    say(
      `The owner's code, for one use: ${ownerCode}; whoever is logged in and says it first owns this world.`,
    )
  if (gateway.adminUrl !== undefined)
    say(`The console: shardless console ${gateway.adminUrl} --admin-token-file ${settings.adminTokenFile}`)
  tell({ is: 'ready', name, urls, pageUrl: definition.options.web ? pageUrl : '' })
  await stop.asked
  await gateway.close('The server is closing.')
  rest()
  process.exit(0)
}

/** `shardless directory`: runs the directory process until it is asked to stop. */
export async function runDirectoryProcess(settings: Settings): Promise<void> {
  const stop = new MemberStop()
  const directory = await serveDirectory(placeOf(settings))
  const rest = await answerHealth(settingText(settings.health), {
    isReady: () => true,
    metrics: () => directory.metrics,
  })
  tell({ is: 'ready', name: 'directory', urls: [directory.url], pageUrl: '' })
  await stop.asked
  await directory.close()
  rest()
  process.exit(0)
}

function placeOf(settings: Settings): ClusterPlace {
  return {
    world: String(settings.world),
    bus: String(settings.bus),
    directory: settingText(settings.directory),
    secret: settingText(settings.secret),
    advertise: settingText(settings.advertise),
  }
}

function say(sentence: string): void {
  tell({ is: 'says', sentence })
}

/** Tells whoever started this process; on the terminal when nobody did. */
function tell(news: MemberNews): void {
  // All is loaded: the next process that starts finds it compiled, where whoever started this one keeps a place for it.
  if (news.is === 'ready') flushCompileCache()
  if (process.send) {
    // Whoever started this process may have died: it is ending too.
    if (process.connected) process.send(news)
  } else if (news.is === 'says') console.log(news.sentence)
  else
    console.log(
      `${news.name} is ready${news.urls.length > 0 ? `: ${[news.pageUrl, ...news.urls].filter(Boolean).join(' ')}` : '.'}`,
    )
}

/**
 * Waits for SIGTERM, for Ctrl-C where nobody else takes care of this process, and for the end of whoever started it. A
 * second one, or too long a closing, ends the process at once; but where somebody takes care of it, who ends it in the
 * end, a signal may have gone to all processes of a group, and comes from that one as well.
 */
class MemberStop {
  readonly #asking = Promise.withResolvers<void>()
  #isAsked = false

  constructor() {
    const ask = (): void => {
      if (this.#isAsked) process.exit(1)
      this.#isAsked = true
      setTimeout(() => process.exit(1), CLOSE_MS).unref()
      this.#asking.resolve()
    }
    process.on('SIGTERM', () => {
      if (!process.send || !this.#isAsked) ask()
    })
    process.on('disconnect', ask)
    // Ctrl-C reaches everybody on the terminal; whoever started this process ends it in its turn.
    process.on('SIGINT', () => {
      if (!process.send) ask()
    })
  }

  get asked(): Promise<void> {
    return this.#asking.promise
  }
}
