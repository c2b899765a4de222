/** Real clients who walk and ask their region something all the time: a pause shows as an answer that is late. */
import { type Client, connect } from '../../src/client/index.node.ts'
import { gameOf, Steering } from '../whole/game.ts'
import { type Member, pause } from './processes.node.ts'
import { districtTown } from './scene.node.ts'

/** How long after an answer the next question comes, in ms. */
const ASK_MS = 20

export class Asker {
  /** The process that answered last, and when. */
  process = 0
  answeredAt = 0
  /** The longest time between two answers, in ms, since it was last set to 0. */
  longest = 0
  /** When that was over. */
  longestAt = 0
  /** Whether it was ever anything but connected. */
  wasLost = false
  readonly #client: Client<ReturnType<typeof gameOf>>
  #isOver = false

  static async come({ url }: Member, number: number, side: number): Promise<Asker> {
    const client = await connect(gameOf(districtTown(side, 0)), url, { name: `Asker ${number}` })
    return new Asker(client, number)
  }

  private constructor(client: Client<ReturnType<typeof gameOf>>, number: number) {
    this.#client = client
    void this.#live(new Steering('legs', number))
  }

  leave(): void {
    this.#isOver = true
    this.#client.close()
  }

  async #live(steering: Steering): Promise<void> {
    for (; !this.#isOver; await pause(ASK_MS)) {
      steering.tick()
      this.#client.command({ heading: steering.heading, walks: true })
      this.wasLost ||= this.#client.status !== 'open' && !this.#isOver
      try {
        const { process } = await this.#client.ask('here', {})
        const now = performance.now()
        if (this.answeredAt > 0 && now - this.answeredAt > this.longest) {
          this.longest = now - this.answeredAt
          this.longestAt = now
        }
        this.process = process
        this.answeredAt = now
      } catch {
        // Its region is gone, or it is between two: it is asked again.
      }
    }
  }
}
