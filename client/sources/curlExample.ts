/** A command that sends one call; the key comes from the environment, so that it stays out of the shell's history. */
export function curlExample(origin: string, nowMs: number): string {
  const activity = {
    externalId: 'call-1',
    kind: 'call.made',
    person: { email: 'somebody@example.com' },
    occurredAt: new Date(nowMs).toISOString(),
  }
  return [
    `curl -X POST ${origin}/api/v1/activities \\`,
    `  -H "Authorization: Bearer $PITBOARD_KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(activity)}'`,
  ].join('\n')
}
