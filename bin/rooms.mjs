import './lib/node-version.mjs'
import { execFileSync } from 'node:child_process'
import { cruise } from 'dependency-cruiser'
import { options, rules } from '../.dependency-cruiser.mjs'
import { root } from './lib/places.mjs'

process.chdir(root)
const rooms = ['bin', 'client', 'docstore', 'server', 'shared', 'test', 'workers']
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...rooms], { encoding: 'utf8' })
const files = listed.split('\n').filter((file) => /\.(ts|vue|mjs)$/.test(file))

const forbidden = rules.map((rule) => ({ ...rule, severity: /** @type {const} */ ('error') }))
const { output } = await cruise(files, { ...options, ruleSet: { forbidden }, validate: true })
if (typeof output === 'string') throw new Error(output)

const { violations } = output.summary
for (const name of new Set(violations.map((violation) => violation.rule.name))) {
  const broken = violations.filter((violation) => violation.rule.name === name)
  console.log(`\n✖ ${name}\n  Cure: ${rules.find((rule) => rule.name === name)?.comment}`)
  for (const { from, to, cycle } of broken)
    console.log(`  ${[from, ...(cycle?.map((step) => step.name) ?? [to])].join(' → ')}`)
}
const unread = unreadFiles(output.modules)
if (unread.length)
  console.log(
    `\n✖ the cruiser did not read ${unread.length} of ${files.length} files, so this check proves nothing:\n  ${unread.slice(0, 10).join('\n  ')}`,
  )
if (!violations.length && !unread.length) console.log(`${files.length} files keep the ${rules.length} rules.`)
process.exitCode = violations.length || unread.length ? 1 : 0

/**
 * Files whose imports were not seen. A cruiser that cannot read TypeScript or .vue reports success on nothing, so each
 * file that says `import … from` must have shown at least one dependency.
 * @param {import('dependency-cruiser').IModule[]} modules
 */
function unreadFiles(modules) {
  const seen = new Set(modules.filter((module) => module.dependencies.length).map((module) => module.source))
  const importing = execFileSync(
    'git',
    ['grep', '--untracked', '-lE', "^(import|export) .*from '|^} from '|^import '", '--', ...rooms],
    { encoding: 'utf8' },
  )
  return importing.split('\n').filter((file) => files.includes(file) && !seen.has(file))
}
