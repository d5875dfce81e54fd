import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const checkout = join(import.meta.dirname, '../..')

/** A process that says it is ready, and writes down when it is asked to end. */
const idle = (name: string) => `
import { appendFileSync } from 'node:fs'
process.on('SIGTERM', () => { appendFileSync(process.env.DATA_DIR + '/ends', '${name}\\n'); process.exit() })
setInterval(() => {}, 1000)
console.log(JSON.stringify({ ready: true }))
`

const files: Record<string, string> = {
  'server/main.ts': `
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
process.on('SIGTERM', () => { appendFileSync(process.env.DATA_DIR + '/ends', 'server\\n'); process.exit() })
const server = createServer((_request, response) => response.end(JSON.stringify({ pid: process.pid, env: process.env })))
server.listen(Number(process.env.PORT), process.env.HOST, () => {
  console.log(JSON.stringify({ ready: true, url: 'http://127.0.0.1:' + server.address().port }))
})
`,
  'workers/main.ts': idle('workers'),
  'server/demo/simulate.ts': idle('simulator'),
  'docstore/main.ts': idle('docstore').replace(
    'process.env.DATA_DIR',
    "process.argv[process.argv.indexOf('--data-dir') + 1] + '/..'",
  ),
  'server/commands/demo.ts': `import 'node:process'\nconsole.log(JSON.stringify({ loaded: true }))`,
  'server/commands/links.ts': `import 'node:process'\nconsole.log(JSON.stringify({ wall: 'http://127.0.0.1/wall/one', manager: 'http://127.0.0.1/m', rep: 'http://127.0.0.1/r' }))`,
  'server/commands/verify.ts': `
import { connect } from 'node:net'
connect(process.env.REDIS_URL).on('data', (answer) => { console.log('redis says ' + answer); process.exit(7) }).write('PING\\r\\n')
`,
}

/** A checkout in a temporary folder whose server, workers and commands are stand-ins: only bin/ is real. */
export function standIn(changed: Record<string, string> = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pitboard-bin-')))
  for (const name of ['bin', 'package.json', 'package-lock.json', '.dependency-cruiser.mjs', 'tsconfig.json'])
    cpSync(join(checkout, name), join(root, name), { recursive: true })
  symlinkSync(realpathSync(join(checkout, 'node_modules')), join(root, 'node_modules'))
  for (const [name, text] of Object.entries({ ...files, ...changed })) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const runs: ChildProcess[] = []
  return {
    root,
    path: (name: string) => join(root, name),
    read: (name: string) => readFileSync(join(root, name), 'utf8'),
    /** Runs one of the commands; PORT 0 unless a flag says otherwise. */
    run(file: string, args: string[] = [], env: Record<string, string | undefined> = {}) {
      const own = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env }
      const child = spawn(process.execPath, [join(root, 'bin', file), ...args], { cwd: root, env: own })
      runs.push(child)
      return watch(child)
    },
    alive: () => processesIn(root),
    /** Waits until no process of this checkout is left; gives back those that stay. */
    async left(timeoutMs = 5_000) {
      const until = Date.now() + timeoutMs
      while (processesIn(root).length && Date.now() < until) await sleep(50)
      return processesIn(root)
    },
    remove() {
      for (const child of runs) child.kill('SIGKILL')
      rmSync(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function watch(child: ChildProcess) {
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    pid: child.pid ?? 0,
    ended,
    said: () => said,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Waits until it has said this; throws with everything it said when it does not in time. */
    async says(what: RegExp, timeoutMs = 20_000) {
      const until = Date.now() + timeoutMs
      while (!what.test(said)) {
        if (Date.now() > until) throw new Error(`It never said ${what}. It said:\n${said}`)
        await sleep(20)
      }
      return what.exec(said)
    },
  }
}

/** Processes that work inside a folder and have not ended, by number and command line. */
function processesIn(folder: string) {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return []
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return []
      return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }]
    } catch {
      return []
    }
  })
}
