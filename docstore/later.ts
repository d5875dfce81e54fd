/** Thrown by a command that has nothing to tell yet: it is run again shortly, and its connection waits. */
export class Later {}

/** How long until a command that threw Later is run again. */
export const AGAIN_MS = 20
