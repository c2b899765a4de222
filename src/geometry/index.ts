/**
 * geometry: what stands still, and where one can walk and see: maps, ways, lines of sight, who stands near. It
 * knows places and shapes, but not players, entities' fields or ticks, and runs the same on servers and clients.
 *
 *     map file --parseMap--> WorldMap --> collision, PathFinder, Sight;  cutMap --> pieces for clients
 */
export { Grid, type MapBounds } from './grid.ts'
export type { Body } from './map/collision.ts'
export {
  type Assembled,
  assembleMap,
  cutMap,
  INDEX,
  type MapPieces,
  missingPieces,
  pieceHash,
  piecesOf,
  readPieceNames,
} from './map/pieces.ts'
export type { Point, Solid, SolidKind } from './map/solid-grid.ts'
export {
  emptyMap,
  holds,
  type MapContent,
  type MapObject,
  type MapTile,
  type Properties,
  type WorldMap,
  worldMap,
} from './map/world-map.ts'
export { type Path, PathFinder, type PathOptions, type PathSearch, pathTo } from './path/path-finder.ts'
export { type Choice, type Found, type Hit, type Placed, Query, type RayChoice } from './query/query.ts'
export type { Shape } from './query/shape.ts'
export { type DarkOptions, darkPolygon } from './sight/dark.ts'
export type { ConeOptions } from './sight/direction.ts'
export type { Segment } from './sight/lattice.ts'
export type { Light, LightOptions } from './sight/light.ts'
export { type Door, Sight, type SightOptions, type Visible } from './sight/sight.ts'
export { type Extent, visibilityPolygon } from './sight/visibility.ts'
export type { Walls } from './sight/walls.ts'
export {
  type MapSurvey,
  type ParseOptions,
  parseMap,
  type SurveyedLayer,
  surveyMap,
} from './tiled/parse-map.ts'
export type { Compression, Decompress } from './tiled/tile-data.ts'
