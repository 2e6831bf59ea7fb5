import { describe, expect, it } from 'vitest';
import { parseConfigDigest, parseSlowSql, parseSqlStat } from '../../../playbooks/dbp/logs.ts';
import { CONFIG, SLOW_SQL } from '../../../playbooks/dbp/server-logs.ts';
import { SQL_STAT } from '../../../playbooks/dbp/sql-stat.ts';
import { awkKeys } from '../../support/awk-keys.ts';

const stat = '2018-07-02 19:12:41,720,cloud_load,SELECT,Y,2633,1115578,95334,65305,27078,3589,801570,95728';
const slow =
  "2017-11-28 10:21:38,707-[0afd01831511835697941580125576,0.1]Slow sql 765 millis, logicDsId: pc_batch_globalhost, sql: select count(job_id) from pc_batch_batch_job_instance where ((state = 'RUNNING'))";
const digest = '- dbp_watchman#20170810#2017-11-18,20:03:36.000#true';

describe('the SQL statistics (DBP-L01)', () => {
  const broken = [
    ['cut short', stat.slice(0, 52)],
    ['with another result', stat.replace(',Y,', ',X,')],
    ['without a data source', stat.replace('cloud_load', '')],
    ['without a type', stat.replace('SELECT', '')],
    ['with a count that is none', stat.replace('2633', 'many')],
    ['with a time that is none', stat.replace('1115578', '-1')],
    ['with delimiters of another kind', stat.replaceAll(',', ';')],
  ] as const;

  it('are read by delimiters counted from 0', () => {
    expect(parseSqlStat(stat)).toEqual({
      time: '2018-07-02 19:12:41,720',
      dataSource: 'cloud_load',
      type: 'SELECT',
      ok: true,
      count: 2633,
      elapsed: 1115578,
    });
    expect(parseSqlStat(stat.replace(',Y,', ',N,'))).toMatchObject({ ok: false });
    expect(parseSqlStat(stat.split(',').slice(0, 8).join(','))).toMatchObject({ elapsed: 1115578 });
  });

  it.each(broken)('reads no line %s', (_, line) => expect(parseSqlStat(line)).toBeUndefined());

  it('are counted on the host as they are read here', async () => {
    const lines = [
      stat,
      stat.replace(',Y,', ',N,'),
      stat.replace('cloud_load', 'ds 2'),
      ...broken.map(([, line]) => line),
    ];
    const keys = lines.map((line) => {
      const read = parseSqlStat(line);
      return read ? `${read.dataSource} ${read.ok ? 'Y' : 'N'}` : '?';
    });
    expect(await awkKeys(SQL_STAT.awk, lines)).toEqual(keys);
    expect(keys.slice(0, 4)).toEqual(['cloud_load Y', 'cloud_load N', 'ds 2 Y', '?']);
  });
});

describe('the monitor log (DBP-L02)', () => {
  const other = [
    ['another word', slow.replace('Slow', 'Timeout')],
    ['a longer word', slow.replace('Slow', 'Slowly')],
    ['no bracket', slow.replace(']Slow', ' Slow')],
    ['the word later', slow.replace(']Slow', ']x Slow')],
  ] as const;

  it('reads a line whose first word is Slow', () => {
    expect(parseSlowSql(slow)).toEqual({
      time: '2017-11-28 10:21:38,707',
      millis: 765,
      dataSource: 'pc_batch_globalhost',
      sql: "select count(job_id) from pc_batch_batch_job_instance where ((state = 'RUNNING'))",
    });
    expect(parseSlowSql(slow.replace(/sql 765.*/, ''))).toEqual({ time: '2017-11-28 10:21:38,707' });
  });

  it.each(other)('reads none with %s', (_, line) => expect(parseSlowSql(line)).toBeUndefined());

  it('counts slow SQL on the host as they are read here', async () => {
    const lines = [slow, slow.replace(/sql 765.*/, ''), ...other.map(([, line]) => line)];
    const keys = lines.map((line) => {
      const read = parseSlowSql(line);
      return read ? (read.dataSource ?? '?') : '';
    });
    expect(await awkKeys(SLOW_SQL.awk, lines)).toEqual(keys);
    expect(keys).toEqual(['pc_batch_globalhost', '?', '', '', '', '']);
  });
});

describe('the configuration digest (DBP-L04)', () => {
  const broken = [
    ['cut short', digest.slice(0, -1)],
    ['with another result', digest.replace('#true', '#truely')],
    ['with a field less', digest.replace('#20170810', '')],
    ['of another format', '2018-07-02 19:12:41,720 pushed dbp_watchman true'],
  ] as const;

  it('is read with its leading dash or without it', () => {
    const read = { name: 'dbp_watchman', version: '20170810', time: '2017-11-18,20:03:36', ok: true };
    expect(parseConfigDigest(digest)).toEqual(read);
    expect(parseConfigDigest(digest.slice(2))).toEqual(read);
    expect(parseConfigDigest(digest.replace('true', 'false, timeout'))).toEqual({ ...read, ok: false });
  });

  it.each(broken)('reads no line %s', (_, line) => expect(parseConfigDigest(line)).toBeUndefined());

  it('is counted on the host as it is read here', async () => {
    const lines = [
      digest,
      digest.slice(2),
      digest.replace('true', 'false, timeout'),
      ...broken.map(([, line]) => line),
    ];
    const keys = lines.map((line) => {
      const read = parseConfigDigest(line);
      return read ? `${read.name} ${read.ok}` : '?';
    });
    expect(await awkKeys(CONFIG.awk, lines)).toEqual(keys);
    expect(keys.slice(0, 3)).toEqual(['dbp_watchman true', 'dbp_watchman true', 'dbp_watchman false']);
  });
});
