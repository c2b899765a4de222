import type { ServerInformation } from '../information.ts'

/**
 * Returns the version of the client that belongs to a server: the game's, and behind it the content's, so that it is
 * another one when any file is [PY8]. It is numbers with dots between them where the game's version is: "2.51966.7.12".
 */
export function versionOf({ version, content }: Pick<ServerInformation, 'version' | 'content'>): string {
  if (content === undefined) return version
  const parts = [0, 4, 8].map((at) => Number.parseInt(content.slice(at, at + 4), 16))
  return [version, ...parts].join('.')
}
