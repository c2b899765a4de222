import { queryServer } from '../client/index.node.ts'
import type { ServerInformation } from '../dialect/index.ts'
import { wayOf } from './air.node.ts'
import type { Settings } from './options.ts'

/** `shardless info URL`: prints what a server tells of itself, a line each, or as JSON. */
export async function runInfo(settings: Settings, url: string): Promise<void> {
  const told = await queryServer(url, await wayOf(settings))
  if (settings.json === true) console.log(JSON.stringify(told))
  else for (const line of lines(told)) console.log(line)
}

function lines(told: ServerInformation): string[] {
  const table: readonly (readonly [string, string | number | undefined])[] = [
    ['name', told.name],
    ['welcome', told.welcome || undefined],
    ['game', `${told.game} ${told.version}`],
    ['records', told.fingerprint],
    ['protocol', told.protocol],
    ['content', told.content],
    ['players', `${told.players} of ${told.playersMax}`],
    ['level cap', told.levelCap],
    ...told.listeners.map((listener) => ['listens at', listener] as const),
  ]
  return table
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(11)} ${printable(String(value))}`)
}

/** Leaves out of a stranger's text whatever would move a terminal's cursor or paint on it. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}
