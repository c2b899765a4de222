/** Where a body stands on a map: metres, x to the east, y to the north, from the south-west corner. */
export interface Vector2 {
  x: number
  y: number
}

/** The same with z, metres upwards. Maps are a grid in x and y; height is free. */
export interface Vector3 extends Vector2 {
  z: number
}
