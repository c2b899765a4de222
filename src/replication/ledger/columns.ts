/** Makes a longer column that begins with what the shorter one held. */
export function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
