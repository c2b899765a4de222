/**
 * How bytes go over a link: whole packets; a stream whose chunks begin and end anywhere; or datagrams as they are,
 * each of which may get lost, come twice or be anybody's.
 */
export const carriages = ['packets', 'stream', 'datagrams'] as const
export type Carriage = (typeof carriages)[number]
