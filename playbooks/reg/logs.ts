/** A line that tells of a connection that ended. The manual names the logs and prints no line of them. */
const ENDED = '/disconnected|connection (is |was |has been )?(closed|lost|broken|reset)|断开|断连/';
/** A client's connection ended, not one between nodes of the registry. */
const OF_CLIENT = '/client( node| channel)? (is |was )?disconnected|client connection|客户端/';

/** For awk, over a line of registry-connect.log: `loss` of a connection between registry nodes, `client`, `connection` for any other change, else `?`. */
export const CONNECTION = String.raw`(tolower($0) ~ ${ENDED} ? (tolower($0) ~ ${OF_CLIENT} ? "client" : "loss") : tolower($0) ~ /connect|连接/ ? "connection" : "?")`;

/** For awk, over a line of registry-meta.log: whether it tells that nodes were taken off the list. Its format is not documented either. */
export const EVICTED = String.raw`(tolower($0) ~ /evicted|剔除|踢除/ ? "evicted" : "")`;

/** How many publishers, subscribers and watchers a session node has. */
export interface Counts {
  readonly publishers: number;
  readonly subscribers: number;
  readonly watchers?: number;
}

/** REG-L03: undefined for a line that does not give both the publishers and the subscribers. The manual says that the log has them, not how. */
export function parseCounts(line: string): Counts | undefined {
  const [publishers, subscribers, watchers] = [PUBLISHERS, SUBSCRIBERS, WATCHERS].map((what) => {
    const [, digits] = what.exec(line) ?? [];
    return digits === undefined ? undefined : Number(digits);
  });
  if (publishers === undefined || subscribers === undefined) return undefined;
  return { publishers, subscribers, ...(watchers === undefined ? {} : { watchers }) };
}

/** `Publisher count: 862`, `pubs=862`, `pub num 862`. */
const counted = (name: string): RegExp =>
  new RegExp(
    String.raw`\b${name}s?(?: ?(?:count|counts|num|number|size|total))? ?[:=]? ?(\d+)(?![\d:]|\.\d)`,
    'i',
  );
const PUBLISHERS = counted('pub(?:lisher)?');
const SUBSCRIBERS = counted('sub(?:scriber)?');
const WATCHERS = counted('watch(?:er)?');
