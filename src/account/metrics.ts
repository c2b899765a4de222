import { counter } from '../core/index.ts'
import { refusedCodes } from './answer.ts'

/** What the pages of accounts tell of themselves. */
export const accountMetrics = {
  answers: counter({
    name: 'shardless_account_answers_total',
    unit: 'answers',
    meaning:
      'Pages of accounts that were answered, over HTTP and over game connections: `done`, or the code of the refusal. `wait` is a throttle.',
    labels: ['outcome'],
    values: ['done', ...refusedCodes],
  }),
}
