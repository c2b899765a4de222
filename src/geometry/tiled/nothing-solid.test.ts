import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawn, grid, objectLayer, said, tileLayer } from './drawn.suite.ts'
import { surveyMap } from './parse-map.ts'

const how =
  "town.tmj: the map has nothing solid on it: a layer is solid by its name (walls, water, trees) or its property 'solid', a tile by its property 'solid' or collision shapes; "

test('[M15] a map on which nothing is solid says so, and what looks as if it was meant', () => {
  const tiles = [
    { id: 0, properties: said({ collides: true }) },
    { id: 1, properties: said({ collides: true }), type: 'Wall' },
  ]
  for (const [meant, map] of [
    ['nothing looks as if it was meant to be.', drawn({ layers: [tileLayer({ '1 1': 1 })] })],
    [
      "passed over: tileset 'grid' with the property 'collides' of 2 tiles; tileset 'grid' with the class 'Wall' of 1 tile.",
      drawn({ tilesets: [grid({ tiles })], layers: [tileLayer({ '1 1': 1 })] }),
    ],
    [
      "passed over: layer 'Wall' by its name; layer 'Collision Objects' by its name; layer 'Top' by its property 'isCollidable'.",
      drawn({
        layers: [
          tileLayer({ '1 1': 1 }, { name: 'Wall' }),
          objectLayer('Collision Objects', [{ id: 1, x: 0, y: 0, width: 8, height: 8 }]),
          tileLayer({}, { name: 'Top', properties: said({ isCollidable: true, collides: false }) }),
        ],
      }),
    ],
    [
      "passed over: layer 'things', an object with the class 'Obstacle'; layer 'things', 2 objects with the property 'blocked'.",
      drawn({
        layers: [
          objectLayer('things', [
            { id: 1, x: 0, y: 0, width: 8, height: 8, type: 'Obstacle' },
            { id: 2, x: 0, y: 0, width: 8, height: 8, properties: said({ blocked: true }) },
            { id: 3, x: 0, y: 0, width: 8, height: 8, properties: said({ blocked: true }) },
          ]),
        ],
      }),
    ],
    [
      "passed over: layer 'walls', which is solid, with nothing in it that could be.",
      drawn({
        layers: [
          tileLayer({}, { name: 'walls' }),
          tileLayer({ '1 1': 1 }, { name: 'Collision', properties: said({ solid: false }) }),
        ],
      }),
    ],
    [
      "passed over: tileset 'grid' with the property 'solid' of its own; tileset 'grid' with the property 'walkable' of 1 tile.",
      drawn({
        tilesets: [
          grid({
            properties: said({ solid: true }),
            tiles: [
              { id: 0, properties: said({ walkable: false, collides: false }) },
              { id: 1, properties: said({ walkable: true }) },
            ],
          }),
        ],
      }),
    ],
    [
      "passed over: tileset 'grid' with 1 tile that would be solid, which no layer shows that could be.",
      drawn({
        tilesets: [grid({ tiles: [{ id: 0, properties: said({ solid: true }) }] })],
        layers: [tileLayer({ '1 1': 1 }, { name: 'decor' })],
      }),
    ],
  ] as const)
    assert.deepEqual(surveyMap(map, 'town.tmj').notes, [how + meant])
})

test('[M15] whoever means an open field says `solid` false of the map, and hears nothing', () => {
  assert.deepEqual(surveyMap(drawn({ properties: said({ solid: false }) }), 'town.tmj').notes, [])
})

test('[M15] beside solid layers, one that only looks so is told of, as is one that moves at its own pace', () => {
  const wall = objectLayer('walls', [{ id: 1, x: 0, y: 0, width: 8, height: 8 }], { parallaxx: 0.5 })
  const layers = [
    wall,
    tileLayer({ '1 1': 1 }, { name: 'Collision' }),
    tileLayer({}, { name: 'Water' }),
    tileLayer({ '1 1': 1 }, { name: 'wallpaper', properties: said({ solid: false }) }),
  ]
  const tiles = [
    { id: 1, properties: said({ collides: true }) },
    { id: 2, properties: said({ collides: true, solid: false }) },
  ]
  const tilesets = [grid({ tiles })]
  assert.deepEqual(surveyMap(drawn({ layers, tilesets }), 'town.tmj').notes, [
    "town.tmj: layer 'walls' moves past at its own pace (parallax); its solids stay where the editor draws them.",
    "town.tmj: layer 'Collision' has nothing solid in it, though its name looks so: its property 'solid' says so, or false that it is meant.",
    "town.tmj: tileset 'grid' has the property 'collides' of 1 tile that is not solid: a property 'solid' says so, or false that it is meant.",
  ])
})
