import type { PickleWriter } from '../../pickle/index.ts'

/** Room for a frame's length in digits, and the blank. */
const HEAD_ROOM = new Uint8Array(12).fill(32)

/** Begins a reply: a list that its answer and its flags are written into [PY5]. */
export function beginReply(writer: PickleWriter): void {
  writer.reset()
  writer.ready(HEAD_ROOM)
  writer.begin()
  writer.beginList()
}

/**
 * Ends a reply.
 *
 * @returns its frame: its length in digits, a blank, and the pickle [PY1]; in the writer's memory, until something else
 *   is written
 */
export function endReply(writer: PickleWriter): Uint8Array {
  writer.endList()
  writer.end()
  const digits = String(writer.length - HEAD_ROOM.length)
  const start = HEAD_ROOM.length - digits.length - 1
  const bytes = writer.peek()
  for (let i = 0; i < digits.length; i++) bytes[start + i] = digits.charCodeAt(i)
  return bytes.subarray(start)
}
