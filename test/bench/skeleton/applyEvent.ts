import type { Redis } from 'ioredis'
import { boards } from './eventSchema.ts'

/** Once per id: adds an amount to a member of every board. Arguments are triples of id, member, amount. */
const lua = `
local applied = 0
for i = 1, #ARGV, 3 do
  if redis.call('SADD', KEYS[1], ARGV[i]) == 1 then
    for k = 2, #KEYS do redis.call('ZINCRBY', KEYS[k], ARGV[i + 2], ARGV[i + 1]) end
    applied = applied + 1
  end
end
return applied
`

/** Teaches a connection the one call of the skeleton; answers how many were new. */
export function defineApply(redis: Redis): (triples: (string | number)[]) => Promise<number> {
  redis.defineCommand('applyEvents', { numberOfKeys: boards.length + 1, lua })
  const call = (redis as unknown as { applyEvents(...args: (string | number)[]): Promise<number> }).applyEvents
  return (triples) => call.call(redis, 'applied', ...boards, ...triples)
}
