/** What an entity of the simulated cluster is: counts that only grow. */
export interface CountedEntity {
  /** How many ticks it was stepped. */
  steps: number
  /** The newest command that was used; each was used in turn. */
  used: number
}

export function packValue({ steps, used }: CountedEntity): Uint8Array {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, steps)
  view.setUint32(4, used)
  return bytes
}

export function unpackValue(bytes: Uint8Array): CountedEntity {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return { steps: view.getUint32(0), used: view.getUint32(4) }
}
