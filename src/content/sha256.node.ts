import { createHash } from 'node:crypto'
import type { Sha256 } from './sha256.ts'

/** SHA-256 by node:crypto. */
export const sha256: Sha256 = () => {
  const hash = createHash('sha256')
  return {
    update(bytes) {
      hash.update(bytes)
    },
    digest: () => hash.digest('hex'),
  }
}
