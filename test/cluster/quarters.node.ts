/** The hut of four districts: what several regions share. */
import { hutServer, quarters } from '../account/hut.node.ts'

export default hutServer({}, quarters)
