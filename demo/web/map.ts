import { parseMap, type WorldMap } from 'shardless'

/** The same map that the server reads: a file beside the page. */
export async function fetchMap(): Promise<WorldMap> {
  const answer = await fetch(new URL('../map/town.tmj', import.meta.url))
  return parseMap(await answer.json(), 'town.tmj')
}
