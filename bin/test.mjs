import './lib/node-version.mjs'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChecks } from './lib/checks.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { ensureClient } from './lib/client.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { node24, root } from './lib/places.mjs'
import { showProblem } from './lib/problem.mjs'
import { redisProgram } from './lib/redis.mjs'

const folder = mkdtempSync(join(tmpdir(), 'pitboard-test-'))
const report = join(folder, 'report.json')
// What a killed process of a test leaves behind goes with the folder.
process.env.TMPDIR = folder
// Tests start hundreds of processes of ours: what one has compiled, the next ones need not, which halves their start.
process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled')
try {
  await redisProgram('put redis-server on the PATH')
  await ensureChromium()
  await ensureDependencies()
  await ensureClient()
  const failedChecks = await runChecks(['types', 'lint', 'rooms'])
  const clean = await runTests(process.argv.slice(2))
  const { passed, failed, skipped, ran } = readReport(failedChecks.length)
  if (!ran) console.log('\nNo test ran.')
  if (failedChecks.length)
    console.log(`\nThese checks failed: ${failedChecks.join(', ')} (what they said is above the tests).`)
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
  process.exitCode = clean && ran && !failed ? 0 : 1
} catch (error) {
  showProblem(error)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit()

/** @param {string[]} args @returns {Promise<boolean>} whether the runner was content */
function runTests(args) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(node24, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })
}

/**
 * Counts of the runner's own report. A file that could not be loaded has no tests in it and counts as one failure, as
 * does a failed check.
 * @param {number} failedChecks
 */
function readReport(failedChecks) {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'))
    const broken = result.testResults.filter(isBroken).length
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + broken + failedChecks,
      skipped: result.numPendingTests + result.numTodoTests,
      ran: result.numPassedTests + result.numFailedTests > 0,
    }
  } catch {
    return { passed: 0, failed: 1 + failedChecks, skipped: 0, ran: false }
  }
}

/** @param {{ status: string, assertionResults: { status: string }[] }} file */
function isBroken(file) {
  return file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
}
