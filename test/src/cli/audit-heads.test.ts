import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditText } from '../../../src/cli/audit.ts';
import { readHeads } from '../../../src/cli/audit-heads.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-heads-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const hash = (digit: string): string => digit.repeat(64);
async function read(...texts: readonly string[]) {
  const files: string[] = [];
  for (const [index, text] of texts.entries()) {
    const file = path.join(folder, `${index}.log`);
    await writeFile(file, text);
    files.push(file);
  }
  return readHeads(files, 'fettle_audit');
}

describe('published heads', () => {
  it('are read from logs, from lists, and from several files', async () => {
    const log = [
      '{"level":30,"msg":"Fettle is ready"}',
      `{"level":30,"audit":{"n":50,"hash":"${hash('a')}","chain":"fettle_audit"},"msg":"head of the audit chain"}`,
      `2026-11-29T00:00:00Z host fettle[3]: {"audit":{"n":60,"hash":"${hash('b')}"},"msg":"head of the audit chain"}\r`,
      `{"audit":{"n":61,"hash":"${hash('c')}","chain":"fettle_test_audit"},"msg":"of another installation"}`,
    ].join('\n');
    const list = `# kept by hand\n  70 ${hash('d')}\n{"n":71,"hash":"${hash('e')}"}\n`;
    expect(await read(log, list)).toEqual({
      ok: true,
      unreadable: 0,
      heads: [
        expect.objectContaining({ n: 50, hash: hash('a') }),
        expect.objectContaining({ n: 60, hash: hash('b') }),
        expect.objectContaining({ n: 70, hash: hash('d') }),
        expect.objectContaining({ n: 71, hash: hash('e') }),
      ],
    });
  });

  it('that cannot be read are counted, and said', async () => {
    const heads = await read(`{"audit":12,"msg":"head"}\n{"audit":{"n":3,"ha\n1 ${hash('a')}\n`);
    expect(heads).toMatchObject({ ok: true, unreadable: 2 });
    if (!heads.ok) throw new Error(heads.problem);
    const { text } = auditText({ rows: 4, head: hash('0'), problems: [] }, { heads, keyed: true });
    expect(text).toContain('2 lines speak of a head and could not be read');
    expect(text).toContain('Rows 2 to 4 are newer than the newest published head');
  });

  it.each([
    ['nothing', ''],
    ['a log without heads', '{"level":30,"msg":"ready"}\n'],
    ['heads of another chain', `{"audit":{"n":1,"hash":"${hash('a')}","chain":"other"}}\n`],
    ['a hash that is cut off', `1 ${'a'.repeat(63)}\n`],
    ['a number that is none', `1.5 ${hash('a')}\n-1 ${hash('a')}\n`],
  ])('of a file with %s are a mistake', async (_, text) => {
    expect(await read(text)).toMatchObject({ ok: false, problem: expect.stringContaining('holds no head') });
  });

  it('of a file that is not there are a mistake', async () => {
    expect(await readHeads([path.join(folder, 'absent')], 'x')).toMatchObject({
      ok: false,
      problem: expect.stringContaining('cannot be read'),
    });
  });
});
