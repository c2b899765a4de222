/**
 * cluster: one world over many processes. Which region owns which part of the map, how an entity goes from one to
 * another exactly once, and what happens when one dies. It knows nothing of players' links; regions and gateways are
 * joined by it.
 *
 *     directory (who should)   store (who does: `DistrictShelf`)   receivers (who is listened to)
 */

export {
  type Assignment,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  type DistrictLoad,
  MEMBER_TTL_MS,
  RENEWAL_MS,
  type StoredAssignment,
} from './directory/directory.ts'
export { DirectoryBook } from './directory/directory-book.ts'
export { DistrictGrid } from './district/district-grid.ts'
