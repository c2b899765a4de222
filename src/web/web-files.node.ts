import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import send from 'send'
import { OutsideError } from '../core/index.ts'
import { PAGE_POLICY } from './headers.node.ts'

/** Answers one request from a folder of built files, or calls `otherwise` when there is no such file. */
export type WebFiles = (request: IncomingMessage, response: ServerResponse, otherwise: () => void) => void

/** The type that a browser is told for a packed file. */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.tmj': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/**
 * Serves the files of a folder, packed where a `.gz` lies beside the file. Those with a hash in their name are kept by
 * browsers for a year, the rest is asked for each time. The folder may be built anew while it is served.
 *
 * @param policy  the Content-Security-Policy of the pages; empty for none
 * @throws OutsideError when there is no such folder
 */
export function webFiles(folder: URL, policy: string = PAGE_POLICY): WebFiles {
  const root = fileURLToPath(folder)
  if (!existsSync(root))
    throw new OutsideError(
      `The pages are to come from ${root}, and there is no such folder. Build them first.`,
    )
  return (request, response, otherwise) => {
    const path = pathOf(request)
    if (path === undefined) {
      otherwise()
      return
    }
    const type = types[extname(path)]
    const isPacked = type !== undefined && acceptsGzip(request) && existsSync(join(root, `${path}.gz`))
    response.appendHeader('Vary', 'Accept-Encoding')
    if (policy === '') response.removeHeader('Content-Security-Policy')
    else response.setHeader('Content-Security-Policy', policy)
    sendFile(request, response, {
      root,
      path: isPacked ? `${path}.gz` : path,
      isKept: path.startsWith('/assets/'),
      packed: isPacked ? type : undefined,
      otherwise,
    })
  }
}

export interface FileToSend {
  readonly root: string
  /** The path below the root. */
  readonly path: string
  /** Whether its bytes never change under this URL: browsers keep it for a year. */
  readonly isKept: boolean
  /** The type of the file that was packed by gzip. */
  readonly packed?: string | undefined
  /** Whether an interrupted transfer may continue where it stopped. */
  readonly hasRanges?: boolean
  readonly otherwise: () => void
}

/** Sends one file of a folder. */
export function sendFile(request: IncomingMessage, response: ServerResponse, file: FileToSend): void {
  const { root, path, isKept, packed, hasRanges = false, otherwise } = file
  response.setHeader('X-Content-Type-Options', 'nosniff')
  send(request, path, {
    root,
    index: false,
    dotfiles: 'deny',
    acceptRanges: hasRanges,
    maxAge: isKept ? '1y' : 0,
    immutable: isKept,
  })
    .on('error', (error: { status?: number }) => {
      // A range beyond the end: the headers, with the length that it has, are there already.
      if (error.status === 416) response.writeHead(416).end()
      else otherwise()
    })
    .on('directory', otherwise)
    .on('headers', () => {
      if (packed === undefined) return
      response.setHeader('Content-Type', packed)
      response.setHeader('Content-Encoding', 'gzip')
    })
    .pipe(response)
}

/** Returns the file a request asks for; undefined when its path is malformed, or leads out of the folder. */
function pathOf(request: IncomingMessage): string | undefined {
  let path: string
  try {
    path = decodeURIComponent(request.url?.split('?', 1)[0] ?? '/')
  } catch {
    return undefined
  }
  if (!path.startsWith('/') || path.includes('\0') || path.split(/[/\\]/).includes('..')) return undefined
  return path.endsWith('/') ? `${path}index.html` : path
}

function acceptsGzip(request: IncomingMessage): boolean {
  return String(request.headers['accept-encoding'] ?? '').includes('gzip')
}
