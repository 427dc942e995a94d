/** `session_id` of the log rows one instance of one run writes: `YYYYMMDD_HHMMSS_<6 of run_id>_<i>of<N>`. */
export function sessionId(started: string, runId: string, instanceId: number, instanceCount: number): string {
  return `${sessionPrefix(started, runId)}${instanceId}of${instanceCount}`;
}

/** What all sessions of a run begin with. */
export function sessionPrefix(started: string, runId: string): string {
  const [date = '', time = ''] = started.split(/[T ]/u);
  return `${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}_${runId.slice(0, 6)}_`;
}
