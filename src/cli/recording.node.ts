import { closeSync, openSync, writeSync } from 'node:fs'
import { OutsideError } from '../core/index.ts'
import type { Host } from '../server/index.ts'

/** A recording that is being written to a file. */
export interface Recording {
  /**
   * Writes down what the host has told since the last call. A host that took the place of another is not recorded.
   */
  follow(host: Host): void
  close(): void
}

/** @throws OutsideError when the file cannot be written */
export async function recordTo(path: string): Promise<Recording> {
  const { Recorder } = await import('../lab/index.ts')
  let file: number
  try {
    file = openSync(path, 'w')
  } catch (error) {
    throw new OutsideError(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`)
  }
  let first: Host | undefined
  let recorder: InstanceType<typeof Recorder> | undefined
  return {
    follow(host) {
      first ??= host
      if (host !== first) return
      recorder ??= new Recorder(host.author, { write: (bytes) => void writeSync(file, bytes) })
      // The tick that is being made is one ahead of what was told.
      recorder.record(host.world.tick - 1)
    },
    close: () => closeSync(file),
  }
}
