import { ShardlessError } from '../core/index.ts'
import { Heap } from './heap.ts'
import { Alarm, type Outcome, Task, TaskListener, type TaskSteps, Wait, type Yielded } from './task.ts'

/** The highest priority: the number is also how many ticks others may go first. */
const PRIORITY_MAX = 1000
/** How often a stopped task's `finally` may yield before the task is given up. */
const FAREWELLS_MAX = 16
/** How many of the last failures are kept. */
const FAILURES_MAX = 16

export interface SchedulerOptions {
  /** Units of work in a tick: each resume costs one, and a task may charge more. 4,000 when left out. */
  readonly budget?: number
  /** For `seconds`; 20 when left out. */
  readonly ticksPerSecond?: number
  /** 1,000,000 when left out. */
  readonly tasksMax?: number
  /** Whether an entity or player that a task is bound to is still there; always when left out. */
  readonly isPresent?: (of: object) => boolean
}

export interface StartOptions {
  /** For failures and metrics. The generator function's name when left out. */
  readonly name?: string
  /** 0, real time, when left out. */
  readonly priority?: number
  /** The task is stopped when this entity or player leaves the world. */
  readonly of?: object
  /** A task started by another task is then no child of it, and outlives it. */
  readonly isDetached?: boolean
}

/** A task that threw. */
export interface Failure {
  readonly task: Task<unknown>
  readonly error: unknown
}

/** Counts of the last tick, and totals since the scheduler began. */
export interface SchedulerStats {
  /** Tasks that want to run in the next tick. */
  readonly awake: number
  /** Tasks that wait for something. */
  readonly sleeping: number
  /** Resumes in the last tick. */
  readonly run: number
  /** Units of work in the last tick. */
  readonly work: number
  /** Tasks that were ready in the last tick and put off by the budget. */
  readonly deferred: number
  /** By how many ticks the most delayed task of the last tick had been put off. */
  readonly lateTicks: number
  readonly started: number
  readonly done: number
  readonly failed: number
  readonly stopped: number
}

/**
 * Runs tasks: cooperative micro-threads, written as generators. It is told the tick and owns no clock, so that the same
 * program gives the same run everywhere.
 *
 *     run(tick)    alarms that are due -> real-time tasks, all of them -> the queue, while the budget lasts
 *
 * A task runs at most once in a tick. The queue is ordered by the tick in which a task became ready plus its
 * priority, then by who came first: waiting counts like priority, so a low priority is late and never lost. A task
 * of priority p that is ready at tick t is overtaken by nobody who becomes ready at t + p or later; at least one of
 * the queue runs in every tick, and an eighth of the budget is the queue's whatever real-time tasks take. So it
 * runs at the latest in tick
 *
 *     t + p + n        n: the tasks ahead of it in the queue at t + p, or their work / (budget / 8) if that is less
 *
 * Sleeping tasks lie in a heap (those who wait for time) or in sets (for signals and tasks): a tick looks at the heap's
 * top and nothing else. Going to sleep and waking cost log n.
 *
 * A task started by a running task is its child and ends with it, unless it is detached or `adopt`ed by another.
 */
export class Scheduler {
  readonly budget: number
  /** Called with each task that throws. It must not throw itself. */
  report: ((failure: Failure) => void) | undefined
  /** The last sixteen failures. */
  readonly failures: Failure[] = []
  readonly #ticksPerSecond: number
  readonly #tasksMax: number
  readonly #isPresent: (of: object) => boolean
  readonly #alarms = new Heap<Alarm>()
  readonly #queue = new Heap<Task<unknown>>()
  readonly #signals = new Map<string | object, Set<TaskListener>>()
  readonly #bound = new Map<object, Set<Task<unknown>>>()
  readonly #now: Task<unknown>[] = []
  #next: Task<unknown>[] = []
  #spare: Task<unknown>[] = []
  #running: Task<unknown> | undefined
  #isRunning = false
  #tick = 0
  #orders = 0
  #alive = 0
  #work = 0
  #run = 0
  #lateTicks = 0
  #started = 0
  readonly #ended = { done: 0, failed: 0, stopped: 0 }

  constructor(options: SchedulerOptions = {}) {
    const { budget = 4000, ticksPerSecond = 20, tasksMax = 1_000_000 } = options
    if (!(budget >= 1))
      throw new ShardlessError('world/bad-budget', `the budget is ${budget}; it is 1 unit of work or more.`)
    this.budget = budget
    this.#ticksPerSecond = ticksPerSecond
    this.#tasksMax = tasksMax
    this.#isPresent = options.isPresent ?? (() => true)
  }

  /** The last tick that was run, or the one being run. */
  get tick(): number {
    return this.#tick
  }

  /** The task being run at this moment. */
  get running(): Task<unknown> | undefined {
    return this.#running
  }

  get stats(): SchedulerStats {
    const awake = this.#next.filter(({ isOver }) => !isOver).length + this.#queue.size
    return {
      awake,
      sleeping: this.#alive - awake,
      run: this.#run,
      work: this.#work,
      deferred: this.#queue.size,
      lateTicks: this.#lateTicks,
      started: this.#started,
      ...this.#ended,
    }
  }

  /**
   * Starts a task. It takes its first step in the tick being run, after the real-time tasks and within the budget;
   * outside of a tick, in the next one.
   *
   * @throws `world/too-many-tasks`, `world/bad-priority`, `world/task-owner` if `of` has left the world
   */
  start<Result>(body: (self: Task<unknown>) => TaskSteps<Result>, options: StartOptions = {}): Task<Result> {
    const { name = body.name || 'task', priority = 0, of, isDetached = false } = options
    if (!isPriority(priority)) throw new ShardlessError('world/bad-priority', badPriority(name, priority))
    if (this.#alive >= this.#tasksMax)
      throw new ShardlessError(
        'world/too-many-tasks',
        `${this.#alive} tasks are alive; is something starting them without end?`,
      )
    if (of && !this.#isPresent(of))
      throw new ShardlessError(
        'world/task-owner',
        `'${name}' was to live as long as something that has left the world already.`,
      )
    const task = new Task<Result>(this, body, { id: ++this.#started, name, priority, of })
    this.#alive++
    const plain = task as Task<unknown>
    if (of) {
      const bound = this.#bound.get(of)
      if (bound) bound.add(plain)
      else this.#bound.set(of, new Set([plain]))
    }
    if (this.#running && !isDetached) this.#join(plain, this.#running)
    plain.readyAt = this.#isRunning ? this.#tick : this.#tick + 1
    if (this.#isRunning) this.#enqueue(plain)
    else this.#next.push(plain)
    return task
  }

  /**
   * Ends a task by way of its `finally`, which runs at once. What it yields there resumes at once, sixteen times at
   * most; then the task is given up and reported. A task that stops itself, or is stopped by something it called,
   * ends at its next `yield`. Its children end after it, the youngest first. Does nothing if the task is over.
   */
  stop(task: Task<unknown>): void {
    this.#stopTree([task])
  }

  /** Stops all tasks that were started `of` this entity or player. */
  stopAllOf(of: object): void {
    const bound = this.#bound.get(of)
    if (bound) for (const task of [...bound]) this.stop(task)
  }

  /**
   * Gives a task a new parent: it outlives the old one and ends with the new one. Without a parent it ends only by
   * itself. If the new parent is over already, it ends at once.
   *
   * @throws `world/task-circle` if the parent descends from it
   */
  adopt(task: Task<unknown>, parent?: Task<unknown>): void {
    for (let above = parent; above; above = above.parent)
      if (above === task)
        throw new ShardlessError(
          'world/task-circle',
          `'${task.name}' cannot be the child of '${parent?.name}', its descendant.`,
        )
    if (task.isOver) return
    task.parent?.children.delete(task)
    task.parent = undefined
    if (parent?.isOver) this.stop(task)
    else if (parent) this.#join(task, parent)
  }

  /** Wakes everyone who waits for this signal now, in the order in which they began to wait. @returns how many */
  signal(name: string | object, value?: unknown): number {
    const listeners = this.#signals.get(name)
    if (!listeners) return 0
    this.#signals.delete(name)
    return this.#call(listeners, value)
  }

  /** Charges the tick's budget for work beyond the one unit of each resume. */
  charge(units: number): void {
    if (units > 0) this.#work += units
  }

  /** Runs one tick. @throws `world/tick-begun` unless it is later than the last */
  run(tick: number): void {
    if (this.#isRunning || !(tick > this.#tick))
      throw new ShardlessError(
        'world/tick-begun',
        `tick ${tick} was run after tick ${this.#tick}; run each once and in order.`,
      )
    this.#tick = tick
    this.#work = 0
    this.#run = 0
    this.#lateTicks = 0
    this.#isRunning = true
    try {
      const again = this.#next
      this.#next = this.#spare
      for (const task of again) this.#ready(task)
      again.length = 0
      this.#spare = again
      for (let alarm = this.#alarms.first; alarm && alarm.key <= tick; alarm = this.#alarms.first)
        this.#ring(alarm)
      this.#runAll()
    } finally {
      this.#isRunning = false
    }
  }

  /** Runs real-time tasks first, also those woken meanwhile; then the queue, while there is budget. */
  #runAll(): void {
    const now = this.#now
    let done = 0
    let limit = -1
    for (;;) {
      if (done < now.length) {
        this.#resume(now[done++])
        continue
      }
      if (limit < 0) limit = Math.max(this.budget, this.#work + Math.max(1, this.budget / 8))
      const task = this.#work < limit ? this.#queue.pop() : undefined
      if (!task) break
      this.#lateTicks = Math.max(this.#lateTicks, this.#tick - task.readyAt)
      this.#resume(task)
    }
    now.length = 0
  }

  #resume(task: Task<unknown>): void {
    if (task.isOver) return
    task.ranAt = this.#tick
    this.#run++
    this.#work++
    const { given } = task
    task.given = undefined
    const step = this.#execute(task, () => task.steps.next(given))
    if ('error' in step) this.#stopTree(this.#settle(task, { ended: 'failed', error: step.error }))
    else if (step.done) this.#stopTree(this.#settle(task, { ended: 'done', value: step.value }))
    else if (task.mustStop) this.stop(task)
    else this.#take(task, step.value as Yielded)
  }

  /** Runs a generator as the running task. */
  #execute(
    task: Task<unknown>,
    work: () => IteratorResult<Yielded, unknown>,
  ): IteratorResult<Yielded, unknown> | { error: unknown } {
    const before = this.#running
    this.#running = task
    task.isExecuting = true
    try {
      return work()
    } catch (error) {
      return { error }
    } finally {
      task.isExecuting = false
      this.#running = before
    }
  }

  /** Takes what a task yielded: a priority, or something to wait for. */
  #take(task: Task<unknown>, yielded: Yielded): void {
    if (yielded instanceof Wait) {
      this.#await(task, yielded)
      return
    }
    const priority = yielded ?? 0
    if (isPriority(priority)) {
      task.priority = priority
      this.#again(task)
      return
    }
    const error = new ShardlessError('world/bad-priority', badPriority(task.name, priority))
    this.#stopTree([task], { ended: 'failed', error })
  }

  #await(task: Task<unknown>, { cause }: Wait<unknown>): void {
    if (cause.for !== 'first') this.#register(task, cause, -1)
    else
      for (let i = 0; i < cause.of.length && task.given === undefined; i++)
        this.#register(task, cause.of[i].cause, i)
  }

  /** @param index its place among those of a `firstOf`; -1 when it is waited for alone */
  #register(task: Task<unknown>, cause: Wait<unknown>['cause'], index: number): void {
    if (cause.for === 'ticks' || cause.for === 'seconds' || cause.for === 'condition') {
      const wait =
        cause.for === 'ticks'
          ? cause.ticks
          : cause.for === 'seconds'
            ? Math.max(1, Math.ceil(cause.seconds * this.#ticksPerSecond - 1e-9))
            : 1
      const condition = cause.for === 'condition' ? cause : undefined
      const alarm = new Alarm({ due: this.#tick + wait, order: ++this.#orders, task, index, condition })
      this.#alarms.push(alarm)
      task.waiting.push(alarm)
    } else if (cause.for === 'signal') {
      let set = this.#signals.get(cause.name)
      if (!set) this.#signals.set(cause.name, (set = new Set()))
      task.waiting.push(new TaskListener(task, index, set, cause.name))
    } else if (cause.for === 'task') {
      if (cause.task.outcome) this.#wake(task, index, cause.task.outcome)
      else task.waiting.push(new TaskListener(task, index, cause.task.followers))
    }
  }

  #ring(alarm: Alarm): void {
    const { task, index, condition } = alarm
    if (condition) {
      this.#work++
      let holds: boolean
      try {
        holds = condition.holds()
      } catch (error) {
        this.#stopTree([task], { ended: 'failed', error })
        return
      }
      if (alarm.at < 0) return // The condition itself ended the wait.
      if (!holds) {
        this.#alarms.remove(alarm)
        alarm.key = this.#tick + condition.everyTicks
        this.#alarms.push(alarm)
        return
      }
    }
    this.#wake(task, index, undefined)
  }

  #call(listeners: Set<TaskListener>, value: unknown): number {
    const called = [...listeners]
    for (const { task, index } of called) this.#wake(task, index, value)
    return called.length
  }

  /** Wakes a task: what it waited for has happened. */
  #wake(task: Task<unknown>, index: number, value: unknown): void {
    this.#forgetWaits(task)
    task.given = index < 0 ? value : { index, value }
    if (this.#isRunning && task.ranAt !== this.#tick) this.#ready(task)
    else this.#again(task)
  }

  #forgetWaits(task: Task<unknown>): void {
    for (const each of task.waiting) {
      if (each instanceof Alarm) {
        this.#alarms.remove(each)
        continue
      }
      const { set, name } = each
      set.delete(each)
      // Names that nobody waits for are not kept.
      if (set.size === 0 && name !== undefined && this.#signals.get(name) === set) this.#signals.delete(name)
    }
    task.waiting.length = 0
  }

  /** Makes a task run on in this tick. */
  #ready(task: Task<unknown>): void {
    if (task.isOver) return
    task.readyAt = this.#tick
    if (task.priority === 0) this.#now.push(task)
    else this.#enqueue(task)
  }

  /** Makes a task run on in the next tick. */
  #again(task: Task<unknown>): void {
    this.#next.push(task)
  }

  #enqueue(task: Task<unknown>): void {
    task.key = this.#tick + task.priority
    task.order = ++this.#orders
    this.#queue.push(task)
  }

  #join(task: Task<unknown>, parent: Task<unknown>): void {
    task.parent = parent
    parent.children.add(task)
  }

  /**
   * Stops the last of these tasks, then its children, and so on. A list rather than recursion, for families of any
   * depth.
   */
  #stopTree(tasks: Task<unknown>[], outcome: Outcome = { ended: 'stopped' }): void {
    let ending: Outcome = outcome
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      if (task.isOver) continue
      if (task.isExecuting) {
        task.mustStop = true
        continue
      }
      this.#forgetWaits(task)
      this.#queue.remove(task)
      const error = this.#farewell(task)
      for (const child of this.#settle(task, error ? { ended: 'failed', error: error.thrown } : ending))
        tasks.push(child)
      ending = { ended: 'stopped' }
    }
  }

  /** Runs a stopped task's `finally`. @returns what it threw */
  #farewell(task: Task<unknown>): { thrown: unknown } | undefined {
    let step = this.#execute(task, () => task.steps.return(undefined))
    for (let yields = 0; !('error' in step) && !step.done; yields++) {
      if (yields === FAREWELLS_MAX)
        return {
          thrown: new ShardlessError(
            'world/task-lingers',
            `'${task.name}' was stopped and yielded more than ${FAREWELLS_MAX} times in its finally; it was given up.`,
          ),
        }
      step = this.#execute(task, () => task.steps.next())
    }
    return 'error' in step ? { thrown: step.error } : undefined
  }

  /** Ends a task: nothing holds it any longer. @returns its children */
  #settle(task: Task<unknown>, outcome: Outcome): Task<unknown>[] {
    task.outcome = outcome
    this.#alive--
    this.#ended[outcome.ended]++
    task.parent?.children.delete(task)
    if (task.of) {
      const bound = this.#bound.get(task.of)
      if (bound?.delete(task) && bound.size === 0) this.#bound.delete(task.of)
    }
    if (outcome.ended === 'failed') {
      const failure = { task, error: outcome.error }
      if (this.failures.push(failure) > FAILURES_MAX) this.failures.shift()
      this.report?.(failure)
    }
    this.#call(task.followers, outcome)
    const children = [...task.children]
    task.children.clear()
    return children
  }
}

function isPriority(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= PRIORITY_MAX
}

function badPriority(name: string, value: unknown): string {
  return `'${name}' asked for priority ${String(value)}; it is a whole number, 0 (real time) to ${PRIORITY_MAX}. To wait, yield ticks(), seconds(), until() or signalled().`
}
