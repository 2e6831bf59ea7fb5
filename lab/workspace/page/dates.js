const at = (ts) => new Date(Number(ts) * 1000);
const zone = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** `14:05` */
export const clock = (ts) => at(ts).toLocaleTimeString('en-GB', zone);

/** `21 November 2026 at 14:05:09` */
export const fullTime = (ts) => at(ts).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'medium' });

/** `Today`, `Yesterday`, or `Friday, 20 November` */
export function dayName(ts) {
  const day = at(ts);
  const now = new Date();
  if (day.toDateString() === now.toDateString()) return 'Today';
  now.setDate(now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return 'Yesterday';
  return day.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
}

/** `just now`, `4 minutes ago`, `today at 14:05`, … */
export function ago(ts) {
  const minutes = Math.floor((Date.now() - Number(ts) * 1000) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`;
  return `${dayName(ts).toLowerCase()} at ${clock(ts)}`;
}

/** The text of `<!date^…>`: tokens in braces are replaced. */
export function formatDate(seconds, format) {
  const day = at(seconds);
  const date = (options) => day.toLocaleDateString('en-GB', options);
  const long = { day: 'numeric', month: 'long', year: 'numeric' };
  const tokens = {
    date_num: () => day.toLocaleDateString('sv-SE'),
    date: () => date(long),
    date_long: () => date({ weekday: 'long', ...long }),
    date_short: () => date({ day: 'numeric', month: 'short', year: 'numeric' }),
    date_pretty: () => pretty(seconds, date(long)),
    date_long_pretty: () => pretty(seconds, date({ weekday: 'long', ...long })),
    date_short_pretty: () => pretty(seconds, date({ day: 'numeric', month: 'short', year: 'numeric' })),
    time: () => clock(seconds),
    time_secs: () => day.toLocaleTimeString('en-GB', { ...zone, second: '2-digit' }),
    ago: () => ago(seconds),
  };
  return format.replace(/\{(\w+)\}/g, (whole, token) => tokens[token]?.() ?? whole);
}

const pretty = (seconds, otherwise) =>
  ['Today', 'Yesterday'].includes(dayName(seconds)) ? dayName(seconds).toLowerCase() : otherwise;
