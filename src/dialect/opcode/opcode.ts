/** What frames from a client are. The numbers are the same in both forms. */
export const FROM_CLIENT = {
  login: 0,
  register: 2,
  walkTo: 16,
  configuration: 19,
  goodbye: 31,
  session: 32,
  order: 38,
  heartbeat: 67,
  logout: 102,
  knownLooks: 163,
  walk: 187,
  chat: 216,
} as const

/** What frames to a client are. */
export const TO_CLIENT = {
  closed: 4,
  configuration: 19,
  world: 25,
  message: 131,
  people: 191,
  updates: 234,
} as const

/** What a client is told of somebody in a frame of updates. */
export const UPDATE = { words: 1, looks: 5 } as const
