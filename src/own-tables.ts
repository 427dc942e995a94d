/** What xmlfan's own tables beside a log table are called. */
export function ownTablesOf(log: string) {
  return {
    history: `${log}_history`,
    origin: `${log}_origin`,
    run: 'xmlfan_run',
    instance: 'xmlfan_instance',
    logs: 'xmlfan_log',
  } as const;
}
