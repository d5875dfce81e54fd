import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { roomWatch } from '../../bin/lib/room.mjs'

test('whoever keeps the machine is told once that its disk is nearly full, and once that it has room again', async () => {
  const said: string[] = []
  let free = 900
  const look = roomWatch(
    '/data',
    (line) => said.push(line),
    async () => free,
  )
  for (free of [900, 64, 63.9, 12, 0, 70, 900, 3]) await look()
  expect(said).toEqual([
    'The disk of /data has 63 MB left. Once it is full, nothing is taken in: make room on it.',
    'The disk of /data has room again.',
    'The disk of /data has 3 MB left. Once it is full, nothing is taken in: make room on it.',
  ])
})

test('a folder that cannot be asked is no reason to say anything, and a real one can be asked', async () => {
  const said: string[] = []
  await roomWatch('/nowhere', (line) => said.push(line))()
  await roomWatch(tmpdir(), (line) => said.push(line))()
  expect(said.filter((line) => line.includes('/nowhere'))).toEqual([])
})
