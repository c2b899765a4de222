import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../core/index.ts'
import { Scheduler } from './scheduler.ts'
import type { Task, TaskSteps } from './task.ts'
import { firstOf, seconds, signalled, ticks, until } from './wait.ts'

/** Makes a scheduler, a log of what happened, and a way to run ticks. */
function stage(options: { budget?: number } = {}) {
  const tasks = new Scheduler(options)
  const told: string[] = []
  const say = (what: unknown) => told.push(`${tasks.tick} ${what}`)
  const run = (count: number) => {
    for (let i = 0; i < count; i++) tasks.run(tasks.tick + 1)
  }
  return { tasks, told, say, run }
}

test('a task that yields nothing or 0 runs in every tick', () => {
  const { tasks, told, say, run } = stage()
  tasks.start(function* () {
    say('a')
    yield
    say('b')
    yield 0
    say('c')
  })
  run(5)
  assert.deepEqual(told, ['1 a', '2 b', '3 c'])
  assert.equal(tasks.stats.done, 1)
})

test('a higher number runs later in the tick, real time first, equals in the order they came', () => {
  const { tasks, told, say, run } = stage()
  for (const [name, priority] of [
    ['low', 9],
    ['high', 1],
    ['real', 0],
    ['low too', 9],
    ['real too', 0],
  ] as const)
    tasks.start(
      function* () {
        say(name)
        yield
      },
      { priority },
    )
  run(1)
  assert.deepEqual(told, ['1 real', '1 real too', '1 high', '1 low', '1 low too'])
})

test('what a task yields is its priority from then on, also after it waited', () => {
  const { tasks, told, say, run } = stage()
  tasks.start(function* () {
    yield 5
    yield ticks(2)
    say('slow')
  })
  tasks.start(function* () {
    yield ticks(3)
    say('quick')
  })
  run(5)
  assert.deepEqual(told, ['4 quick', '4 slow'])
})

test('a task waits for ticks, for seconds, for a condition', () => {
  const { tasks, told, say, run } = stage()
  let isOpen = false
  tasks.start(function* () {
    yield ticks(3)
    say('ticks')
  })
  tasks.start(function* () {
    yield seconds(0.3)
    say('seconds')
  })
  tasks.start(function* () {
    yield until(() => isOpen)
    say('open')
  })
  tasks.start(function* () {
    yield until(() => isOpen, { everyTicks: 4 })
    say('open, looked at seldom')
  })
  run(4)
  isOpen = true
  run(10)
  assert.deepEqual(told, ['4 ticks', '5 open', '6 open, looked at seldom', '7 seconds'])
})

test('a signal wakes those who wait for it, in their order and with its value, and nobody later', () => {
  const { tasks, told, say, run } = stage()
  const hear = function* (): TaskSteps {
    say(yield* signalled<string>('bell'))
  }
  assert.equal(tasks.signal('bell', 'unheard'), 0)
  tasks.start(hear)
  tasks.start(hear)
  run(1)
  assert.equal(tasks.signal('bell', 'one'), 2)
  run(2)
  tasks.start(hear)
  run(2)
  tasks.signal('bell')
  run(1)
  assert.deepEqual(told, ['2 one', '2 one', '6 undefined'])
})

test('a signal wakes in the same tick whoever has not run in it, the others in the next', () => {
  const { tasks, told, say, run } = stage()
  const bell = {}
  const hear = (name: string) =>
    function* (): TaskSteps {
      for (;;) {
        yield signalled(bell)
        say(name)
      }
    }
  tasks.start(hear('early'))
  tasks.start(
    function* () {
      yield ticks(1)
      tasks.signal(bell)
      yield
      tasks.signal(bell)
    },
    { priority: 3 },
  )
  run(5)
  assert.deepEqual(told, ['2 early', '3 early'])
})

test('two tasks that wake each other take turns by ticks and hang nothing', () => {
  const { tasks, run } = stage()
  let passes = 0
  const play = (mine: string, theirs: string) =>
    function* (): TaskSteps {
      for (;;) {
        passes++
        tasks.signal(theirs)
        yield signalled(mine)
      }
    }
  tasks.start(play('ping', 'pong'))
  tasks.start(play('pong', 'ping'))
  run(100)
  assert.ok(passes >= 100 && passes <= 200, `${passes}`)
})

test('a task waits for another and learns how it ended', () => {
  const { tasks, told, say, run } = stage()
  const learn = (other: Task<unknown>) =>
    tasks.start(function* () {
      say(JSON.stringify(yield* other.ended))
    })
  const sum = tasks.start(function* () {
    yield ticks(2)
    return 42
  })
  const broken = tasks.start(function* (): TaskSteps {
    yield
    throw 'no luck'
  })
  const endless = tasks.start(function* () {
    for (;;) yield
  })
  for (const task of [sum, broken, endless]) learn(task as Task<unknown>)
  run(2)
  endless.stop()
  run(2)
  learn(sum as Task<unknown>)
  run(3)
  assert.deepEqual(told, [
    '2 {"ended":"failed","error":"no luck"}',
    '3 {"ended":"stopped"}',
    '3 {"ended":"done","value":42}',
    '6 {"ended":"done","value":42}',
  ])
})

test('the first of several: which it was, its value, and the others are let go', () => {
  const { tasks, told, say, run } = stage()
  const other = tasks.start(function* () {
    yield ticks(50)
    return 'late'
  })
  tasks.start(function* () {
    for (let i = 0; i < 2; i++) {
      const first = yield* firstOf(signalled<string>('bell'), seconds(1), other.ended)
      say(`${first.index} ${first.value}`)
    }
  })
  run(4)
  tasks.signal('bell', 'ding')
  run(30)
  assert.deepEqual(told, ['5 0 ding', '25 1 undefined'])
  assert.equal(tasks.signal('bell'), 0)
  assert.equal(other.followers.size, 0)
})

test('the first of several may have come already', () => {
  const { tasks, told, say, run } = stage()
  const done = tasks.start(function* () {})
  run(1)
  tasks.start(function* () {
    const { index } = yield* firstOf(seconds(1), done.ended, signalled('bell'))
    say(index)
  })
  run(2)
  assert.deepEqual(told, ['3 1'])
  assert.equal(tasks.signal('bell'), 0)
})

test('waits that cannot be are refused where they are written', () => {
  const bad = { code: 'world/bad-wait' }
  for (const wrong of [
    () => ticks(0),
    () => ticks(Number.NaN),
    () => seconds(-1),
    () => until(() => true, { everyTicks: 0 }),
    () => firstOf(),
    () => firstOf(firstOf(ticks(1))),
    () => firstOf(...Array.from({ length: 65 }, () => ticks(1))),
  ])
    assert.throws(wrong, bad)
  for (const right of [
    () => ticks(1),
    () => seconds(0),
    () => firstOf(...Array.from({ length: 64 }, () => ticks(1))),
  ])
    assert.doesNotThrow(right)
})

test('stopping runs finally at once, of inner generators too, and ends the children, the youngest first', () => {
  const { tasks, told, say, run } = stage()
  const inner = function* (name: string): TaskSteps {
    try {
      for (;;) yield ticks(100)
    } finally {
      say(name)
    }
  }
  const parent = tasks.start(function* () {
    tasks.start(() => inner('elder'))
    tasks.start(function* () {
      tasks.start(() => inner('grandchild'))
      yield* inner('younger')
    })
    try {
      yield* inner('inner')
    } finally {
      say('outer')
    }
  })
  run(3)
  parent.stop()
  parent.stop()
  assert.deepEqual(told, ['3 inner', '3 outer', '3 younger', '3 grandchild', '3 elder'])
  assert.deepEqual(parent.outcome, { ended: 'stopped' })
  assert.equal(tasks.stats.sleeping + tasks.stats.awake, 0)
})

test('a task that was stopped before its first step does nothing', () => {
  const { tasks, told, say, run } = stage()
  const task = tasks.start(function* () {
    say('never')
    yield
  })
  task.stop()
  run(2)
  assert.deepEqual(told, [])
})

test('what finally yields comes back at once: sixteen times, and after that the task is given up and reported', () => {
  const farewell = (yields: number) => {
    const { tasks, told, say, run } = stage()
    const task = tasks.start(function* () {
      try {
        yield ticks(100)
      } finally {
        for (let i = 0; i < yields; i++) yield ticks(1000)
        say('gone')
      }
    })
    run(1)
    task.stop()
    return { told, failure: tasks.failures[0]?.error }
  }
  assert.deepEqual(farewell(16), { told: ['1 gone'], failure: undefined })
  const lingering = farewell(17)
  assert.deepEqual(lingering.told, [])
  assert.equal((lingering.failure as { code?: string }).code, 'world/task-lingers')
})

test('a task that stops itself, or whose child does, ends at its next yield', () => {
  const { tasks, told, say, run } = stage()
  tasks.start(function* (self) {
    self.stop()
    say('still here')
    yield
    say('never')
  })
  const other = tasks.start(function* () {
    try {
      yield ticks(5)
    } finally {
      other.stop()
      say('once')
    }
  })
  run(2)
  other.stop()
  run(1)
  assert.deepEqual(told, ['1 still here', '2 once'])
})

test('a task that throws is stopped alone, counted, reported by name, and the others go on', () => {
  const { tasks, run } = stage()
  const reported: string[] = []
  tasks.report = ({ task, error }) => reported.push(`${task.name}: ${(error as Error).message}`)
  let steps = 0
  tasks.start(
    function* () {
      yield
      throw new Error('the bread is burnt')
    },
    { name: 'baker' },
  )
  tasks.start(function* smith() {
    yield until(() => {
      throw new Error('no iron')
    })
  })
  tasks.start(function* miller() {
    try {
      yield ticks(3)
      yield -1
    } finally {
      reported.push('cleaned up')
    }
  })
  tasks.start(function* () {
    for (;;) {
      steps++
      yield
    }
  })
  run(10)
  assert.equal(steps, 10)
  assert.equal(reported[0], 'smith: no iron')
  assert.equal(reported[1], 'baker: the bread is burnt')
  assert.equal(reported[2], 'cleaned up')
  assert.match(reported[3], /^miller: \[world\/bad-priority\] 'miller' asked for priority -1/)
  assert.equal(tasks.stats.failed, 3)
  for (let i = 0; i < 20; i++)
    tasks.start(function* (): TaskSteps {
      yield* []
      throw i
    })
  run(1)
  assert.deepEqual(
    tasks.failures.map(({ error }) => error),
    Array.from({ length: 16 }, (_, i) => i + 4),
  )
})

test('priorities are whole numbers from 0 to 1000, in start and in yield', () => {
  const { tasks, run } = stage()
  for (const priority of [-1, 1.5, 1001, Number.NaN])
    assert.throws(() => tasks.start(function* () {}, { priority }), { code: 'world/bad-priority' })
  for (const priority of [0, 1000]) tasks.start(function* () {}, { priority })
  for (const yielded of [1001, 'soon', {}])
    tasks.start(function* () {
      yield yielded as number
    })
  run(1)
  assert.deepEqual([tasks.stats.done, tasks.stats.failed], [2, 3])
})

test('a child ends with its parent, however that ends; a detached one does not', () => {
  for (const how of ['returns', 'throws', 'is stopped']) {
    const { tasks, run } = stage()
    const endless = function* (): TaskSteps {
      for (;;) yield
    }
    let child: Task<void> | undefined
    let free: Task<void> | undefined
    const parent = tasks.start(function* (): TaskSteps {
      child = tasks.start(endless)
      free = tasks.start(endless, { isDetached: true })
      yield
      if (how === 'throws') throw new Error(how)
      if (how === 'is stopped') yield ticks(99)
    })
    run(2)
    parent.stop()
    assert.equal(child?.outcome?.ended, 'stopped', how)
    assert.equal(free?.isOver, false, how)
  }
})

test('a child that was adopted outlives its first parent and dies with the new one; adopted by nobody, it just lives', () => {
  const { tasks, run } = stage()
  const endless = function* (): TaskSteps {
    for (;;) yield
  }
  const [first, second] = [tasks.start(endless), tasks.start(endless)]
  const [child, orphan] = [tasks.start(endless), tasks.start(endless)]
  tasks.adopt(child, first)
  tasks.adopt(orphan, first)
  run(1)
  tasks.adopt(child, second)
  tasks.adopt(orphan)
  first.stop()
  assert.deepEqual([child.isOver, orphan.isOver], [false, false])
  second.stop()
  assert.deepEqual([child.isOver, orphan.isOver], [true, false])
  tasks.adopt(orphan, second)
  assert.equal(orphan.isOver, true)
  tasks.adopt(child)
})

test('nobody becomes the child of a descendant', () => {
  const { tasks } = stage()
  const endless = function* (): TaskSteps {
    for (;;) yield
  }
  const [a, b, c] = [tasks.start(endless), tasks.start(endless), tasks.start(endless)]
  tasks.adopt(b, a)
  tasks.adopt(c, b)
  for (const parent of [a, b, c]) assert.throws(() => tasks.adopt(a, parent), { code: 'world/task-circle' })
})

test('a family of any depth is stopped without running out of stack', () => {
  const { tasks, run } = stage()
  const nest = function* (depth: number): TaskSteps {
    if (depth > 0) tasks.start(() => nest(depth - 1))
    for (;;) yield ticks(1000)
  }
  const root = tasks.start(() => nest(20_000))
  run(10)
  assert.ok(tasks.stats.sleeping > 9000)
  root.stop()
  assert.equal(tasks.stats.sleeping + tasks.stats.awake, 0)
})

test('the budget puts the queue off and never real time; a charge counts', () => {
  const { tasks, told, say, run } = stage({ budget: 8 })
  for (let i = 0; i < 5; i++)
    tasks.start(
      function* () {
        say(`queued ${i}`)
        yield* []
        tasks.charge(3)
      },
      { priority: 2 },
    )
  for (let i = 0; i < 2; i++)
    tasks.start(function* () {
      say('real')
      yield
      say('real')
    })
  run(1)
  assert.deepEqual(told, ['1 real', '1 real', '1 queued 0', '1 queued 1'])
  assert.equal(tasks.stats.deferred, 3)
  assert.equal(tasks.stats.work, 10)
  run(1)
  assert.deepEqual(told.slice(4), ['2 real', '2 real', '2 queued 2', '2 queued 3'])
  run(1)
  assert.deepEqual(told.slice(8), ['3 queued 4'])
  assert.equal(tasks.stats.lateTicks, 2)
})

test('however busy real time is, an eighth of the budget is left for the queue, and at least one resume', () => {
  for (const [budget, share] of [
    [80, 10],
    [1, 1],
  ]) {
    const { tasks, run } = stage({ budget })
    let queued = 0
    for (let i = 0; i < 200; i++)
      tasks.start(function* () {
        for (;;) yield
      })
    for (let i = 0; i < 20; i++)
      tasks.start(
        function* () {
          for (;;) {
            queued++
            yield 1
          }
        },
        { priority: 1 },
      )
    run(10)
    assert.equal(queued, 10 * share)
  }
})

test('a low priority is late, never lost: by its priority and the queue ahead of it at the most', () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = new Random(seed)
    const { tasks, run } = stage({ budget: random.integer(1, 12) })
    const share = Math.max(1, tasks.budget / 8)
    const load = random.integer(1, 60)
    for (let i = 0; i < load; i++) {
      const priority = random.integer(1, 30)
      tasks.start(
        function* () {
          for (;;) {
            yield random.chance(0.1) ? 0 : priority
            if (random.chance(0.2)) tasks.charge(2)
          }
        },
        { priority },
      )
    }
    const priority = random.integer(0, 1) * 200 + 1
    let readyAt = 1
    let runs = 0
    tasks.start(
      function* () {
        for (;;) {
          const late = tasks.tick - readyAt
          const most = priority + Math.ceil(((load + 1) * 3) / share)
          assert.ok(late <= most, `seed ${seed}: ${late} ticks late, ${most} are the bound`)
          runs++
          readyAt = tasks.tick + 1
          yield priority
        }
      },
      { priority },
    )
    run(1000)
    assert.ok(runs >= 3, `seed ${seed}: ${runs} runs`)
    assert.deepEqual(tasks.failures, [])
  }
})

test('a task started by another takes its first step in the same tick if there is budget; endless starting hangs nothing', () => {
  const { tasks, told, say, run } = stage({ budget: 50 })
  tasks.start(function* () {
    tasks.start(function* () {
      say('child')
      yield
    })
    yield
  })
  run(1)
  assert.deepEqual(told, ['1 child'])
  let born = 0
  const breed = function* (): TaskSteps {
    born++
    tasks.start(breed, { isDetached: true })
    yield* []
  }
  tasks.start(breed)
  run(10)
  assert.ok(born >= 10 * 50 - 10 && born <= 10 * 50 + 10, `${born}`)
})

test('more tasks than the bound are refused', () => {
  const tasks = new Scheduler({ tasksMax: 2 })
  const start = () => tasks.start(function* () {})
  start()
  start()
  assert.throws(start, { code: 'world/too-many-tasks' })
  tasks.run(1)
  start()
})

test('ticks are run once and in order, and not from within a task; gaps are fine', () => {
  const { tasks, told, say } = stage()
  tasks.start(function* () {
    yield ticks(3)
    say('due')
  })
  tasks.run(1)
  for (const tick of [1, 0, Number.NaN]) assert.throws(() => tasks.run(tick), { code: 'world/tick-begun' })
  tasks.run(100)
  assert.deepEqual(told, ['100 due'])
  tasks.start(function* () {
    tasks.run(200)
    yield
  })
  tasks.run(101)
  assert.equal((tasks.failures[0].error as { code?: string }).code, 'world/tick-begun')
})

test('a budget below one is refused', () => {
  for (const budget of [0, -1, Number.NaN])
    assert.throws(() => new Scheduler({ budget }), { code: 'world/bad-budget' })
  assert.equal(new Scheduler({ budget: 1 }).budget, 1)
})

test('a hundred thousand who sleep are not touched by a tick', () => {
  const { tasks, run } = stage()
  for (let i = 0; i < 100_000; i++)
    tasks.start(function* () {
      yield i % 2 === 0 ? ticks(1000) : signalled('bell')
    })
  run(1)
  run(1)
  const { run: resumed, work, sleeping, awake } = tasks.stats
  assert.deepEqual({ resumed, work, sleeping, awake }, { resumed: 0, work: 0, sleeping: 100_000, awake: 0 })
  assert.equal(tasks.signal('bell'), 50_000)
})

test('the same program gives the same run', () => {
  const play = () => {
    const { tasks, told, say, run } = stage({ budget: 20 })
    const random = new Random(9)
    for (let i = 0; i < 40; i++)
      tasks.start(
        function* () {
          for (;;) {
            say(i)
            const dice = random.integer(0, 3)
            if (dice === 0) yield random.integer(0, 9)
            else if (dice === 1) yield ticks(random.integer(1, 9))
            else if (dice === 2) yield* firstOf(signalled('bell'), ticks(7))
            else tasks.signal('bell', yield)
          }
        },
        { name: `${i}`, priority: i % 5 },
      )
    run(100)
    return told
  }
  const [one, two] = [play(), play()]
  assert.ok(one.length > 1000)
  assert.deepEqual(one, two)
})
