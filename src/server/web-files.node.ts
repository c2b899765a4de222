import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'

/** Answers one request from a folder of built files; says whether it did. */
export type WebFiles = (request: IncomingMessage, response: ServerResponse, otherwise: () => void) => void

/** Serves the files of a folder. Those with a hash in their name are kept by browsers for a year, the rest is asked for. */
export function webFiles(folder: URL): WebFiles {
  return sirv(fileURLToPath(folder), {
    etag: true,
    setHeaders(response, path) {
      response.setHeader('X-Content-Type-Options', 'nosniff')
      if (path.startsWith('/assets/'))
        response.setHeader('Cache-Control', 'public, max-age=31536000, immutable')
    },
  })
}
