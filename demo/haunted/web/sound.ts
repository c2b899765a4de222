import { dreadMax } from '../game/measure.ts'

const KEY = 'haunted-muted'

/**
 * All sounds of the house, made as they are heard: steps, a heart that beats louder and faster the nearer a seeker
 * is, and what marks the course of a match. One switch mutes them all, and is remembered.
 */
export class Sound {
  #context: AudioContext | undefined
  #master: GainNode | undefined
  #noise: AudioBuffer | undefined
  #isMuted = localStorage.getItem(KEY) === 'yes'
  #loudness = 0
  #beatAt = 0

  get isMuted(): boolean {
    return this.#isMuted
  }

  set isMuted(isMuted: boolean) {
    this.#isMuted = isMuted
    localStorage.setItem(KEY, isMuted ? 'yes' : 'no')
    if (this.#master) this.#master.gain.value = isMuted ? 0 : 0.7
  }

  /** Begins to sound. Browsers allow it after the first key or touch alone. */
  wake(): void {
    if (this.#context || typeof AudioContext === 'undefined') {
      if (this.#context?.state === 'suspended') this.#context.resume().catch(() => {})
      return
    }
    const context = new AudioContext()
    this.#master = new GainNode(context, { gain: this.#isMuted ? 0 : 0.7 })
    this.#master.connect(context.destination)
    this.#noise = context.createBuffer(1, context.sampleRate / 2, context.sampleRate)
    const samples = this.#noise.getChannelData(0)
    for (let i = 0; i < samples.length; i++) samples[i] = 2 * Math.random() - 1
    this.#context = context
  }

  /** Sets how loud the own heart beats, 0 to 7. */
  heart(loudness: number): void {
    this.#loudness = loudness
  }

  /** Beats the heart when it is time to. @param now  seconds on the page's clock */
  frame(now: number): void {
    if (this.#loudness === 0 || now < this.#beatAt) return
    const share = this.#loudness / dreadMax
    this.#beatAt = now + 1.15 - 0.7 * share
    this.#thump(0, 52, 0.25 + 0.75 * share)
    this.#thump(0.14, 44, 0.15 + 0.55 * share)
  }

  /** A step of somebody. @param share  0 far off to 1 here; `pan` -1 left to 1 right */
  step(share: number, pan: number, isSeeker: boolean): void {
    const { context, out } = this.#at(pan)
    if (!context || !this.#noise || share <= 0.02) return
    const source = new AudioBufferSourceNode(context, {
      buffer: this.#noise,
      playbackRate: isSeeker ? 0.6 : 0.9,
    })
    const muffled = new BiquadFilterNode(context, { type: 'lowpass', frequency: isSeeker ? 300 : 650 })
    const gain = this.#fade(context, 0.5 * share, 0.09)
    source
      .connect(muffled)
      .connect(gain)
      .connect(out as AudioNode)
    source.start(0, Math.random() * 0.3, 0.12)
  }

  /** The hunt begins: a bell. */
  bell(): void {
    for (const [i, pitch] of [220, 277, 331].entries()) this.#tone(i * 0.02, pitch, 1.6, 0.22, 'sine')
  }

  /** Somebody was caught. */
  caught(isOwn: boolean): void {
    for (let i = 0; i < 4; i++)
      this.#tone(i * 0.09, (isOwn ? 330 : 440) - 60 * i, 0.25, isOwn ? 0.3 : 0.16, 'triangle')
  }

  /** The match is over. */
  end(isWon: boolean): void {
    for (const [i, pitch] of (isWon ? [262, 330, 392, 523] : [262, 247, 220, 165]).entries())
      this.#tone(i * 0.16, pitch, 0.7, 0.2, 'triangle')
  }

  /** A second of the countdown. */
  tick(): void {
    this.#tone(0, 880, 0.06, 0.12, 'square')
  }

  #thump(after: number, pitch: number, loudness: number): void {
    this.#tone(after, pitch, 0.16, loudness, 'sine')
  }

  #tone(after: number, pitch: number, seconds: number, loudness: number, type: OscillatorType): void {
    const { context, out } = this.#at(0)
    if (!context) return
    const start = context.currentTime + after
    const source = new OscillatorNode(context, { type, frequency: pitch })
    const gain = new GainNode(context, { gain: 0 })
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(loudness, start + 0.012)
    gain.gain.exponentialRampToValueAtTime(0.001, start + seconds)
    source.connect(gain).connect(out as AudioNode)
    source.start(start)
    source.stop(start + seconds)
  }

  #fade(context: AudioContext, loudness: number, seconds: number): GainNode {
    const gain = new GainNode(context, { gain: loudness })
    gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + seconds)
    return gain
  }

  #at(pan: number): { context?: AudioContext; out?: AudioNode } {
    const context = this.#context
    if (!context || !this.#master || this.#isMuted || context.state !== 'running') return {}
    if (pan === 0) return { context, out: this.#master }
    const panner = new StereoPannerNode(context, { pan })
    panner.connect(this.#master)
    return { context, out: panner }
  }
}
