import { Readable } from 'node:stream'
import { spec } from 'node:test/reporters'

/** The runner's own totals, as it tells them. */
const TOTAL = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /

/**
 * Node's `spec` reporter, with the totals last: also where tests failed, so that whoever reads the end of a long output
 * reads how it ended.
 *
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} events
 */
export default async function* reporter(events) {
  /** @type {string[]} */
  const totals = []
  async function* others() {
    for await (const event of events) {
      if (event.type === 'test:diagnostic' && event.data.nesting === 0 && TOTAL.test(event.data.message)) {
        totals.push(`ℹ ${event.data.message}\n`)
      } else {
        yield event
      }
    }
  }
  yield* Readable.from(others()).compose(new spec())
  yield* totals
}
