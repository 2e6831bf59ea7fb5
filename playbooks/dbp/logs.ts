/** `2018-07-02 19:12:41,720`, as the statistics and the monitor log begin their lines. */
const TIME = String.raw`(?<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3})`;

const SQL_STAT = new RegExp(
  String.raw`^${TIME},(?<dataSource>[^,]+),(?<type>[^,]+),(?<result>[YN]),(?<count>\d+),(?<elapsed>\d+),`,
);
const SLOW_SQL = new RegExp(String.raw`^${TIME}-\[(?<trace>[^\]]*)\]Slow(?: (?<rest>.*))?$`);
const CONFIG = new RegExp(
  String.raw`^(?:- )?(?<name>[^#]+)#(?<version>[^#]*)#(?<time>\d{4}-\d{2}-\d{2}[, ]\d{2}:\d{2}:\d{2})[^#]*#(?<result>true|false)(?![\w])`,
);

/** DBP-L01: what was executed on a data source. Delimiters are counted from 0 (ERR-DBP-04); the last six columns are undocumented. */
export interface SqlStat {
  readonly time: string;
  readonly dataSource: string;
  /** SELECT, … : interface and method are the same column. */
  readonly type: string;
  readonly ok: boolean;
  readonly count: number;
  /** Of all of them together, in a unit that the manual does not name. */
  readonly elapsed: number;
}

/** DBP-L02: a line whose first word is Slow. */
export interface SlowSql {
  readonly time: string;
  readonly millis?: number;
  readonly dataSource?: string;
  readonly sql?: string;
}

/** DBP-L04: a configuration that was pushed to the proxy; the names of the first three fields are inferred. */
export interface ConfigDigest {
  readonly name: string;
  readonly version: string;
  readonly time: string;
  readonly ok: boolean;
}

export function parseSqlStat(line: string): SqlStat | undefined {
  const found = SQL_STAT.exec(line)?.groups;
  return (
    found && {
      time: found['time'] ?? '',
      dataSource: found['dataSource'] ?? '',
      type: found['type'] ?? '',
      ok: found['result'] === 'Y',
      count: Number(found['count']),
      elapsed: Number(found['elapsed']),
    }
  );
}

export function parseSlowSql(line: string): SlowSql | undefined {
  const found = SLOW_SQL.exec(line)?.groups;
  if (!found) return undefined;
  const { millis, dataSource, sql } =
    /^sql (?<millis>\d+) millis, logicDsId: (?<dataSource>[^,]+), sql: (?<sql>.*)$/.exec(found['rest'] ?? '')
      ?.groups ?? {};
  return {
    time: found['time'] ?? '',
    ...(millis === undefined ? {} : { millis: Number(millis) }),
    ...(dataSource === undefined ? {} : { dataSource }),
    ...(sql === undefined ? {} : { sql }),
  };
}

export function parseConfigDigest(line: string): ConfigDigest | undefined {
  const found = CONFIG.exec(line)?.groups;
  return (
    found && {
      name: found['name'] ?? '',
      version: found['version'] ?? '',
      time: found['time'] ?? '',
      ok: found['result'] === 'true',
    }
  );
}
