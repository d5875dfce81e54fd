import { join } from 'node:path'
import { privateDatabase } from './database.mjs'
import { socketFolder } from './folder.mjs'
import { redisProgram, redisRecipe } from './redis.mjs'

/**
 * The addresses of the stores: those of the environment where it names them, else private ones that are started here.
 * @param {{ folder: string, supervisor: import('./supervisor.mjs').Supervisor, env?: Record<string, string | undefined> }} options
 * @returns {Promise<{ mongodbUrl: string, redisUrl: string }>}
 */
export async function openStores({ folder, supervisor, env = process.env }) {
  const sockets = socketFolder(folder)
  const [mongodbUrl, redisUrl] = await Promise.all([
    env.MONGODB_URL || ownDatabase(folder, sockets, supervisor),
    env.REDIS_URL || ownRedis(folder, join(sockets, 'redis.sock'), supervisor),
  ])
  return { mongodbUrl, redisUrl }
}

/** Installs Redis where it is needed and missing; done before anything is started. */
export async function ensureRedis(env = process.env) {
  if (!env.REDIS_URL) await redisProgram()
}

/** @param {string} folder @param {string} sockets @param {import('./supervisor.mjs').Supervisor} supervisor */
async function ownDatabase(folder, sockets, supervisor) {
  const { url, recipe } = await privateDatabase({ folder, sockets })
  await supervisor.start('store', recipe)
  return url
}

/** @param {string} folder @param {string} socket @param {import('./supervisor.mjs').Supervisor} supervisor */
async function ownRedis(folder, socket, supervisor) {
  await supervisor.start('store', redisRecipe({ program: await redisProgram(), folder, socket }))
  return socket
}
