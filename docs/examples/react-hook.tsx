import { useEffect, useState } from 'react'
import type { AnyGame, EntityOf, KindsOf } from 'shardless'
import type { Client } from 'shardless/client'

/**
 * The entities of one kind in view, for a component that lists them. It renders anew when one enters, changes or leaves;
 * for what moves in every picture, draw in a frame loop instead.
 *
 *     const sheep = useEntities(client, 'sheep')
 *     return <ul>{sheep.map(({ id, name, wool }) => <li key={id}>{name}: {wool}</li>)}</ul>
 */
export function useEntities<G extends AnyGame, K extends KindsOf<G>>(
  client: Client<G>,
  kind: K,
): readonly EntityOf<G, K>[] {
  const [entities, setEntities] = useState(() => [...client.entities(kind)])
  useEffect(() => {
    const refresh = (): void => setEntities([...client.entities(kind)])
    const stops = [
      client.onEnter(kind, refresh),
      client.onChange(kind, refresh),
      client.onLeave(kind, refresh),
    ]
    refresh()
    return () => {
      for (const stop of stops) stop()
    }
  }, [client, kind])
  return entities
}
