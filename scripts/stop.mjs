/** Something outside is wrong (no network, a full disk): one sentence for the terminal, no stack. */
export class Stop extends Error {}
