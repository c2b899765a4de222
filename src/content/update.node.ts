import { OutsideError } from '../core/index.ts'
import { fetchContent, type Updated } from './fetch.node.ts'
import { contentLimits } from './manifest.ts'
import type { ContentAnswer, ContentAsk } from './message.ts'
import { isDigest } from './sha256.ts'
import type { UpgradeProgress } from './upgrade.ts'

export interface UpdateOptions {
  /** The address of the server's pages: "https://town.example". */
  readonly url: string
  /** Where the content is kept. The folder is made if it does not exist. */
  readonly folder: string
  /** Called now and then with the progress. */
  readonly progress?: (progress: UpgradeProgress) => void
}

/** The bytes in one request. Larger than in-band, since each is a request of its own. */
const PIECE_BYTES = 1024 * 1024
/** How long one request may take, in ms. */
const REQUEST_MS = 30_000

/**
 * Brings the content in a folder up to what a server has, over HTTP. An interrupted update continues where it
 * stopped.
 *
 * @returns what is in place, and whether that is news
 * @throws  OutsideError with one sentence when the server or the disk does not do its part; the old content stays
 */
export async function update({ folder, url, progress }: UpdateOptions): Promise<Updated> {
  const version = await askVersion(url)
  return fetchContent({
    version,
    folder,
    ask: (wanted) => ask(url, wanted),
    pieceBytes: PIECE_BYTES,
    asksMax: 1,
    patienceMs: REQUEST_MS + 1000,
    progress,
  })
}

async function askVersion(url: string): Promise<string> {
  const response = await get(url, 'content/version')
  if (response.status === 404) throw new OutsideError(`The server at ${url} has no content for clients.`)
  const text = response.ok ? await response.text() : ''
  try {
    const { version } = JSON.parse(text.slice(0, 1000)) as { version?: unknown }
    if (isDigest(version)) return version
  } catch {
    // Said below: whatever it is, it is no version.
  }
  throw new OutsideError(`What answers at ${url} (${response.status}) tells no content version.`)
}

/** Fetches one piece by an HTTP range. @returns undefined when nothing usable came: it will be asked for again */
async function ask(
  url: string,
  { sha256: digest, offset, length }: ContentAsk,
): Promise<ContentAnswer | undefined> {
  if (length === 0) return undefined
  let response: Response
  try {
    response = await get(url, `content/${digest}`, { Range: `bytes=${offset}-${offset + length - 1}` })
  } catch {
    return undefined
  }
  if (response.status === 404) return { is: 'gone', sha256: digest }
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  const total = range === null ? Number(response.headers.get('content-length')) : Number(range[3])
  const isAll = response.status === 200 && offset === 0 && total <= length
  const isPart = response.status === 206 && range !== null && Number(range[1]) === offset
  if (!(isAll || isPart) || !(total <= contentLimits.fileBytes)) {
    await response.body?.cancel()
    return undefined
  }
  const bytes = await take(response, length)
  return bytes && { is: 'piece', sha256: digest, offset, total, bytes }
}

/** Takes the body, if it is no longer than what was asked for. */
async function take(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(bytesMax)
  let length = 0
  try {
    for await (const part of response.body ?? []) {
      if (length + part.length > bytesMax) return undefined
      bytes.set(part, length)
      length += part.length
    }
  } catch {
    // Torn: what did come in counts for nothing, the piece is asked for again.
    return undefined
  }
  return bytes.subarray(0, length)
}

async function get(url: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  let target: URL
  try {
    target = new URL(path, url.endsWith('/') ? url : `${url}/`)
  } catch {
    throw new OutsideError(`"${url}" is no URL; write one like https://town.example.`)
  }
  try {
    return await fetch(target, {
      headers: { ...headers, 'Accept-Encoding': 'identity' },
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_MS),
    })
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    throw new OutsideError(`${target.href} does not answer (${cause?.code ?? (error as Error).message}).`)
  }
}
