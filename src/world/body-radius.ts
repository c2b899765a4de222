/**
 * The radius, in metres, of a character that the engine places itself: on arrival, when freed from a new wall, or
 * on return. Code that slides along walls gives its own radius.
 */
export const BODY_RADIUS = 0.4
