/** `2018-05-31 17:02:14,434`, as every log of the broker begins its lines. */
const TIME = String.raw`(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3})`;

const HEARTBEAT = new RegExp(
  String.raw`^${TIME} - ServerHAHeartbeat result \[(?<result>\w+)\] meta \[ServerHAHeartbeatMeta\[hostname=(?<hostname>[^,\]]+),ip=(?<ip>[\d.]+)\]\]$`,
);
const DATA_SOURCE = new RegExp(
  String.raw`^${TIME} - Validate data source healthy, status \[(?<status>\w+)\] url \[(?<url>jdbc:[^\]]+)\]$`,
);
const TUPLE = new RegExp(String.raw`^${TIME} - \[\((?<fields>[^()]*)\)\]$`);
const STAMPED = new RegExp(String.raw`^${TIME} (?<text>\S.*)$`);

/** MQ-L02: one line every 5 seconds while the broker lives. */
export interface Heartbeat {
  readonly time: string;
  readonly result: string;
  readonly hostname: string;
  readonly ip: string;
}

/** MQ-L03: the message store as the broker sees it. */
export interface DataSource {
  readonly time: string;
  readonly status: string;
  readonly url: string;
}

/** MQ-L04: only the third field, Y for received, is documented; the names of the others are inferred. */
export interface Received {
  readonly time: string;
  readonly topic: string;
  readonly eventCode: string;
  readonly ok: boolean;
  readonly group: string;
}

/** MQ-L05: a message delivered; the names of the fields are inferred. */
export interface Delivered {
  readonly time: string;
  readonly messageId: string;
  readonly topic: string;
  readonly eventCode: string;
  readonly group: string;
  readonly client: string;
}

/** Any other line that begins with a time: MQ-L01, L06, L07, L08, whose rest is undocumented. */
export interface Stamped {
  readonly time: string;
  readonly text: string;
}

export function parseHeartbeat(line: string): Heartbeat | undefined {
  const found = HEARTBEAT.exec(line)?.groups;
  return (
    found && {
      time: found['time'] ?? '',
      result: found['result'] ?? '',
      hostname: found['hostname'] ?? '',
      ip: found['ip'] ?? '',
    }
  );
}

export function parseDataSource(line: string): DataSource | undefined {
  const found = DATA_SOURCE.exec(line)?.groups;
  return found && { time: found['time'] ?? '', status: found['status'] ?? '', url: found['url'] ?? '' };
}

export function parseReceived(line: string): Received | undefined {
  const tuple = fieldsOf(line);
  const [topic, eventCode, result, , , , group] = tuple?.fields ?? [];
  if (!tuple || tuple.fields.length < 7 || !topic || !eventCode || !result || group === undefined)
    return undefined;
  return { time: tuple.time, topic, eventCode, ok: result === 'Y', group };
}

export function parseDelivered(line: string): Delivered | undefined {
  const tuple = fieldsOf(line);
  const [messageId, topic, eventCode, target] = tuple?.fields ?? [];
  const [group, client, epoch] = target?.split('@') ?? [];
  if (
    !tuple ||
    tuple.fields.length !== 5 ||
    !messageId ||
    !topic ||
    !eventCode ||
    !group ||
    !client ||
    !/^\d{13}$/.test(epoch ?? '')
  )
    return undefined;
  return { time: tuple.time, messageId, topic, eventCode, group, client };
}

export function parseStamped(line: string): Stamped | undefined {
  const found = STAMPED.exec(line)?.groups;
  return found && { time: found['time'] ?? '', text: found['text'] ?? '' };
}

function fieldsOf(line: string): { readonly time: string; readonly fields: readonly string[] } | undefined {
  const found = TUPLE.exec(line)?.groups;
  return found && { time: found['time'] ?? '', fields: (found['fields'] ?? '').split(',') };
}
