/** The messages between the watching process and the working process of a fuzz campaign. */

/** What a file `fuzz/NAME.fuzz.ts` exports. */
export interface Target {
  /** Inputs to start from: what real peers send, and what once failed. May be empty. */
  readonly seeds: readonly Uint8Array[]
  /** Throws when a property is violated; what it returns is ignored. Same input, same outcome. */
  readonly fuzz: (input: Uint8Array) => void
}

/** How long an input may take before it has failed, in ms. */
export const INPUT_MS_MAX = 1000
/** How much more memory may be held after an input before it has failed, in bytes. */
export const INPUT_MEMORY_MAX = 128 * 1024 * 1024

/** The settings of a worker, as JSON in its first argument. */
export interface Setting {
  /** The target's file, as a URL. */
  readonly file: string
  readonly bytesMax: number
  /**
   * A file in which the worker notes each input before trying it, so that it is known when the worker hangs or
   * dies: two uint32, little-endian, how many inputs were begun and the length of this one; then its bytes.
   */
  readonly note: string
}

/** Bytes of a note before the input's own. */
export const NOTE_HEAD = 8

export type ToWorker =
  | { readonly do: 'campaign'; readonly seed: number; readonly ms: number }
  | { readonly do: 'single'; readonly input: Uint8Array }

/** Why an input failed. */
export interface Failure {
  readonly why: string
  /** True: it took too long or too much memory, which may be due to a slow moment of the machine. */
  readonly isResource: boolean
}

export type FromWorker =
  | { readonly at: 'ready' }
  | { readonly at: 'tried'; readonly failure: Failure | undefined }
  | { readonly at: 'failed'; readonly failure: Failure; readonly input: Uint8Array }
  | { readonly at: 'done'; readonly inputs: number; readonly kept: number; readonly reached: number }
