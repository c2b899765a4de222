/** The look of a person in town. There are as many as the game has looks. */
export interface Look {
  readonly skin: string
  readonly hair: string
  readonly coat: string
  /** The colour of collar, belt and cuffs. */
  readonly trim: string
  readonly style: 'short' | 'bob' | 'curls' | 'tail' | 'buns' | 'bald'
  readonly hat: 'none' | 'straw' | 'pointed' | 'hood' | 'beret' | 'helmet' | 'flowers' | 'fox' | 'sheet'
  /** The colour of the hat. */
  readonly cloth: string
  readonly beard?: string
}

export const wardrobe: readonly Look[] = [
  {
    skin: '#f2c9a5',
    hair: '#b5652f',
    coat: '#7fa06b',
    trim: '#f1e2bd',
    style: 'tail',
    hat: 'straw',
    cloth: '#e6c877',
  },
  {
    skin: '#e3b28a',
    hair: '#5b3f2e',
    coat: '#5f86a8',
    trim: '#e9dfcb',
    style: 'bob',
    hat: 'none',
    cloth: '#5f86a8',
  },
  {
    skin: '#f0cfb3',
    hair: '#dcd8d0',
    coat: '#7a628f',
    trim: '#e3b85c',
    style: 'short',
    hat: 'pointed',
    cloth: '#6a5483',
    beard: '#eceae4',
  },
  {
    skin: '#f4d3b8',
    hair: '#6d4630',
    coat: '#b9504a',
    trim: '#f0dcc0',
    style: 'bob',
    hat: 'hood',
    cloth: '#c65b52',
  },
  {
    skin: '#8a5a3c',
    hair: '#2d2422',
    coat: '#d9a746',
    trim: '#7b4f37',
    style: 'curls',
    hat: 'none',
    cloth: '#d9a746',
  },
  {
    skin: '#f3cda9',
    hair: '#e6c15f',
    coat: '#4f938d',
    trim: '#f3ead2',
    style: 'buns',
    hat: 'none',
    cloth: '#4f938d',
  },
  {
    skin: '#d9a67d',
    hair: '#4a372c',
    coat: '#6f7a8a',
    trim: '#c9ced6',
    style: 'short',
    hat: 'helmet',
    cloth: '#a9b1bd',
    beard: '#5d4433',
  },
  {
    skin: '#c68e66',
    hair: '#4f3326',
    coat: '#a685b8',
    trim: '#f4e6ee',
    style: 'tail',
    hat: 'flowers',
    cloth: '#e8899a',
  },
  {
    skin: '#efc5a0',
    hair: '#33292b',
    coat: '#efe3cb',
    trim: '#a8433f',
    style: 'bob',
    hat: 'beret',
    cloth: '#a8433f',
  },
  {
    skin: '#dba47c',
    hair: '#5a3d2c',
    coat: '#8c6a50',
    trim: '#d8c19c',
    style: 'bald',
    hat: 'none',
    cloth: '#8c6a50',
    beard: '#6f4b32',
  },
  {
    skin: '#f5d5b5',
    hair: '#c7763c',
    coat: '#5d6e55',
    trim: '#f1e4cb',
    style: 'short',
    hat: 'fox',
    cloth: '#d9803f',
  },
  {
    skin: '#f7f4ee',
    hair: '#f7f4ee',
    coat: '#f2efe8',
    trim: '#dcd7e4',
    style: 'bald',
    hat: 'sheet',
    cloth: '#f7f4ee',
  },
]
