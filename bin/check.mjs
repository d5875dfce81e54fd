import './lib/node-version.mjs'
import { runChecks } from './lib/checks.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { showProblem } from './lib/problem.mjs'

try {
  await ensureDependencies()
  const failed = await runChecks(['types', 'lint', 'rooms', 'unit'])
  process.exitCode = failed.length ? 1 : 0
} catch (error) {
  showProblem(error)
}
process.exit()
