/**
 * Colours that people with any kind of colour vision tell apart, also in the dark: the palette of Okabe and Ito, and
 * four more of other lightness. Teams differ in shape and letter as well.
 */
export interface Colour {
  readonly name: string
  readonly rgb: readonly [red: number, green: number, blue: number]
}

export const colours: readonly Colour[] = [
  { name: 'orange', rgb: [230, 159, 0] },
  { name: 'sky blue', rgb: [86, 180, 233] },
  { name: 'green', rgb: [0, 158, 115] },
  { name: 'yellow', rgb: [240, 228, 66] },
  { name: 'blue', rgb: [0, 114, 178] },
  { name: 'vermilion', rgb: [213, 94, 0] },
  { name: 'pink', rgb: [204, 121, 167] },
  { name: 'white', rgb: [245, 245, 245] },
  { name: 'grey', rgb: [140, 140, 140] },
  { name: 'brown', rgb: [140, 90, 50] },
  { name: 'mint', rgb: [170, 240, 210] },
  { name: 'violet', rgb: [130, 80, 200] },
]

/** The colours of walls and of light posts, for those who are shown them as such. */
export const wallColour: Colour['rgb'] = [50, 50, 50]
export const lampColour: Colour['rgb'] = [255, 255, 0]
