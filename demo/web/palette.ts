/** The colours of the town: a mild afternoon, gouache on warm paper. Light comes from the north-west. */
export const palette = {
  grass: '#a5bf86',
  grassLight: '#b7cd95',
  grassDark: '#8ea970',
  moss: '#7f9a68',
  sand: '#dccba2',
  dirt: '#cfb68d',
  dirtDark: '#b99d73',
  cobble: '#b8b0a4',
  cobbleLight: '#cbc4b8',
  cobbleDark: '#9b9388',
  flagstone: '#d8ccb4',
  flagstoneDark: '#bfb198',
  water: '#6fafb6',
  waterDeep: '#4e919f',
  waterLight: '#a9d6cf',
  foam: '#eaf5ee',
  wood: '#b08a62',
  woodLight: '#c7a47b',
  woodDark: '#86633f',
  plaster: '#ead9bd',
  stone: '#aaa498',
  stoneLight: '#c6c0b3',
  stoneDark: '#827c72',
  hedge: '#6f8f5c',
  hedgeLight: '#8aa972',
  ink: '#3a3446',
  paper: '#fbf5e7',
  /** The colour of shade: a little violet. */
  shade: '#2f2850',
  lamp: '#ffdf9a',
} as const

/** The colours of roofs by tint: terracotta, rose, ochre, moss, slate, plum. */
export const roofTints = ['#c97f5f', '#b96a5e', '#cda05c', '#8d9870', '#8390a0', '#967083'] as const

/** The colours of flowers, rugs and awnings by tint. */
export const cloths = ['#d9705f', '#e8b45a', '#5f9a94', '#8f76a8', '#e59a8c', '#6f8fb8'] as const

/** The colours of leaves by kind of tree: middle, light, dark. */
export const leaves: Readonly<Record<string, readonly [string, string, string]>> = {
  oak: ['#7f9f5e', '#9ab873', '#64854b'],
  lime: ['#93b06a', '#aec883', '#769455'],
  birch: ['#a9bd73', '#c3d28c', '#8aa05b'],
  apple: ['#86aa66', '#a3c07c', '#6b8f52'],
  willow: ['#9db77f', '#b7cb98', '#7f9b66'],
  pine: ['#5d8268', '#769a7c', '#476852'],
  bare: ['#8f8378', '#a39789', '#756a60'],
}

/** Returns a colour between two, `share` 0 .. 1 of the second. Both as '#rrggbb'. */
export function mix(a: string, b: string, share: number): string {
  const channel = (colour: string, at: number): number => Number.parseInt(colour.slice(at, at + 2), 16)
  const mixed = [1, 3, 5].map((at) => Math.round(channel(a, at) * (1 - share) + channel(b, at) * share))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

/** Returns the colour with an opacity, 0 .. 1. */
export function veil(colour: string, opacity: number): string {
  return `${colour}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`
}
