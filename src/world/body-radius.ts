/**
 * The radius of a character where the engine itself puts it, in metres: where it arrives, is set free of a new wall, or
 * comes back. What slides along walls says its own.
 */
export const BODY_RADIUS = 0.4
