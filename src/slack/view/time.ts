/** A moment in the reader's own time zone; clients that cannot do that see UTC. The input is ISO 8601. */
export const moment = (iso: string): string => dateOf(iso, '{date_short} {time}');

/** The time of the day alone, to the second. */
export const timeOfDay = (iso: string): string => dateOf(iso, '{time_secs}');

/** As `moment`, with yesterday and today by name. */
export const prettyMoment = (iso: string): string => dateOf(iso, '{date_short_pretty} {time}');

function dateOf(iso: string, format: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const utc = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${utc}>`;
}

export const elapsedMs = (from: string, to: string): number =>
  Math.max(0, new Date(to).getTime() - new Date(from).getTime());
