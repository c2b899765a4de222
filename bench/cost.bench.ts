/** cost: what so many players take, by density. See whole/cost.node.ts. */
export { run } from './whole/cost.node.ts'
