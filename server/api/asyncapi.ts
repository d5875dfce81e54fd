import { z } from 'zod'
import { clientMessages, protocolVersion, serverMessages } from '#shared/contract/realtime.ts'

/** The AsyncAPI 3.0 document of the socket. */
export function asyncApi(): unknown {
  const received = Object.entries(clientMessages).map(([name, schema]) => messageOf(name, schema, 'input'))
  const sent = Object.entries(serverMessages).map(([name, schema]) => messageOf(name, schema, 'output'))
  const reference = (name: string) => ({ $ref: `#/channels/socket/messages/${refName(name)}` })
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Pitboard, live',
      version: String(protocolVersion),
      description:
        'Socket.IO over WebSocket at /socket.io, with the session cookie and `auth.protocol`. News only: nothing is changed through it. Watch messages are acknowledged with a view.',
    },
    channels: {
      socket: {
        address: '/socket.io',
        messages: Object.fromEntries([...received, ...sent].map((message) => [refName(message.name), message])),
      },
    },
    operations: {
      watch: {
        action: 'receive',
        channel: { $ref: '#/channels/socket' },
        messages: Object.keys(clientMessages).map(reference),
      },
      news: {
        action: 'send',
        channel: { $ref: '#/channels/socket' },
        messages: Object.keys(serverMessages).map(reference),
      },
    },
  }
}

function messageOf(name: string, schema: z.ZodType, io: 'input' | 'output') {
  return { name, payload: z.toJSONSchema(schema, { io, target: 'draft-7', unrepresentable: 'any' }) }
}

function refName(name: string): string {
  return name.replace(':', '-')
}
