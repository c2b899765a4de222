/** sway: a whole server against the floor. See whole/plan.ts. */
import { benchOf } from './whole/rows.node.ts'

export const run = benchOf('sway')
