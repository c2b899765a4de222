/** What the benches use of rbush, which brings no types of its own. */
declare module 'rbush' {
  export default class RBush<T> {
    load(items: readonly T[]): this
    search(box: { minX: number; minY: number; maxX: number; maxY: number }): T[]
  }
}
