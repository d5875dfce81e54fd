import { DiskError } from './engine.ts'
import { backup } from './program/backup.ts'
import { check } from './program/check.ts'
import { die } from './program/die.ts'
import { log } from './program/log.ts'
import { readTask } from './program/options.ts'
import { restore } from './program/restore.ts'
import { serve } from './program/serve.ts'
import { OpenError } from './store/file.ts'

// where the disk fails nothing may be written any more: not even a tidy end
process.on('uncaughtException', (error) => {
  if (error instanceof OpenError) die(error.message)
  log('docstore ends', error)
  if (error instanceof DiskError) die(error.message)
  process.exit(1)
})

const task = readTask(process.argv.slice(2))
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
