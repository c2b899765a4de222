/** The field, whose process takes a while to close. */
import { fieldServer } from '../field/field.ts'

/** Longer than the commands of the project wait for what runs no world, in ms. */
const CLOSES_MS = 2500

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const end = performance.now() + CLOSES_MS; performance.now() < end; );
  })

export default fieldServer
