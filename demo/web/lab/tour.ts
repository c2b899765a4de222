/** The steps of the tour: each a sentence or two, and the address that shows it. */
export const tour: readonly { readonly title: string; readonly text: string; readonly query: string }[] = [
  {
    title: 'Nothing is wrong',
    text: 'Four players on fibre. Each sees the same as the server: others a little in the past, themselves at once.',
    query: 'weather=fibre&players=4',
  },
  {
    title: 'A long way',
    text: 'Now the first player has 300 ms there and back. Its own dot still answers at once: the client foretells its own steps.',
    query: 'weather=150ms;fibre&players=4',
  },
  {
    title: 'Without prediction',
    text: 'The same, with prediction off: the first player’s own dot waits for the server, a third of a second behind.',
    query: 'weather=150ms;fibre&players=4&off=prediction',
  },
  {
    title: 'Jitter',
    text: 'Packets come unevenly. Interpolation shows others a little later and evenly; switch it off and watch them jump.',
    query: 'weather=60ms±50&players=4',
  },
  {
    title: 'Loss on a stream',
    text: 'One packet in ten is lost on TCP. What was sent behind it waits: squares are packets tried again, and the queue grows.',
    query: 'weather=40ms loss=10%&players=4&link=tcp',
  },
  {
    title: 'Loss on datagrams',
    text: 'The same loss on UDP. Holes stay holes; the next packet has what the lost one had, and nothing waits.',
    query: 'weather=40ms loss=10%&players=4&link=udp',
  },
  {
    title: 'Everything, always',
    text: 'Twelve players with delta off: each packet has all that is in view. Look at the bandwidth, and switch delta on again.',
    query: 'weather=fibre&players=12&off=delta',
  },
  {
    title: 'A tunnel',
    text: 'At five seconds the first player has no network for three. Its session stays; it comes back as itself.',
    query: `weather=train;fibre&players=4&script=${encodeURIComponent('5 cut 0 3')}`,
  },
]

/** The questions of the text, and answers that point into the running page. */
export const quiz: readonly {
  readonly question: string
  readonly choices: readonly string[]
  readonly right: number
  readonly why: string
  readonly query: string
}[] = [
  {
    question:
      'A shooter for 16 players chooses between one authoritative server and a full mesh. Why do nearly all choose the server?',
    choices: [
      'A mesh cannot be programmed on UDP.',
      'The server has N connections and the mesh N(N-1)/2, and only a server can be the judge of what happened.',
      'A server makes every ping shorter.',
    ],
    right: 1,
    why: '16 connections against 120; each peer’s line carries its input 15 times; and in a mesh each machine can lie.',
    query: 'architecture=peer-to-peer&players=12',
  },
  {
    question:
      'TCP is in order and loses nothing; UDP is at once and promises nothing. What does a fast game send by which?',
    choices: [
      'Everything by TCP, so that nothing is lost.',
      'State by datagrams, where a newer one makes an older one needless; what must arrive by a reliable channel.',
      'Everything by UDP, and lost chat is lost.',
    ],
    right: 1,
    why: 'See the squares: on a stream one lost packet holds up all that follow. Over UDP the engine has both lanes.',
    query: 'link=tcp&weather=40ms loss=10%',
  },
  {
    question:
      'A player has a fast line, 100 Mbit/s, and 200 ms ping, and says the game feels slow. What is wrong, and what helps?',
    choices: [
      'Bandwidth: send less.',
      'Latency: predict the own character, show others interpolated, and compensate what is aimed.',
      'Nothing: 200 ms cannot be felt.',
    ],
    right: 1,
    why: 'Bandwidth changes nothing here; switch prediction off and feel the 200 ms.',
    query: 'weather=100ms rate=100Mbit/s&off=prediction',
  },
]
