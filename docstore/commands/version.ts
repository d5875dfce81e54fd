/** The server version docstore presents itself as: what drivers derive features from. */
export const VERSION = '8.0.0'
