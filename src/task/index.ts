/**
 * task: game code that waits. A task is a generator; the scheduler resumes it when what it waits for has happened:
 * ticks, a signal, another task. It knows ticks, not worlds.
 */
export {
  type Failure,
  Scheduler,
  type SchedulerOptions,
  type SchedulerStats,
  type StartOptions,
} from './scheduler.ts'
export type { Outcome, Task, TaskSteps, Wait, Yielded } from './task.ts'
export { type First, firstOf, seconds, signalled, ticks, until } from './wait.ts'
