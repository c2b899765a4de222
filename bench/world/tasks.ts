/**
 * Tasks: generators on the scheduler, beside what a user would write instead, async functions that wait for timers.
 * Both do the same: each of many micro-threads adds one to a sum, again and again. CPU time.
 */
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Scheduler, signalled, ticks } from '../../src/task/index.ts'
import type { Bench, Row } from '../row.ts'
import { cpuMs, cpuMsOf, rowsOf } from './measure.ts'

export const run: Bench = async ({ quick }) => {
  const rounds = quick ? 20 : 100
  return [...(await awake(rounds)), ...(await sleeping(quick)), ...signals(rounds)]
}

/** Runs 10,000 that run in every tick, against 10,000 async functions that run in every turn of the event loop. */
async function awake(rounds: number): Promise<Row[]> {
  const many = 10_000
  let sum = 0
  const start = (priority: number): Scheduler => {
    const tasks = new Scheduler({ budget: 1_000_000 })
    for (let i = 0; i < many; i++)
      tasks.start(
        function* () {
          for (;;) {
            sum++
            yield priority
          }
        },
        { priority },
      )
    for (let tick = 1; tick <= 5; tick++) tasks.run(tick)
    return tasks
  }
  const usEach = [0, 5].map((priority) => {
    const tasks = start(priority)
    const ms = cpuMsOf(() => {
      for (let i = 0; i < rounds; i++) tasks.run(tasks.tick + 1)
    })
    return (ms * 1000) / rounds / many
  })
  let isOver = false
  const loop = async (): Promise<void> => {
    while (!isOver) {
      sum++
      await setImmediate()
    }
  }
  const loops = Array.from({ length: many }, loop)
  await setImmediate()
  const [before, turns] = [cpuMs(), Math.ceil(rounds / 5)]
  for (let i = 0; i < turns; i++) await setImmediate()
  const theirs = ((cpuMs() - before) * 1000) / turns / many
  isOver = true
  await Promise.all(loops)
  if (sum === 0) throw new Error('Nothing was run.')
  const row = rowsOf('tasks, 10,000 awake')
  return [
    row('resumes a second of CPU time, real time', 1e6 / usEach[0], 'per second'),
    row('resumes a second of CPU time, by priority', 1e6 / usEach[1], 'per second'),
    row('time per resume, real time', usEach[0], 'us'),
    row('time, async functions over tasks', theirs / usEach[0], 'ratio'),
    row('time, async functions over tasks by priority', theirs / usEach[1], 'ratio'),
  ]
}

/** Runs 100,000 that sleep, and among them some who wake; against timers of 1 to 2 s. */
async function sleeping(quick: boolean): Promise<Row[]> {
  const many = 100_000
  const spread = 20 // Ticks: a second, in which each wakes once.
  const tasks = new Scheduler({ budget: 1_000_000 })
  let woken = 0
  const deep = cpuMsOf(() => {
    for (let i = 0; i < many; i++)
      tasks.start(function* () {
        yield ticks(1_000_000)
      })
    tasks.run(1)
  })
  const idleTicks = 20_000
  const idle = cpuMsOf(() => {
    for (let i = 0; i < idleTicks; i++) tasks.run(tasks.tick + 1)
  })
  const nappers = new Scheduler({ budget: 1_000_000 })
  for (let i = 0; i < many; i++)
    nappers.start(function* () {
      yield ticks(1 + (i % spread))
      for (;;) {
        woken++
        yield ticks(spread)
      }
    })
  for (let i = 0; i < 2 * spread; i++) nappers.run(nappers.tick + 1)
  woken = 0
  const naps = cpuMsOf(() => {
    for (let i = 0; i < (quick ? 1 : 5) * spread; i++) nappers.run(nappers.tick + 1)
  })
  const ours = (naps * 1000) / woken

  let isOver = false
  let theirWoken = 0
  const nap = async (i: number): Promise<void> => {
    await setTimeout((i % spread) * 50)
    while (!isOver) {
      theirWoken++
      await setTimeout(1000)
    }
  }
  const nap100k = Array.from({ length: many }, (_, i) => nap(i))
  await setTimeout(1200)
  theirWoken = 0
  const before = cpuMs()
  await setTimeout(quick ? 1000 : 3000)
  const theirs = ((cpuMs() - before) * 1000) / theirWoken
  isOver = true
  await Promise.all(nap100k)
  const row = rowsOf('tasks, 100,000 asleep')
  return [
    row('time per tick, nobody due', (idle * 1000) / idleTicks, 'us'),
    row('time to start one and put it to sleep', (deep * 1000) / many, 'us'),
    row('time per waking and sleeping again', ours, 'us'),
    row('time, async functions with timers over tasks', theirs / ours, 'ratio'),
  ]
}

/** Sends a signal to 10,000 who wait for it. */
function signals(rounds: number): Row[] {
  const many = 10_000
  const tasks = new Scheduler({ budget: 1_000_000 })
  for (let i = 0; i < many; i++)
    tasks.start(function* () {
      for (;;) yield signalled('bell')
    })
  tasks.run(1)
  const ms = cpuMsOf(() => {
    for (let i = 0; i < rounds; i++) {
      tasks.signal('bell')
      tasks.run(tasks.tick + 1)
    }
  })
  return [rowsOf('tasks, signals')('time per listener woken', (ms * 1000) / rounds / many, 'us')]
}
