import {
  ALL_CLUSTER_RULES,
  type ClusterAct,
  type ClusterClaim,
  type ClusterLook,
  ClusterPlay,
  type ClusterRules,
  type ClusterSettings,
  defaultCluster,
  type ProcessState,
  readCluster,
  readClusterScript,
  writeCluster,
  writeClusterScript,
} from 'shardless/lab'
import { byId } from '../element.ts'
import { ClusterPicture } from './cluster-picture.ts'
import { fillList } from './peer-panel.ts'
import { Sight } from './sight.ts'

const TICK_MS = 50
/** How often tables are written anew, in ms. */
const TABLES_MS = 200
/** How long a process that died is still shown, in ms. */
const DEAD_SHOWN_MS = 4000

const claims: Readonly<Record<ClusterClaim, string>> = {
  author: 'each player has one author that is listened to',
  place: 'no player is lost, none is there twice',
  kept: 'what was confirmed stays, and nothing goes back',
  item: 'every item is there once',
  replica: 'all know the same, once it is quiet',
}
const ruleWords: Readonly<Record<keyof ClusterRules, string>> = {
  commitFirst: 'the store says that an entity passes, before others are told',
  hopCheck: 'an entity known at a later hop is not taken at an earlier one',
  askWhenLate: 'who took a district over late asks the store first',
  fenceRound: 'who takes over has all refuse the old owner first',
  silence: 'who hears of neither store nor directory falls silent',
  orphans: 'a region looks for rows that nobody gave it',
  giveAgain: 'an entity is given until it is taken',
  askBack: 'who takes over asks what others were told',
  syncFirst: 'the store answers when it is on disk',
  floor: 'a leader’s epochs are above the store’s',
}

/** A cluster that is played in the page: its processes can be killed, cut off and paused. */
export class ClusterPanel {
  readonly #picture = new ClusterPicture(byId<HTMLCanvasElement>('cluster-picture'))
  readonly #changed: () => void
  #play: ClusterPlay
  #look: ClusterLook
  #isPlaying = true
  readonly #sight = new Sight(byId('cluster-lab'))
  #speed = 1
  #frameAt: number | undefined
  #tablesAt = 0
  /** By name of a process that died: when, in ms of the play. */
  readonly #died = new Map<string, number>()
  readonly #rows = new Map<string, HTMLTableRowElement>()

  /** @param changed  called when the address would be another one */
  constructor(changed: () => void) {
    this.#changed = changed
    const query = new URLSearchParams(location.search)
    let settings = defaultCluster
    try {
      settings = readCluster((name) => query.get(name))
    } catch (error) {
      byId('cluster-trouble').textContent = (error as Error).message
    }
    this.#play = new ClusterPlay(settings)
    this.#look = this.#play.look()
    this.#fillControls()
    this.#begin(settings)
    const at = Number(query.get('cluster-t') ?? 0) * 1000
    if (at > 0) {
      this.#play.advance(at)
      this.#isPlaying = false
      this.#look = this.#play.look()
    }
    this.#tell()
  }

  get play(): ClusterPlay {
    return this.#play
  }

  /** What the address says of it. */
  get query(): string {
    const { now } = this.#play
    const moment = this.#isPlaying ? '' : `cluster-t=${(now / 1000).toFixed(2)}`
    return [writeCluster(this.#play.asSettings), moment].filter(Boolean).join('&')
  }

  draw(now: number): void {
    const passed = this.#frameAt === undefined ? 0 : Math.min(100, now - this.#frameAt)
    this.#frameAt = now
    if (!this.#sight.isInSight) return
    if (this.#isPlaying) this.#advance(this.#play.now + passed * this.#speed)
    this.#picture.draw(this.#look, this.#play.messages, this.#dead)
    if (now - this.#tablesAt < TABLES_MS) return
    this.#tablesAt = now
    this.#tell()
  }

  get #dead(): string[] {
    return [...this.#died].filter(([, at]) => this.#play.now - at < DEAD_SHOWN_MS).map(([name]) => name)
  }

  #advance(ms: number): void {
    this.#play.advance(ms)
    const before = this.#look
    this.#look = this.#play.look()
    const names = namesOf(this.#look)
    for (const name of namesOf(before)) if (!names.includes(name)) this.#died.set(name, this.#look.at)
  }

  #begin(settings: ClusterSettings): void {
    this.#play = new ClusterPlay(settings)
    this.#look = this.#play.look()
    this.#died.clear()
    byId<HTMLInputElement>('cluster-seed').valueAsNumber = settings.seed
    byId<HTMLInputElement>('cluster-storm').checked = settings.isStormy
    for (const rule of Object.keys(ruleWords) as (keyof ClusterRules)[])
      byId<HTMLInputElement>(`rule-${rule}`).checked = !settings.without.includes(rule)
    this.#tell()
  }

  #do(act: ClusterAct): void {
    this.#play.do(act)
    this.#advance(this.#play.now)
    if (act.do === 'kill') this.#died.set(act.name, this.#play.now)
    this.#tell()
    this.#changed()
  }

  #choose(name: string): void {
    this.#picture.chosen = name
    this.#tell()
  }

  #togglePlay(): void {
    this.#isPlaying = !this.#isPlaying
    this.#tell()
    this.#changed()
  }

  #step(): void {
    this.#isPlaying = false
    this.#advance((Math.floor(this.#play.now / TICK_MS + 1e-6) + 1) * TICK_MS)
    this.#tell()
    this.#changed()
  }

  #fillControls(): void {
    const on = (id: string, event: string, run: () => void): void =>
      byId(id).addEventListener(event, () => {
        byId('cluster-trouble').textContent = ''
        try {
          run()
        } catch (error) {
          byId('cluster-trouble').textContent = (error as Error).message
        }
        this.#changed()
      })
    const anew = (other: Partial<ClusterSettings>): void => {
      this.#begin({ ...this.#play.settings, script: [], ...other })
      this.#isPlaying = true
    }
    on('cluster-play', 'click', () => this.#togglePlay())
    on('cluster-step', 'click', () => this.#step())
    on('cluster-again', 'click', () => anew({ script: this.#play.asSettings.script }))
    on('cluster-rest', 'click', () => this.#do({ do: this.#look.restedMs === undefined ? 'rest' : 'wander' }))
    on('cluster-speed', 'change', () => {
      this.#speed = Number(byId<HTMLSelectElement>('cluster-speed').value)
    })
    on('cluster-seed', 'change', () => {
      const seed = byId<HTMLInputElement>('cluster-seed').value
      anew({ seed: readCluster((name) => (name === 'cluster-seed' ? seed : null)).seed })
    })
    on('cluster-storm', 'change', () => anew({ isStormy: byId<HTMLInputElement>('cluster-storm').checked }))
    on('cluster-apply', 'click', () =>
      anew({ script: readClusterScript(byId<HTMLTextAreaElement>('cluster-script').value) }),
    )
    byId('cluster-rules').append(
      ...(Object.keys(ruleWords) as (keyof ClusterRules)[]).map((rule) => {
        const label = document.createElement('label')
        label.className = 'tick'
        const box = document.createElement('input')
        box.type = 'checkbox'
        box.id = `rule-${rule}`
        box.addEventListener('change', () => {
          const all = Object.keys(ALL_CLUSTER_RULES) as (keyof ClusterRules)[]
          anew({ without: all.filter((one) => !byId<HTMLInputElement>(`rule-${one}`).checked) })
          this.#changed()
        })
        label.append(box, ruleWords[rule])
        return label
      }),
    )
    byId('cluster-lamps').append(
      ...Object.entries(claims).map(([claim, words]) => {
        const item = document.createElement('li')
        item.className = 'lamp'
        item.id = `lamp-${claim}`
        item.textContent = words
        return item
      }),
    )
    const { canvas } = this.#picture
    canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const name = this.#picture.at(offsetX, offsetY)
      if (name) this.#choose(name)
    })
    canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (!this.#press(event.key)) return
      event.preventDefault()
      event.stopPropagation()
    })
  }

  /** Does what a key says. @returns false for one that says nothing here */
  #press(key: string): boolean {
    const names = namesOf(this.#look)
    const { chosen } = this.#picture
    const index = names.indexOf(chosen)
    if (key === 'ArrowRight') this.#choose(names[(index + 1) % names.length])
    else if (key === 'ArrowLeft') this.#choose(names[(Math.max(0, index) + names.length - 1) % names.length])
    else if (key === ' ') this.#togglePlay()
    else if (key === '.') this.#step()
    else if (index >= 0 && (key === 'k' || key === 'c' || key === 'p'))
      this.#do(actFor(key, chosen, stateOf(this.#look, chosen)))
    else return false
    return true
  }

  #tell(): void {
    const look = this.#look
    text('cluster-play', this.#isPlaying ? 'Pause' : 'Play')
    text('cluster-rest', look.restedMs === undefined ? 'Let all come to rest' : 'Have them wander again')
    text('cluster-moment', `${(look.at / 1000).toFixed(2)} s`)
    text('cluster-hash', look.hash)
    for (const claim of Object.keys(claims) as ClusterClaim[]) {
      const item = byId(`lamp-${claim}`)
      const lamp = look.lamps[claim]
      item.classList.toggle('bad', lamp === 'broken')
      item.classList.toggle('idle', lamp === 'waiting')
      const said = { holds: 'holds', broken: 'BROKEN', waiting: 'not at rest yet' }[lamp]
      text(item, `${claims[claim]}: ${said}`)
    }
    text('cluster-failure', look.failure ?? '')
    const script = byId<HTMLTextAreaElement>('cluster-script')
    const written = writeClusterScript(this.#play.asSettings.script).replaceAll(';', '\n')
    if (document.activeElement !== script && script.value !== written) script.value = written
    const heard = look.entities.filter(({ silentMs }) => silentMs !== undefined && silentMs <= 300).length
    fillList(byId('cluster-figures'), [
      ['Players that are told of themselves now', `${heard} of ${look.entities.length}`],
      [
        'Districts that somebody speaks for',
        `${look.districts.filter(({ isLive }) => isLive).length} of ${look.districts.length}`,
      ],
      ['Longest silence of anyone so far', `${Math.round(look.longestGapMs)} ms`],
      ['Changes of district', String(look.entities.reduce((sum, { hop }) => sum + hop - 1, 0))],
      ['Items', String(look.items)],
    ])
    this.#tellProcesses(look)
    tellRows(
      'cluster-entities',
      look.entities.map(({ entity, district, hop, gateway, author, silentMs, used }) => [
        `player ${entity}`,
        district < 0 ? '–' : String(district),
        String(hop),
        author === '' ? '–' : author,
        gateway,
        silentMs === undefined ? '–' : `${Math.round(silentMs)} ms ago`,
        String(used),
      ]),
    )
    tellRows(
      'cluster-districts',
      look.districts.map(({ district, owner, epoch, isLive }) => [
        String(district),
        owner,
        String(epoch),
        isLive ? 'yes' : 'no',
      ]),
    )
  }

  /** Writes the table of processes; rows stay, so that a button keeps the focus. */
  #tellProcesses(look: ClusterLook): void {
    const body = byId('cluster-processes').querySelector('tbody')!
    const names = namesOf(look)
    for (const [name, row] of this.#rows)
      if (!names.includes(name)) {
        row.remove()
        this.#rows.delete(name)
      }
    for (const name of names) {
      let row = this.#rows.get(name)
      if (!row) {
        row = this.#makeRow(name)
        this.#rows.set(name, row)
        body.append(row)
      }
      const state = stateOf(look, name)
      row.classList.toggle('current', name === this.#picture.chosen)
      const [, said, buttons] = row.cells
      text(said, `${state}${detailOf(look, name)}`)
      text(buttons.children[1] as HTMLElement, state === 'cut' ? 'Mend' : 'Cut off')
      text(buttons.children[2] as HTMLElement, state === 'paused' ? 'Resume' : 'Pause')
    }
  }

  #makeRow(name: string): HTMLTableRowElement {
    const row = document.createElement('tr')
    const head = document.createElement('th')
    head.scope = 'row'
    head.textContent = name
    row.append(head)
    row.insertCell()
    const cell = row.insertCell()
    for (const [key, word] of [
      ['k', 'Kill'],
      ['c', 'Cut off'],
      ['p', 'Pause'],
    ] as const) {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'chip'
      button.textContent = word
      button.setAttribute('aria-describedby', `process-${name}`)
      button.addEventListener('click', () => {
        this.#picture.chosen = name
        this.#do(actFor(key, name, stateOf(this.#look, name)))
      })
      cell.append(button)
    }
    head.id = `process-${name}`
    return row
  }
}

function namesOf({ regions, gateways }: ClusterLook): string[] {
  return [...regions.map(({ name }) => name), ...gateways.map(({ name }) => name), 'store', 'directory']
}

function stateOf({ regions, gateways, store, directory }: ClusterLook, name: string): ProcessState {
  if (name === 'store') return store
  if (name === 'directory') return directory
  return [...regions, ...gateways].find((one) => one.name === name)?.state ?? 'away'
}

function detailOf({ regions, gateways }: ClusterLook, name: string): string {
  const region = regions.find((one) => one.name === name)
  if (region) return `, speaks for ${region.districts.length}${region.isLeading ? ', leads' : ''}`
  const gateway = gateways.find((one) => one.name === name)
  return gateway ? `, ${gateway.players.length} players` : ''
}

function actFor(key: 'k' | 'c' | 'p', name: string, state: ProcessState): ClusterAct {
  if (key === 'k') return { do: 'kill', name }
  if (key === 'c') return { do: state === 'cut' ? 'mend' : 'cut', name }
  return { do: state === 'paused' ? 'resume' : 'pause', name }
}

function tellRows(id: string, rows: readonly (readonly string[])[]): void {
  const body = byId(id).querySelector('tbody')!
  while (body.children.length > rows.length) body.lastElementChild?.remove()
  for (const [index, cells] of rows.entries()) {
    const row = (body.children[index] ?? body.insertRow()) as HTMLTableRowElement
    for (const [column, said] of cells.entries()) text(row.cells[column] ?? addCell(row, column), said)
  }
}

function addCell(row: HTMLTableRowElement, column: number): HTMLElement {
  if (column > 0) return row.insertCell()
  const head = document.createElement('th')
  head.scope = 'row'
  row.append(head)
  return head
}

function text(element: HTMLElement | string, said: string): void {
  const found = typeof element === 'string' ? byId(element) : element
  if (found.textContent !== said) found.textContent = said
}
