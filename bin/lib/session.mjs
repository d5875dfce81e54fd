import { help, readFlags } from './flags.mjs'
import { showProblem } from './problem.mjs'
import { endAsked, Supervisor } from './supervisor.mjs'

/**
 * Runs what is supervised until somebody asks for its end or it cannot begin; leaves nothing running either way.
 * @param {(flags: ReturnType<typeof readFlags>, supervisor: Supervisor) => Promise<void>} begin
 */
export async function runUntilAsked(begin) {
  const supervisor = new Supervisor()
  const asked = endAsked().then(() => true)
  try {
    const flags = readFlags(process.argv.slice(2), process.env)
    if (flags.help) console.log(help)
    else {
      if (!(await Promise.race([asked, begin(flags, supervisor)]))) await asked
      console.log('\nStopping …')
      await supervisor.stop()
    }
  } catch (error) {
    await supervisor.stop()
    showProblem(error)
  }
  process.exit()
}
