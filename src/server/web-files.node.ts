import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'
import { OutsideError } from '../core/index.ts'

/** Answers one request from a folder of built files; says whether it did. */
export type WebFiles = (request: IncomingMessage, response: ServerResponse, otherwise: () => void) => void

/**
 * Serves the files of a folder. Those with a hash in their name are kept by browsers for a year, the rest is asked for.
 *
 * @throws OutsideError when there is no such folder
 */
export function webFiles(folder: URL): WebFiles {
  const path = fileURLToPath(folder)
  if (!existsSync(path))
    throw new OutsideError(
      `The pages are to come from ${path}, and there is no such folder. Build them first.`,
    )
  return sirv(path, {
    etag: true,
    setHeaders(response, path) {
      response.setHeader('X-Content-Type-Options', 'nosniff')
      if (path.startsWith('/assets/'))
        response.setHeader('Cache-Control', 'public, max-age=31536000, immutable')
    },
  })
}
