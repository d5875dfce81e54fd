/** The server version docstore presents itself as: what drivers derive features from. */
export const VERSION = '7.0.0'
