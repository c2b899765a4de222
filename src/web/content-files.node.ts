import type { IncomingMessage, ServerResponse } from 'node:http'
import { ContentFolder } from '../content/index.node.ts'
import { sendFile } from './web-files.node.ts'

/** How many milliseconds a look at the folder stays good. */
const FRESH_MS = 1500
export const FOR_EVER = 'public, max-age=31536000, immutable'

/** Answers one request below /content/, or calls `otherwise` when there is nothing of that name. */
export interface ContentFiles {
  (request: IncomingMessage, response: ServerResponse, otherwise: () => void): void
  readonly folder: ContentFolder
  /** Looks at the folder again, unless that was done just now. */
  look(): Promise<void>
}

/**
 * Answers for client content over HTTP [U20]:
 *
 *     /content/version     {"version":"..."}; asked for each time
 *     /content/manifest    the manifest's canonical bytes; asked for each time
 *     /content/<sha256>    a file, or a manifest, by its hash; kept for ever, in ranges where asked
 *
 * The folder may change while it is served: a client that asks for the version gets the new one within two seconds.
 * A folder that then cannot be content is reported, and the old manifest stays.
 *
 * @throws OutsideError when the folder holds what cannot be content
 */
export async function contentFiles(
  folder: URL,
  report: (error: unknown) => void = () => {},
): Promise<ContentFiles> {
  const content = await ContentFolder.open(folder)
  let lookedAt = performance.now()
  let looking: Promise<void> | undefined
  let trouble = ''
  const look = (): Promise<void> => {
    if (looking === undefined && performance.now() - lookedAt < FRESH_MS) return Promise.resolve()
    looking ??= content
      .refresh()
      .then(() => {
        trouble = ''
      })
      .catch((error: Error) => {
        // Once for each trouble, however often it is looked at.
        if (error.message !== trouble) report(error)
        trouble = error.message
      })
      .finally(() => {
        lookedAt = performance.now()
        looking = undefined
      })
    return looking
  }
  const files = (request: IncomingMessage, response: ServerResponse, otherwise: () => void): void => {
    const name = request.url?.split('?', 1)[0].slice('/content/'.length) ?? ''
    if (name === 'version' || name === 'manifest') {
      look().then(() => {
        const { version } = content.manifest
        const bytes =
          name === 'manifest' ? content.bytes : new TextEncoder().encode(JSON.stringify({ version }))
        sendBytes(request, response, { bytes, etag: version, cache: 'no-cache' })
      })
      return
    }
    const found = content.find(name)
    if (found === undefined) otherwise()
    else if (found.is === 'manifest')
      sendBytes(request, response, { bytes: found.bytes, etag: name, cache: FOR_EVER })
    else
      content.isUnchanged(found.path).then((isUnchanged) => {
        // A file that has changed is not what this URL names; browsers would keep it for a year.
        if (!isUnchanged) {
          otherwise()
          return
        }
        response.setHeader('ETag', `"${name}"`)
        const path = found.path.split('/').map(encodeURIComponent).join('/')
        const gone = (): void => {
          response.removeHeader('ETag')
          otherwise()
        }
        sendFile(request, response, {
          root: content.root,
          path,
          isKept: true,
          hasRanges: true,
          otherwise: gone,
        })
      })
  }
  return Object.assign(files, { folder: content, look })
}

export interface BytesToSend {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly cache: string
}

/** Sends small bytes that are at hand: all of them, or one range. */
export function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, etag, cache }: BytesToSend,
): void {
  const { length } = bytes
  response.setHeader('ETag', `"${etag}"`)
  response.setHeader('Cache-Control', cache)
  response.setHeader('X-Content-Type-Options', 'nosniff')
  if (request.headers['if-none-match'] === `"${etag}"`) {
    response.writeHead(304).end()
    return
  }
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(request.headers.range ?? '') ?? []
  const start = first === undefined ? 0 : Number(first)
  const end = last === undefined ? length : Math.min(length, Number(last) + 1)
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Accept-Ranges', 'bytes')
  if (start >= end) {
    response.writeHead(416, { 'Content-Range': `bytes */${length}` }).end()
    return
  }
  response.setHeader('Content-Length', end - start)
  if (first === undefined) response.writeHead(200)
  else response.writeHead(206, { 'Content-Range': `bytes ${start}-${end - 1}/${length}` })
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start, end))
}
