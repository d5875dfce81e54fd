import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Problem } from './problem.mjs'

/** Folder of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The pinned Node 24; there once the dependencies are installed. */
export const node24 = join(root, 'node_modules/.bin/node')

/**
 * Absolute path of the first of these programs that is on the PATH.
 * @param {string[]} names
 * @param {string} [path] folders to look in, default: PATH
 */
export function findProgram(names, path = process.env.PATH ?? '') {
  const folders = path.split(delimiter).filter(isAbsolute)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram)
}

/**
 * A program of the base system, found even with an empty PATH.
 * @param {string} name
 */
export function systemProgram(name) {
  return findProgram([name], '/usr/bin:/bin:/usr/sbin:/sbin')
}

/**
 * Absolute path of a source file of this checkout; a Problem when it is not there.
 * @param {string} file relative to the checkout
 */
export function sourceFile(file) {
  const path = join(root, file)
  if (!existsSync(path))
    throw new Problem(`${file} is missing: this checkout is not complete, "git status" shows what is gone.`)
  return path
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
