import type { Assignment, Directory, DirectoryView, PeerMessage } from '../../cluster/index.ts'
import { OutsideError } from '../../core/index.ts'
import { Sorry } from '../../region/index.ts'
import { ConsoleLines, type LineTaker } from '../console-lines.ts'

export interface ClusterConsoleOptions {
  readonly directory: Directory
  readonly send: (to: string, message: PeerMessage) => void
  /** How many players are connected to this process, and how many characters wait for theirs. */
  readonly players: () => { readonly here: number; readonly away: number }
}

/** How often it is looked whether something has come about, and for how long, in ms. */
const LOOK_MS = 50
const PATIENCE_MS = 15_000
/** How often a move is written anew, where somebody else wrote in between, or the directory did not answer. */
const TRIES = 5
/** How often a directory is asked that does not answer in time: it may be busy, and what is waited for come about. */
const ASKS = 8

/**
 * The operator's console of a cluster: who is there, who has what, and who should have it. It writes into the directory
 * what an operator wants, as the leader does; the regions do it.
 *
 *     move  --compare-and-set--> directory, `look` --> regions
 *     drain --`drain'--> the region, which says so with its next renewal --> the leader
 */
export function clusterConsole({ directory, send, players }: ClusterConsoleOptions): LineTaker {
  const nudge = ({ members }: DirectoryView): void => {
    for (const { name, role } of members) if (role === 'region') send(name, { is: 'look' })
  }
  let known: readonly string[] = []
  const look = async (): Promise<DirectoryView> => {
    const view = await patiently(() => directory.look(), ASKS)
    known = regionsIn(view).map(({ name }) => name)
    return view
  }
  /** What was not answered may be written all the same: that is seen at the next look. */
  const write = (assignment: Assignment, revision: number, tries: number): Promise<boolean> =>
    directory.assign(assignment, revision).catch((error) => {
      if (tries === TRIES - 1 || !(error instanceof OutsideError)) throw error
      return false
    })
  const complete = (words: readonly string[]): readonly string[] => (words.length === 0 ? known : [])

  const drain = async (wanted: string | undefined, isDraining: boolean): Promise<string> => {
    const view = await look()
    const name = regionNamed(view, wanted)
    const others = regionsIn(view).filter((one) => one.name !== name && !one.isDraining)
    if (isDraining && others.length === 0)
      throw new Sorry(`There is no other region to take what ${name} has.`)
    send(name, { is: 'drain', isDraining })
    const isDone = await until(async () => {
      const now = await look()
      const told = now.members.find((one) => one.name === name)
      const left = now.assignments.filter(({ owner }) => owner === name).length
      return told?.isDraining === isDraining && (!isDraining || left === 0)
    })
    if (!isDone) throw new Sorry(`${name} is not there yet; "regions" shows how far it is.`)
    return isDraining
      ? `${name} has no districts any more, and is given none. End it by SIGTERM, or say "keep ${name}".`
      : `${name} takes districts again.`
  }

  return new ConsoleLines([
    {
      name: 'regions',
      about: 'list the regions: districts, players, the part of a tick that is worked',
      run: async () => {
        const view = await look()
        const lines = regionsIn(view).map(({ name, isDraining, load, tickShare }) => {
          const own = view.assignments.filter(({ owner }) => owner === name).length
          const people = load.reduce((sum, one) => sum + one.players, 0)
          const notes = [name === view.leader && 'leads', isDraining && 'gives its districts away']
          const share = `${Math.round(100 * tickShare)} % of a tick`
          return [name, `${own} districts`, `${people} players`, share, ...notes].filter(Boolean).join(', ')
        })
        return lines.join('\n') || 'No region is there.'
      },
    },
    {
      name: 'districts',
      about: 'list the districts: owner, epoch, what is in them, CPU a tick',
      run: async () => {
        const view = await look()
        const loads = new Map(
          regionsIn(view).flatMap(({ load }) => load.map((one) => [one.district, one] as const)),
        )
        const lines = [...view.assignments]
          .sort((a, b) => a.district - b.district)
          .map(({ district, owner, epoch, movingTo }) => {
            const { entities = 0, players = 0, cpuMs = 0 } = loads.get(district) ?? {}
            const to = movingTo && `, on the way to ${movingTo}`
            const work = `${entities} entities, ${players} of them players, ${cpuMs.toFixed(2)} ms a tick`
            return `${district}: ${owner || 'nobody'}, epoch ${epoch}${to}, ${work}`
          })
        return lines.join('\n') || 'No district is anybody’s.'
      },
    },
    {
      name: 'move',
      usage: 'DISTRICT REGION',
      about: 'give a district to another region, under those who are in it',
      complete: (words) => (words.length === 1 ? known : []),
      run: async ([number, wanted]) => {
        const district = Number(number)
        const view = await look()
        const to = regionNamed(view, wanted)
        for (let tries = 0; tries < TRIES; tries++) {
          const now = await look()
          const stored = now.assignments.find((one) => one.district === district)
          if (!stored) throw new Sorry(`There is no district ${number}; "districts" lists them.`)
          const { revision, ...assignment } = stored
          if (assignment.owner === to) return `District ${district} is ${to}’s already.`
          if (assignment.movingTo !== '' && assignment.movingTo !== to)
            throw new Sorry(`District ${district} is on the way to ${assignment.movingTo}.`)
          const isOnItsWay = assignment.movingTo === to
          if (!isOnItsWay && !(await write({ ...assignment, movingTo: to }, revision, tries))) continue
          nudge(now)
          const isDone = await until(async () =>
            (await look()).assignments.some((one) => one.district === district && one.owner === to),
          )
          if (!isDone)
            throw new Sorry(`District ${district} is not there yet; "districts" shows where it is.`)
          return `District ${district} is ${to}’s now.`
        }
        throw new Sorry('Somebody else moves districts at the same time; say it again.')
      },
    },
    {
      name: 'drain',
      usage: 'REGION',
      about: 'have a region give all its districts away, and get none',
      complete,
      run: ([name]) => drain(name, true),
    },
    {
      name: 'keep',
      usage: 'REGION',
      about: 'let a region that was drained have districts again',
      complete,
      run: ([name]) => drain(name, false),
    },
    {
      name: 'players',
      about: 'say how many are connected to this process',
      run: () => {
        const { here, away } = players()
        return `${here} players are here, and ${away} characters wait for theirs.`
      },
    },
  ])
}

function regionsIn({ members }: DirectoryView) {
  return members.filter(({ role }) => role === 'region').sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** @throws Sorry when no region, or more than one, has a name that begins so */
function regionNamed(view: DirectoryView, wanted: string | undefined): string {
  const names = regionsIn(view).map(({ name }) => name)
  if (wanted === undefined) throw new Sorry(`Say which region: ${names.join(', ')}.`)
  const those = names.filter((name) => name.startsWith(wanted) || name.startsWith(`region-${wanted}`))
  if (those.length === 1) return those[0]
  if (those.length > 1) throw new Sorry(`Several begin so: ${those.join(', ')}.`)
  throw new Sorry(`There is no region ${wanted}; there are ${names.join(', ') || 'none'}.`)
}

/** Asks again after a moment what failed outside. @throws what the last try threw */
async function patiently<Answer>(ask: () => Promise<Answer>, tries: number): Promise<Answer> {
  for (let left = tries - 1; ; left--)
    try {
      return await ask()
    } catch (error) {
      if (left === 0 || !(error instanceof OutsideError)) throw error
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
}

async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
    if (await isSo()) return true
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return false
}
