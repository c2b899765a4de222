import { type Instant, instant } from '../../core/index.ts'
import { DistrictTable } from '../../store/index.ts'
import type { Assignment, ClusterMember, DirectoryView } from '../directory/directory.ts'
import type { PeerMessage } from '../message/peer-message.ts'
import { Keeper } from './keeper.ts'
import type { KeeperOutput, StoreAnswer, StoreRequest } from './request.ts'
import { ALL_RULES, type ProtocolRules } from './rules.ts'

/** A letter between two regions. */
interface Letter {
  readonly from: string
  readonly to: string
  readonly message: PeerMessage
}

/** Keepers around a store that answers at once, unless it is held; the time and each letter are in the test's hand. */
export class KeeperStage {
  readonly table = new DistrictTable()
  readonly keepers = new Map<string, Keeper>()
  /** What has been sent and not been delivered. */
  letters: Letter[] = []
  /** What was done: "a adopt 7/2", "a release 7", "a author 1". */
  readonly done: string[] = []
  /** By region and entity: what only a living region hands on. */
  readonly luggage = new Map<string, string>()
  isStoreHeld = false
  now: Instant = instant(0)
  readonly #held: { readonly keeper: Keeper; readonly output: KeeperOutput & { do: 'ask' } }[] = []
  readonly #rules: ProtocolRules
  readonly #assignments = new Map<number, Assignment>()

  constructor(out?: keyof ProtocolRules) {
    this.#rules = out === undefined ? ALL_RULES : { ...ALL_RULES, [out]: false }
  }

  /** Starts a region. */
  start(name: string): Keeper {
    const keeper = new Keeper({ name, rules: this.#rules })
    this.keepers.set(name, keeper)
    return keeper
  }

  /** Assigns a district, and tells everybody who is there. */
  assign(district: number, owner: string, epoch: number, movingTo = ''): void {
    this.#assignments.set(district, { district, owner, epoch, movingTo })
    this.tellViews()
  }

  /** Has every region look into the directory. @param except  those that cannot */
  tellViews(...except: string[]): void {
    for (const [name, keeper] of this.keepers)
      if (!except.includes(name)) keeper.view(this.view, this.now, this.now)
    this.settle()
  }

  get view(): DirectoryView {
    const followers = [...this.keepers.keys()]
    const members = [...this.keepers].map(
      ([name, { districts }]): ClusterMember => ({
        ...{ name, role: 'region', address: '', isDraining: false, followers, tickShare: 0 },
        load: [...districts.values()]
          .filter(({ at }) => at === 'live')
          .map(({ district, epoch }) => ({ district, epoch, cpuMs: 0, entities: 0, players: 0 })),
      }),
    )
    const assignments = [...this.#assignments.values()].map((one) => ({ ...one, revision: 1 }))
    return { members, assignments, leader: '' }
  }

  /** Lets time pass, with everybody asked what to do every 10 ms. */
  run(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) {
      this.now = instant(this.now + 10)
      this.settle()
    }
  }

  /** Does what everybody wants done now. */
  settle(): void {
    for (const keeper of this.keepers.values())
      for (let output = keeper.poll(this.now); output; output = keeper.poll(this.now))
        this.#do(keeper, output)
  }

  /** Delivers the letters, those that were sent meanwhile too. @param keep  those that are lost instead */
  deliver(isLost: (letter: Letter) => boolean = () => false): void {
    for (let letter = this.letters.shift(); letter; letter = this.letters.shift()) {
      const keeper = this.keepers.get(letter.to)
      if (!keeper || isLost(letter)) continue
      if (letter.message.is === 'fence') this.#fenced(letter)
      keeper.receive(letter.from, letter.message, this.now)
      this.settle()
    }
  }

  /** The store answers what it was asked while it was held. @param isAnswered  whether the answers come */
  releaseStore(isAnswered = true): void {
    this.isStoreHeld = false
    for (const { keeper, output } of this.#held.splice(0)) this.#ask(keeper, output, isAnswered)
    this.settle()
  }

  /** Where an entity is real, and at which hop: "a/2". */
  placesOf(entity: number): string[] {
    return [...this.keepers].flatMap(([name, { entities }]) => {
      const real = entities.get(entity)
      return real ? [`${name}/${real.hop}`] : []
    })
  }

  /** Puts an entity into a district, as a row that a claim finds. */
  row(entity: number, district: number): void {
    const fence = { district, epoch: 1, holder: 'before' }
    this.table.claim(fence)
    this.table.save({ fence, rows: [{ entity, hop: 1, state: Uint8Array.of(1) }], gone: [] })
  }

  #fenced({ from, to, message }: Letter): void {
    const { district, epoch } = message as PeerMessage & { is: 'fence' }
    this.letters.push({ from: to, to: from, message: { is: 'fenced', district, epoch, known: [] } })
  }

  #do(keeper: Keeper, output: KeeperOutput): void {
    const { name } = keeper
    if (output.do === 'ask') {
      if (this.isStoreHeld) this.#held.push({ keeper, output })
      else this.#ask(keeper, output, true)
    } else if (output.do === 'send') this.letters.push({ from: name, to: output.to, message: output.message })
    else if (output.do === 'adopt') {
      this.done.push(`${name} adopt ${output.entity}/${output.hop}`)
      this.luggage.set(`${name} ${output.entity}`, output.luggage ? String(output.luggage) : 'none')
    } else if (output.do === 'release') this.done.push(`${name} release ${output.entity}`)
    else if (output.do === 'pack') {
      const given = [...keeper.entities]
        .filter(([, { district }]) => district === output.district)
        .map(([entity, { hop }]) => ({ entity, hop, state: Uint8Array.of(2), luggage: Uint8Array.of(9) }))
      keeper.packed(output.district, output.to, given, this.now)
    } else this.done.push(`${name} ${output.do} ${output.district}`)
  }

  #ask(keeper: Keeper, { ask, request }: KeeperOutput & { do: 'ask' }, isAnswered: boolean): void {
    const answer = answerOf(this.table, request)
    if (isAnswered) keeper.answered(ask, answer, this.now)
    else keeper.unanswered(ask, this.now)
  }
}

function answerOf(table: DistrictTable, request: StoreRequest): StoreAnswer {
  if (request.is === 'claim') return { is: 'claim', claimed: table.claim(request.fence) }
  if (request.is === 'rows') return { is: 'rows', claimed: table.rows(request.fence) }
  if (request.is === 'pass') return { is: 'pass', passed: request.passes.map((pass) => table.pass(pass)) }
  if (request.is === 'save') return { is: 'save', saved: request.saves.map((save) => table.save(save)) }
  return { is: 'move', moved: table.move(request.last, request.to) }
}
