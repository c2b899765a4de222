/** gateway/limits: what strangers may do when nobody says otherwise, for those who need no more of the gateway. */

export { defaultLimits } from './limits.ts'
