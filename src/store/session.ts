/** `session_id` of the log rows one instance of one run writes: `YYYYMMDD_HHMMSS_<6 of run_id>_<i>of<N>`. */
export function sessionId(started: string, runId: string, instanceId: number, instanceCount: number): string {
  const [date = '', time = ''] = started.split(/[T ]/u);
  const stamp = `${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`;
  return `${stamp}_${runId.slice(0, 6)}_${instanceId}of${instanceCount}`;
}
