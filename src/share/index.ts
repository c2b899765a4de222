/**
 * share: a real world on districts. It joins a `Region`, whose worlds these are, with a `Keeper`, who knows which
 * districts and entities are this region's at the moment, and shows what neighbours have as ghosts. It owns no bus, no
 * store and no clock: whoever drives it asks the store and sends to peers what it says.
 *
 *     view, answered, receive -->  SharedRegion  --poll--> ask, send
 *       Region.advance --begin(tick), end(tick)-->|--> worlds: embody, freeze, haunt
 *       neighbours <--pipes, `watch`, `affect'--->|
 *
 * Source: docs/spec/cluster.md.
 */

export { EntityCodec, markedBy } from './entity-codec.ts'
export { shareMetrics } from './metrics.ts'
export { SharedRegion, type SharedRegionOptions } from './shared-region.ts'
