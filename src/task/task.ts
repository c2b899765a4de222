import type { HeapItem } from './heap.ts'

/**
 * What a task may yield: its priority from now on (0 or nothing is real time), or something to wait for. Either way it
 * goes on in a later tick.
 */
export type Yielded = Wait<unknown> | number | undefined | null

/** A task's generator. `yield*` makes one of several, and hands back what the inner one returned. */
export type TaskSteps<Result = void> = Generator<Yielded, Result, unknown>

/** How a task ended. */
export type Outcome<Result = unknown> =
  | { readonly ended: 'done'; readonly value: Result }
  | { readonly ended: 'failed'; readonly error: unknown }
  | { readonly ended: 'stopped' }

/** What a wait is for. */
export type WaitCause =
  | { readonly for: 'ticks'; readonly ticks: number }
  | { readonly for: 'seconds'; readonly seconds: number }
  | { readonly for: 'condition'; readonly holds: () => boolean; readonly everyTicks: number }
  | { readonly for: 'signal'; readonly name: string | object }
  | { readonly for: 'task'; readonly task: Task<unknown> }
  | { readonly for: 'first'; readonly of: readonly Wait<unknown>[] }

/**
 * Something to wait for. `yield wait` waits; `const value = yield* wait` waits and gives what came, with its type.
 */
export class Wait<Value> {
  readonly cause: WaitCause

  constructor(cause: WaitCause) {
    this.cause = cause
  }

  *[Symbol.iterator](): Generator<Wait<Value>, Value, unknown> {
    return (yield this) as Value
  }
}

/** What a task needs of its scheduler. */
export interface TaskKeeper {
  stop(task: Task<unknown>): void
}

/** A micro-thread: a generator that runs a little in each tick and says when it wants to run again. */
export class Task<Result = unknown> implements HeapItem {
  readonly id: number
  readonly name: string
  /** The entity, player or other thing with which the task ends. */
  readonly of: object | undefined
  /** The task ends with its parent. Undefined when it ends only by itself; changed by `Scheduler.adopt`. */
  parent: Task<unknown> | undefined
  /** 0 is real time: every tick. A higher number runs later, and may be deferred. */
  priority: number
  outcome: Outcome<Result> | undefined
  readonly #keeper: TaskKeeper
  #ended: Wait<Outcome<Result>> | undefined

  /** For the scheduler. */
  readonly steps: TaskSteps<Result>
  readonly children = new Set<Task<unknown>>()
  readonly waiting: Registration[] = []
  readonly followers = new Set<TaskListener>()
  key = 0
  order = 0
  at = -1
  /** What the generator receives when it is resumed. */
  given: unknown
  /** The tick it last ran in. */
  ranAt = -1
  /** The tick since which it could run. */
  readyAt = 0
  isExecuting = false
  mustStop = false

  constructor(
    keeper: TaskKeeper,
    body: (self: Task<unknown>) => TaskSteps<Result>,
    start: { id: number; name: string; priority: number; of: object | undefined },
  ) {
    this.#keeper = keeper
    this.id = start.id
    this.name = start.name
    this.priority = start.priority
    this.of = start.of
    this.steps = body(this as Task<unknown>)
  }

  get isOver(): boolean {
    return this.outcome !== undefined
  }

  /** Waits until the task is over: `const outcome = yield* task.ended`. It never throws; see `Outcome`. */
  get ended(): Wait<Outcome<Result>> {
    this.#ended ??= new Wait({ for: 'task', task: this as Task<unknown> })
    return this.#ended
  }

  /** Ends the task now, by way of its `finally`; see `Scheduler.stop`. */
  stop(): void {
    this.#keeper.stop(this as Task<unknown>)
  }
}

/** One thing that a task waits for; one of several when it waits for the first of them. */
export type Registration = Alarm | TaskListener

/** An alarm for a tick: then the task resumes, or its condition is checked. */
export class Alarm implements HeapItem {
  key: number
  order: number
  at = -1
  readonly task: Task<unknown>
  readonly index: number
  readonly condition: (WaitCause & { for: 'condition' }) | undefined

  constructor(place: {
    due: number
    order: number
    task: Task<unknown>
    index: number
    condition?: WaitCause & { for: 'condition' }
  }) {
    this.key = place.due
    this.order = place.order
    this.task = place.task
    this.index = place.index
    this.condition = place.condition
  }
}

/** Called by a signal, or by a task's end. */
export class TaskListener {
  readonly task: Task<unknown>
  readonly index: number
  readonly set: Set<TaskListener>
  /** The signal's name; undefined for a task's end. */
  readonly name: string | object | undefined

  constructor(task: Task<unknown>, index: number, set: Set<TaskListener>, name?: string | object) {
    this.task = task
    this.index = index
    this.set = set
    this.name = name
    set.add(this)
  }
}
