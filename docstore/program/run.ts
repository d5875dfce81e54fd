import { DiskError } from '../engine.ts'
import { OpenError } from '../store/file.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { die } from './die.ts'
import { log } from './log.ts'
import { readTask } from './options.ts'
import { restore } from './restore.ts'
import { serve } from './serve.ts'

// where the disk fails nothing may be written any more: not even a tidy end
process.on('uncaughtException', (error) => {
  if (error instanceof OpenError) die(error.message)
  log('docstore ends', error)
  if (error instanceof DiskError) die(error.message)
  process.exit(1)
})

/** Does what the command line asks. Errors end the process with one sentence. */
export const run = async (args: string[]): Promise<void> => {
  const task = readTask(args)
  switch (task.name) {
    case 'serve':
      await serve(task)
      break
    case 'backup':
      backup(task.dataDir, task.to)
      break
    case 'restore':
      restore(task.from, task.dataDir)
      break
    case 'check':
      process.exitCode = check(task.dataDir) ? 0 : 1
  }
}
