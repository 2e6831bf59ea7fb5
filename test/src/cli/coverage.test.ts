import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import type { Manuals } from '../../../src/catalog/manuals.ts';
import { sayCoverage } from '../../../src/cli/coverage.ts';
import { defineInspection, words } from '../../../src/kit/index.ts';
import { typeFettle } from '../../support/command-line.ts';
import { readManuals } from '../../support/manuals.ts';

describe('what coverage says', async () => {
  const catalog = await loadCatalog(path.resolve('.'));
  const manuals = await readManuals();
  /** As in a project whose only system is the message queue. */
  const onlyMq: Manuals = { ...manuals, systems: manuals.systems.filter(({ system }) => system === 'MQ') };
  const nothing = { inspections: new Map(), playbooks: new Map() };

  it('is a table, and the missing rows with their titles', () => {
    const { text, code } = sayCoverage(nothing, { ...manuals, noAction: new Map() }, { json: false });
    expect(code).toBe(1);
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^ +covered {2}manual {2}no action {2}missing {2}no playbook$/);
    expect(lines).toContainEqual(expect.stringMatching(/^MQ +checks +0 +0 +0 +22 +0$/));
    expect(lines).toContainEqual(expect.stringMatching(/^all +0 +0 +0 +544 +244$/));
    expect(lines).toContainEqual(expect.stringMatching(/^MQ-C04 +ACVIP connection$/));
  });

  it('of a system is every row, how it is answered and by what', () => {
    const { text, code } = sayCoverage(catalog, manuals, { system: 'mq', json: false });
    expect(code).toBe(0);
    expect(text).toMatch(/^MQ-C04 +covered +ACVIP connection {2}\[console-acvip\]$/m);
    expect(text).toMatch(/^MQ-C15 +manual +container state {2}\[container-state\]$/m);
    expect(text).not.toContain('DEPS');
  });

  it('names the playbook that looks at a row on its way', () => {
    const { text } = sayCoverage(catalog, manuals, { system: 'deps', json: false });
    expect(text).toMatch(/^DEPS-C18 +covered .*\[playbook release-locks, playbook stuck-flow\]$/m);
    expect(text).toMatch(/^DEPS-C19 +covered .*\[playbook release-locks\]$/m);
  });

  it('gives the reason of a row that needs no action', () => {
    const listed = { ...onlyMq, noAction: new Map([['MQ-L07', 'ignored on purpose'] as const]) };
    const { text } = sayCoverage(nothing, listed, { system: 'mq', json: false });
    expect(text).toMatch(/^MQ-L07 +no action .*\(ignored on purpose\)$/m);
  });

  it.each(['MQ', 'mq', '消息队列', 'message queue'])('knows a system by the name %s', (system) => {
    expect(sayCoverage(catalog, manuals, { system, json: false }).text).toContain('MQ-C01');
  });

  it.each([
    ['regg', 'Did you mean REG?'],
    ['zzzzzzzzzzzz', 'There is ACVIP, APPM'],
  ])('says for %s, which is no system, what there is', (system, said) => {
    const { text, code } = sayCoverage(catalog, manuals, { system, json: false });
    expect(code).toBe(1);
    expect(text).toContain(`no system "${system}"`);
    expect(text).toContain(said);
  });

  it('says so of a system without rows', () => {
    const { text, code } = sayCoverage(catalog, manuals, { system: 'appm', json: false });
    expect([text, code]).toEqual(['The manuals name no row of this system.', 0]);
  });

  it('ends with 1 for a citation that no manual has, although nothing is missing', () => {
    const mq = catalog.inspections.get('MQ');
    const [first] = mq?.checks ?? [];
    if (!mq || !first) throw new Error('the message queue is not inspected');
    const wrong = defineInspection({
      ...mq,
      checks: [...mq.checks, { ...first, id: 'wrong', title: words('Wrong', '错误'), rows: ['MQ-C99'] }],
    });
    const { text, code } = sayCoverage(
      { inspections: new Map([['MQ', wrong]]), playbooks: new Map() },
      onlyMq,
      { json: false },
    );
    expect(code).toBe(1);
    expect(text).toMatch(/In no manual:\nMQ-C99 {2}cited by MQ wrong$/);
    expect(text).not.toContain('Missing:');
  });
});

describe('fettle coverage', { timeout: 60_000 }, () => {
  let empty: string;
  beforeEach(async () => {
    await mkdir('.fettle', { recursive: true });
    empty = await mkdtemp(path.resolve('.fettle/no-configuration-'));
  });
  afterEach(() => rm(empty, { recursive: true, force: true }));

  it('needs no configuration, prints JSON that can be read, and ends with 0 when nothing is missing', async () => {
    const said = await typeFettle(['coverage', 'mq', '--json'], empty);
    expect(said.error).toBe('');
    expect(said.code).toBe(0);
    expect(JSON.parse(said.out)).toMatchObject({
      systems: [{ id: 'MQ', counts: { missing: 0 }, rows: { length: 65 } }],
      unknown: [],
    });
  });

  it('ends with 2 when it is not understood', async () => {
    const said = await typeFettle(['coverage', 'mq', 'deps'], empty);
    expect(said.code).toBe(2);
    expect(said.error).toContain('fettle coverage [system] [--json]');
  });
});
