import { bytesEqual } from '../../core/index.ts'
import { type PickleBounds, type PickleValue, readPickle } from '../../pickle/index.ts'
import { itemsOf } from './value.ts'

/** The longest request, in bytes of its pickle. */
export const REQUEST_BYTES_MAX = 8192

const bounds: PickleBounds = {
  bytesMax: REQUEST_BYTES_MAX,
  depthMax: 8,
  elementsMax: 512,
  digitsMax: 40,
  memoMax: 256,
}

/** What a client asks: a command, and what it gives with it. */
export interface Request {
  readonly command: string
  readonly given: readonly PickleValue[]
}

/** Why a frame is no request. */
export type NoRequest = 'bad-pickle' | 'calling-pickle' | 'no-request'

/** The longest request that is remembered, in bytes. */
const REMEMBERED_MAX = 64

/** Reads the requests of one client, who asks for most of them again and again. */
export class RequestReader {
  #frame: Uint8Array = new Uint8Array(0)
  #request: Request | undefined

  /** Reads a frame: a pickled list, or tuple, that begins with the command [PY2] [PY4]. */
  read(frame: Uint8Array): Request | NoRequest {
    if (this.#request && bytesEqual(frame, this.#frame)) return this.#request
    const request = readRequest(frame)
    const isKept = typeof request !== 'string' && frame.length <= REMEMBERED_MAX
    this.#request = isKept ? request : undefined
    if (isKept) this.#frame = frame.slice()
    return request
  }
}

function readRequest(frame: Uint8Array): Request | NoRequest {
  const read = readPickle(frame, bounds)
  if (read.is === 'refused') return read.why === 'calls' ? 'calling-pickle' : 'bad-pickle'
  const items = itemsOf(read.value)
  const command = items?.[0]
  return items && typeof command === 'string' ? { command, given: items.slice(1) } : 'no-request'
}
