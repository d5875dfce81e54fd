import { ApiProblem } from '../lib/api.ts'

/** What the shell says when the server could not be asked who is signed in. */
export const unreachable = new ApiProblem({
  type: 'about:blank',
  title: 'network.offline',
  status: 0,
  code: 'network.offline',
  detail: 'network.offline',
})
