import type { Client } from 'shardless/client'
import type { town } from '../game/town.ts'
import type { ClusterMap, ToldCluster } from './cluster-map.ts'
import { byId } from './element.ts'

/** The processes behind the page, listed in the developer's panel, and the button that kills one. */
export class ClusterPanel {
  readonly #list = byId('regions')
  readonly #button = byId<HTMLButtonElement>('crash')
  readonly #cluster: ClusterMap
  #client: Client<typeof town> | undefined
  #shown: ToldCluster | undefined
  #here = ''

  constructor(cluster: ClusterMap) {
    this.#cluster = cluster
    this.#button.addEventListener('click', () => void this.#crash())
  }

  follow(client: Client<typeof town>): void {
    this.#client = client
  }

  /** @param isWanted  whether the list is wanted at all */
  update(isWanted: boolean): void {
    const { told } = this.#cluster
    const position = this.#client?.me?.position
    const here = position ? this.#cluster.ownerAt(position) : ''
    this.#button.hidden = !isWanted || !told
    if (!isWanted) this.#list.replaceChildren()
    else if (told !== this.#shown || here !== this.#here)
      this.#list.replaceChildren(...this.#lines(told, here))
    this.#shown = isWanted ? told : undefined
    this.#here = here
  }

  *#lines(told: ToldCluster | undefined, here: string): Generator<HTMLElement> {
    if (!told) {
      yield line('This town is one process. npm start -- --regions 4 --gateways 2 makes it several.')
      return
    }
    for (const { name, role, load = [] } of told.members) {
      if (role !== 'region') continue
      const own = told.districts.filter(({ owner }) => owner === name)
      const districts = own.map(({ district, epoch }) => `${district} (epoch ${epoch})`).join(', ')
      const notes = [
        own.length > 0 ? `districts ${districts}` : 'no district yet',
        `${load.reduce((sum, one) => sum + one.entities, 0)} entities`,
        name === told.leader ? 'leads' : '',
        name === here ? 'you are here' : '',
      ]
      const item = line(`${name}: ${notes.filter(Boolean).join(', ')}`)
      item.style.borderInlineStart = `0.6em solid #${this.#cluster.colourOf(name).toString(16).padStart(6, '0')}`
      yield item
    }
    yield line(`You are connected to ${told.gateway}.`)
  }

  async #crash(): Promise<void> {
    this.#button.disabled = true
    try {
      await this.#client?.ask('crash', {})
      this.#button.textContent = 'Killed'
    } catch (error) {
      this.#button.textContent = (error as Error).message
    }
    setTimeout(() => {
      this.#button.disabled = false
      this.#button.textContent = 'Kill the process I am in'
    }, 3000)
  }
}

function line(text: string): HTMLElement {
  const item = document.createElement('li')
  item.textContent = text
  return item
}
