import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS, FEW_APPS } from '../../../lab/estate/apps/index.ts';
import { msgbroker } from '../../../lab/estate/apps/mq.ts';
import { FAULTS } from '../../../lab/estate/faults/index.ts';
import { found } from '../../../lab/estate/found.ts';
import { readManuals } from '../../support/manuals.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'found-'));
  await writeFile(path.join(folder, 'b.js'), 'export const WORDS = ["b"];');
  await writeFile(path.join(folder, 'a.js'), 'export const WORDS = ["a", "aa"];');
  await writeFile(path.join(folder, 'index.js'), 'throw new Error("not asked for");');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const words = (): Promise<readonly string[]> =>
  found(pathToFileURL(`${folder}/`), {
    name: 'WORDS',
    isKind: (value) => typeof value === 'string',
    except: ['index'],
  });

describe('the files of a folder', () => {
  it('are found in their order, each once', async () => {
    expect(await words()).toEqual(['a', 'aa', 'b']);
  });

  it('must have what is looked for', async () => {
    await writeFile(path.join(folder, 'c.js'), 'export const WORDS = [1];');
    await expect(words()).rejects.toThrow('c.js must export WORDS, a list');
  });
});

describe('the apps and faults of the estate', () => {
  it('are the very ones that their files export', () => {
    expect(APPS.find(({ id }) => id === 'msgbroker')).toBe(msgbroker);
  });

  it('have a name and a title each', () => {
    for (const all of [APPS, FAULTS])
      for (const names of [
        all.map(({ id }) => id),
        all.map(({ title }) => title.en),
        all.map(({ title }) => title.zh),
      ])
        expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([]);
  });

  it('are all of the manuals', async () => {
    const there = APPS.flatMap(({ id, programs }) => [id, ...programs.map((program) => program.id)]);
    const named = new Set((await readManuals()).systems.flatMap(({ apps }) => apps));
    expect(named.size).toBe(52);
    expect([...named].filter((id) => !there.includes(id))).toEqual([]);
  });

  it('name apps that there are', () => {
    const known = new Set(APPS.flatMap(({ id, programs }) => [id, ...programs.map((program) => program.id)]));
    const named = FAULTS.flatMap((fault) => (fault.on === 'host' ? [...fault.apps, fault.usual.app] : []));
    expect(named.filter((id) => !known.has(id))).toEqual([]);
    const beside = APPS.flatMap((app) => app.beside ?? []);
    expect(beside.filter((id) => !known.has(id))).toEqual([]);
  });

  it('say with each app which rows turn red by faults that there are', () => {
    const ids = new Set(FAULTS.map(({ id }) => id));
    const said = APPS.flatMap(({ rows = {} }) => Object.keys(rows));
    expect(said.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('do not collide on a host: every program and port once', () => {
    for (const { id, programs } of APPS) {
      const names = programs.map((program) => program.id);
      const ports = programs.flatMap((program) => Object.keys(program.ports ?? {}));
      for (const each of [names, ports])
        expect({ id, each: new Set(each).size }).toEqual({ id, each: each.length });
    }
  });

  it('have the few that an estate has unless more is asked for, in the order of their addresses', () => {
    expect(FEW_APPS.map(({ id }) => id)).toEqual([
      'msgbroker',
      'msgconsole',
      'apopswareapiserver',
      'acopswareorchestration',
      'acopswareexecutor',
      'acvip',
      'sessionserver',
    ]);
  });
});
