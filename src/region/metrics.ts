import { counter, gauge } from '../core/index.ts'

/** The metrics of a region. */
export const regionMetrics = {
  worlds: gauge({
    name: 'shardless_worlds',
    unit: 'worlds',
    meaning: 'Worlds: the home of each map, and the instances that are open.',
  }),
  entities: gauge({
    name: 'shardless_entities',
    unit: 'entities',
    meaning: 'Entities in all worlds.',
  }),
  ticks: counter({
    name: 'shardless_ticks_total',
    unit: 'ticks',
    meaning: 'Ticks of the world where players come in.',
  }),
  ticksSkipped: counter({
    name: 'shardless_ticks_skipped_total',
    unit: 'ticks',
    meaning: 'Ticks that were left out after stalls.',
  }),
  tickSeconds: gauge({
    name: 'shardless_tick_seconds',
    unit: 'seconds',
    meaning: 'What a tick takes, averaged over the last second or so.',
  }),
  tickWorstSeconds: gauge({
    name: 'shardless_tick_worst_seconds',
    unit: 'seconds',
    meaning: 'The longest tick of the last second or two.',
  }),
  tickLateSeconds: gauge({
    name: 'shardless_tick_late_seconds',
    unit: 'seconds',
    meaning: 'How late a tick of the last second or two began at most.',
  }),
  commandsLate: counter({
    name: 'shardless_commands_late_total',
    unit: 'commands',
    meaning: 'Commands that came after their tick was made.',
  }),
  ownStates: counter({
    name: 'shardless_own_states_total',
    unit: 'messages',
    meaning: 'Times that a player was told how their own character is: after surprises, and now and then.',
  }),
  mistakes: counter({
    name: 'shardless_game_mistakes_total',
    unit: 'mistakes',
    meaning: "Mistakes of the game's own code, by what was called.",
    labels: ['called'],
  }),
  tasks: gauge({
    name: 'shardless_tasks',
    unit: 'tasks',
    meaning: 'Tasks of the game in all worlds: `awake` have something to do now, `sleeping` wait.',
    labels: ['state'],
    values: ['awake', 'sleeping'],
  }),
}
