import type { PickleWriter } from '../../pickle/index.ts'

/** Begins a reply: a list that its answer and its flags are written into [PY5]. */
export function beginReply(writer: PickleWriter): void {
  writer.reset()
  writer.begin()
  writer.beginList()
}

/** Ends a reply. @returns its frame: its length in digits, a blank, and the pickle [PY1] */
export function endReply(writer: PickleWriter): Uint8Array {
  writer.endList()
  writer.end()
  const head = `${writer.length} `
  const frame = new Uint8Array(head.length + writer.length)
  for (let i = 0; i < head.length; i++) frame[i] = head.charCodeAt(i)
  frame.set(writer.peek(), head.length)
  return frame
}
