/** What a log may put before the documented part of a line: nothing, or something that ends in a blank or a bracket, like a time stamp. */
const BEFORE = String.raw`(?:^|[\] ])`;

const HEARTBEAT = new RegExp(
  `${BEFORE}(?<result>[YN]);(?<elapsed>\\d+)ms;(?<zone>[^;]*);(?<instance>[^;]*);(?<client>[^;]*);(?<items>\\d+);(?<stale>\\d+);(?<source>[^; ]*);?$`,
);
const ZONE =
  /\[monitorZone\](?<total>\d+);(?<zone>[^;]+);(?<instances>\d+);(?<items>\d+);(?<connections>\d+);?$/;
const PUSH = '[push]';
const POOL = new RegExp(
  `${BEFORE}(?<pool>[^\\],\\s]+),(?<queued>\\d+),(?<active>\\d+),(?<idle>\\d+),(?<total>\\d+)$`,
);

/** MS-L06: every client reports the versions of its configuration items every 30 seconds. */
export interface Heartbeat {
  readonly ok: boolean;
  readonly elapsedMs: number;
  readonly zone: string;
  readonly instanceId: string;
  readonly client: string;
  readonly items: number;
  /** Items of which the client has an older version. */
  readonly stale: number;
  readonly source: string;
}

/** MS-L07: the long connections of one zone, beside the total. */
export interface ZoneConnections {
  readonly total: number;
  readonly zone: string;
  readonly instanceIds: number;
  readonly items: number;
  readonly connections: number;
}

/** MS-L08: a change sent to one client. */
export interface Push {
  readonly instanceId: string;
  readonly item: string;
  readonly client: string;
  readonly ok: boolean;
}

/** MS-L10: a thread pool at one moment. */
export interface Pool {
  readonly pool: string;
  readonly queued: number;
  readonly active: number;
  readonly idle: number;
  readonly total: number;
}

/** MS-L23: a message that a client took. Only the delivery count is documented; the topic is inferred. */
export interface TakenMessage {
  readonly time: string;
  readonly topic: string;
  /** More than 0: the message was delivered again. */
  readonly deliveries: number;
}

export function parseHeartbeat(line: string): Heartbeat | undefined {
  const found = HEARTBEAT.exec(line)?.groups;
  return (
    found && {
      ok: found['result'] === 'Y',
      elapsedMs: Number(found['elapsed']),
      zone: found['zone'] ?? '',
      instanceId: found['instance'] ?? '',
      client: found['client'] ?? '',
      items: Number(found['items']),
      stale: Number(found['stale']),
      source: found['source'] ?? '',
    }
  );
}

export function parseZone(line: string): ZoneConnections | undefined {
  const found = ZONE.exec(line)?.groups;
  return (
    found && {
      total: Number(found['total']),
      zone: found['zone'] ?? '',
      instanceIds: Number(found['instances']),
      items: Number(found['items']),
      connections: Number(found['connections']),
    }
  );
}

export function parsePush(line: string): Push | undefined {
  const fields = line.replace(/;$/, '').split(';');
  const [before = '', item = '', client = '', result = ''] = fields.slice(-4);
  const at = before.indexOf(PUSH);
  if (fields.length < 4 || at === -1 || !/^[01]$/.test(result)) return undefined;
  return { instanceId: before.slice(at + PUSH.length), item, client, ok: result === '0' };
}

export function parsePool(line: string): Pool | undefined {
  const found = POOL.exec(line)?.groups;
  return (
    found && {
      pool: found['pool'] ?? '',
      queued: Number(found['queued']),
      active: Number(found['active']),
      idle: Number(found['idle']),
      total: Number(found['total']),
    }
  );
}

/** The delivery count is the third field from the end, and the fourteenth: a comma in the last one would shift the first reading (ERR-MS-09). */
export function parseTaken(line: string): TakenMessage | undefined {
  const fields = line.split(',');
  const [time = '', , , , , , topic = ''] = fields;
  const deliveries = fields[13] ?? '';
  if (deliveries !== fields.at(-3) || !/^\d+$/.test(deliveries)) return undefined;
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/.test(time)) return undefined;
  return { time, topic, deliveries: Number(deliveries) };
}
