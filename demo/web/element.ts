/** Returns the element of this id, which index.html has. */
export function byId<E extends HTMLElement>(id: string): E {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`index.html has no element with the id '${id}'.`)
  return element as E
}
