import { parseMap, type WorldMap } from 'shardless'
import { type MapKeeper, mapKeeper } from 'shardless/client'

/**
 * Fetches the town from a file beside the page, so that it can be painted before anybody joins. Other maps, and
 * changes of this one, come from the server's pieces.
 */
export async function fetchTown(): Promise<{ town: WorldMap; maps: MapKeeper }> {
  const answer = await fetch(new URL('../map/town.tmj', import.meta.url))
  const town = parseMap(await answer.json(), 'town.tmj')
  const maps = mapKeeper(location.origin)
  maps.hold('town', town)
  return { town, maps }
}
