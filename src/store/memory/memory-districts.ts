import type { DistrictShelf } from '../record/district.ts'
import { DistrictTable } from './district-table.ts'
import type { MemoryRequests } from './memory-tables.ts'

/** Creates districts that are kept in memory alone: for tests, and for a world in one process. */
export function createMemoryDistricts(): DistrictShelf {
  const table = new DistrictTable()
  return {
    claim: async (fence) => table.claim(fence),
    pass: async (passes) => passes.map((pass) => table.pass(pass)),
    save: async (saves) => saves.map((save) => table.save(save)),
    rows: async (fence) => table.rows(fence),
    move: async (last, to) => table.move(last, to),
    holders: async () => table.holders(),
    reserveIds: async (count) => table.reserveIds(count),
  }
}

export const districtRequests: MemoryRequests<'districts'> = {
  'districts.claim': ({ districts }, fence) => districts.claim(fence),
  'districts.pass': ({ districts }, passes) => passes.map((pass) => districts.pass(pass)),
  'districts.save': ({ districts }, saves) => saves.map((save) => districts.save(save)),
  'districts.rows': ({ districts }, fence) => districts.rows(fence),
  'districts.move': ({ districts }, { last, to }) => districts.move(last, to),
  'districts.holders': ({ districts }) => districts.holders(),
  'districts.reserveIds': ({ districts }, count) => districts.reserveIds(count),
}
