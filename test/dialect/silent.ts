/** The listener of a native client that does nothing, whatever is told: for tests to say over what they listen to. */
import type { NativeClientListener } from '../../src/dialect/native/index.ts'

const ignore = (): void => {}

export const silent: Required<NativeClientListener> = {
  entered: ignore,
  changed: ignore,
  moved: ignore,
  left: ignore,
  welcomed: ignore,
  refused: ignore,
  told: ignore,
  replied: ignore,
  answered: ignore,
  ponged: ignore,
  flagged: ignore,
  informed: ignore,
  contentCame: ignore,
  advanced: ignore,
  arrived: ignore,
  remapped: ignore,
}
