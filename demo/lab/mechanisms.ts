/** The mechanisms that have a page in docs/explain, with a laboratory of its own. */
export const mechanisms = [
  'batching',
  'clock',
  'delta',
  'interest',
  'interpolation',
  'lag-compensation',
  'prediction',
  'priority',
  'quantizing',
  'streams-and-datagrams',
] as const
