import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './places.mjs'
import { errorCode, Problem } from './problem.mjs'

export const help = `npm start -- [flags]     starts Pitboard on this machine

  --port N        port of the web server, default 4600 (or PORT); 0 takes any free one
  --host ADDRESS  address to listen on, default 127.0.0.1 (or HOST); 0.0.0.0 opens it to the network
  --data-dir DIR  folder of the stores and secrets, default .data (or DATA_DIR)
  --no-demo       an empty Pitboard: prints a link that makes your organization and its first admin
  --open          opens the wall in the browser
  --help          this text

MONGODB_URL and REDIS_URL, when set, are used instead of stores of its own.`

/** @type {import('node:util').ParseArgsOptionsConfig} */
const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  'no-demo': { type: 'boolean' },
  open: { type: 'boolean' },
  help: { type: 'boolean' },
}

/**
 * The flags of `npm start`, with what the environment says where a flag is not given.
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 */
export function readFlags(args, env) {
  refuseKept(env)
  const values = parse(args)
  const port = String(values.port ?? (env.PORT || '4600'))
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Problem(`"${port}" is not a port: give a number from 0 to 65535, for example --port 4600.`)
  const host = String(values.host ?? (env.HOST || '127.0.0.1'))
  if (!host) throw new Problem('--host needs an address, for example --host 127.0.0.1.')
  return {
    port: Number(port),
    host,
    dataDir: dataDir(values['data-dir'], env),
    demo: !values['no-demo'],
    open: Boolean(values.open),
    help: Boolean(values.help),
  }
}

/**
 * The data folder: a flag is relative to where the command was typed, DATA_DIR to the checkout.
 * @param {unknown} flag
 * @param {Record<string, string | undefined>} env
 */
export function dataDir(flag, env) {
  if (flag === '') throw new Problem('--data-dir needs a folder, for example --data-dir .data.')
  return flag ? resolve(env.INIT_CWD || process.cwd(), String(flag)) : resolve(root, env.DATA_DIR || '.data')
}

/**
 * npm keeps a flag that does not stand after `--` for itself and hands it on as a setting; unseen, `npm start --no-demo`
 * would load the demo.
 * @param {Record<string, string | undefined>} env
 */
function refuseKept(env) {
  const setting = (/** @type {string} */ name) => `npm_config_${name.replace(/^no-/, '').replaceAll('-', '_')}`
  const kept = Object.keys(options).find((name) => env[setting(name)] !== undefined && name !== 'help')
  if (kept) throw new Problem(`npm kept --${kept} for itself: put "--" before it, as in "npm start -- --${kept}".`)
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new Problem(`${flagProblem(error)} "npm start -- --help" lists the flags.`)
  }
}

/** @param {unknown} error */
function flagProblem(error) {
  const text = error instanceof Error ? error.message : ''
  const word = /'([^']*)'/.exec(text)?.[1] ?? ''
  if (errorCode(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no flag ${word}.`
  if (errorCode(error) === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `"${word}" is not a flag.`
  const flag = /--[\w-]+/.exec(word)?.[0] ?? word
  return text.includes('does not take an argument') ? `${flag} takes no value.` : `${flag} needs a value.`
}
