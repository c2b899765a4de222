import { counter } from '../../core/index.ts'

/** The metrics of whoever hears of one world from several regions. */
export const holderMetrics = {
  refused: counter({
    name: 'shardless_tellings_refused_total',
    unit: 'messages',
    meaning:
      'Times that a region said to have an entity and was not listened to: another has it at a later hop or epoch.',
  }),
}
