import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';

const KIT = path.resolve('src/kit/index.ts');

describe('the definitions of this project', () => {
  it('are in order and found by name', async () => {
    const { commands, inspections, playbooks } = await loadCatalog(path.resolve('.'));
    expect([...commands.keys()]).toEqual(expect.arrayContaining(['fettle', 'inspect', 'unstick']));
    expect([...inspections.keys()]).toEqual(expect.arrayContaining(['DEPS', 'MQ']));
    expect([...playbooks.keys()]).toEqual(expect.arrayContaining(['release-locks', 'stuck-flow']));
    for (const [name, command] of commands) expect(command.name).toBe(name);
    for (const [name, playbook] of playbooks) expect(playbook.name).toBe(name);
    for (const [id, { system }] of inspections) expect(system.id).toBe(id);
  });
});

describe('a folder of definitions', () => {
  let root: string;
  beforeEach(async () => {
    // Inside the project, so that the definitions find zod.
    await mkdir('.fettle', { recursive: true });
    root = await mkdtemp(path.resolve('.fettle/catalog-'));
    await put('commands/look.ts', command('look'));
    await put('playbooks/mq/inspection.ts', inspection());
    await put('playbooks/mq/restart.ts', playbook('restart'));
    await put('playbooks/mq/lines.ts', 'export const lines = 12;');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(file: string, text: string): Promise<void> {
    const whole = path.join(root, file);
    await mkdir(path.dirname(whole), { recursive: true });
    await writeFile(whole, text);
  }

  async function problems(): Promise<readonly string[]> {
    const said = await loadCatalog(root).then(
      () => '',
      (error: unknown) => String(error),
    );
    const [first, ...lines] = said.split('\n');
    expect(first).toBe('Error: The definitions are not in order:');
    return lines.map((line) => line.trim());
  }

  it('is read whole; files without a default export are helpers', async () => {
    const { commands, inspections, playbooks } = await loadCatalog(root);
    expect([...commands.keys()]).toEqual(['look']);
    expect([...inspections.keys()]).toEqual(['MQ']);
    expect([...playbooks.keys()]).toEqual(['restart']);
  });

  it('may have no playbooks yet', async () => {
    await rm(path.join(root, 'playbooks'), { recursive: true });
    await put('commands/look.ts', command('look', "{ kind: 'help', topic: '' }"));
    expect((await loadCatalog(root)).playbooks.size).toBe(0);
  });

  it.each<[string, string, string, string]>([
    [
      'a command under the name of another file',
      'commands/see.ts',
      command('look'),
      'commands/see.ts must default-export a command named "see"',
    ],
    [
      'a file of commands/ without a command',
      'commands/see.ts',
      'export const see = 1;',
      'commands/see.ts must default-export a command named "see"',
    ],
    [
      'an example that the command does not understand',
      'commands/see.ts',
      command('see', "{ kind: 'answer', says: words('what?', '什么?') }"),
      'commands/see: the example "mq" is not understood: what?',
    ],
    [
      'an example on which the command throws',
      'commands/see.ts',
      command('see', "(() => { throw new Error('oh'); })()"),
      'commands/see: the example "mq" throws: oh',
    ],
    [
      'a form whose title nobody can read',
      'commands/see.ts',
      command('see', undefined, form({ title: "words('A title that is far too long for it', '看')" })),
      'commands/see: "A title that is far too long for it" is longer than 24 characters, which is all a form has room for',
    ],
    [
      'a form that asks for the same twice',
      'commands/see.ts',
      command('see', undefined, form({ fields: `[${FIELD}, ${FIELD}]` })),
      'commands/see: the form has two fields "host"',
    ],
    [
      'a form that blames a field it does not have',
      'commands/see.ts',
      command(
        'see',
        undefined,
        form({ read: "() => ({ ok: false, problems: [{ field: 'site', says: words('x', 'x') }] })" }),
      ),
      'commands/see: the form finds a mistake in "site", which it does not ask for',
    ],
    [
      'a file that cannot be imported',
      'playbooks/mq/broken.ts',
      "throw new Error('half written');",
      'playbooks/mq/broken.ts cannot be imported: half written',
    ],
    [
      'something else by default',
      'playbooks/mq/other.ts',
      'export default null;',
      'playbooks/mq/other.ts must default-export an inspection, a playbook or nothing',
    ],
    [
      'an inspection.ts without an inspection',
      'playbooks/mq/inspection.ts',
      'export const checks = [];',
      'playbooks/mq/inspection.ts must default-export an inspection',
    ],
    [
      'an inspection under another name',
      'playbooks/mq/more.ts',
      inspection(),
      'playbooks/mq/more.ts holds an inspection: an inspection, and only an inspection, is called inspection',
    ],
    [
      'a folder that is not called as its system',
      'playbooks/queue/inspection.ts',
      inspection(),
      'playbooks/queue/inspection.ts inspects MQ; its folder must be called mq',
    ],
    [
      'a playbook of another system',
      'playbooks/deps/stop.ts',
      playbook('stop'),
      'playbooks/deps/stop.ts belongs to MQ; its folder must be called mq',
    ],
    [
      'a playbook under another name',
      'playbooks/mq/stop.ts',
      playbook('halt'),
      'playbooks/mq/stop.ts defines "halt"; the name must be the file\'s',
    ],
    [
      'two playbooks of one name',
      'playbooks/mq/zz.ts',
      playbook('restart'),
      'playbooks/mq/zz.ts: there is another playbook "restart"',
    ],
    [
      'a playbook whose example it refuses',
      'playbooks/mq/stop.ts',
      playbook('stop', { example: "{ host: '' }" }),
      'playbooks/mq/stop.ts: the example {"host":""} is refused: name a host',
    ],
    [
      'a playbook that requires a check that there is not',
      'playbooks/mq/stop.ts',
      playbook('stop', { check: 'cpux' }),
      'playbooks/mq/stop.ts: requires the check "MQ cpux", which no inspection has',
    ],
    [
      'two checks of one id',
      'playbooks/mq/inspection.ts',
      inspection(check(), check()),
      'playbooks/mq/inspection: there are two checks "ports"',
    ],
    [
      'a check of an app that no system has',
      'playbooks/mq/inspection.ts',
      inspection(check({ apps: "['msgbrocker']" })),
      'playbooks/mq/inspection: check "ports" names the app "msgbrocker", which no system has',
    ],
    [
      'a check that cites no row',
      'playbooks/mq/inspection.ts',
      inspection(check({ rows: "['MQ-9']" })),
      'playbooks/mq/inspection: check "ports" cites "MQ-9", which is no row of the manuals',
    ],
    [
      'a limit of a row that the check does not cite',
      'playbooks/mq/inspection.ts',
      inspection(check({ limits: "{ most: { row: 'MQ-M99', value: 1 } }" })),
      'playbooks/mq/inspection: check "ports" has a limit of MQ-M99, which it does not cite',
    ],
    [
      'a title in one language',
      'playbooks/mq/inspection.ts',
      inspection(check({ title: "words('Ports', '')" })),
      'playbooks/mq/inspection: check "ports" must have a title in both languages',
    ],
  ])('says what is wrong with %s', async (_, file, text, expected) => {
    await put(file, text);
    expect(await problems()).toContain(expected);
  });

  it('lists everything that is wrong at once', async () => {
    await put('commands/see.ts', command('look'));
    await put('playbooks/mq/stop.ts', playbook('halt'));
    expect(await problems()).toHaveLength(2);
  });
});

const imports = (...names: string[]): string => `import { ${names.join(', ')} } from '${KIT}';\n`;

const FIELD = "{ kind: 'places', of: 'host', id: 'host', label: words('Hosts', '主机') }";

function form(facts: Readonly<Record<string, string>> = {}): string {
  const all = {
    title: "words('See', '查看')",
    submit: "words('See', '查看')",
    button: "words('See…', '查看…')",
    fields: `[${FIELD}]`,
    read: "() => ({ ok: true, meant: 'mq' })",
    ...facts,
  };
  return `form: { ${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} },`;
}

function command(
  name: string,
  intent = "{ kind: 'inspect', scope: { kind: 'all' } }",
  more: string | undefined = '',
): string {
  return `${imports('defineCommand', 'words')}
export default defineCommand({
  name: '${name}', title: words('Look', '查看'), usage: words('<system>', '<系统>'), examples: ['mq'],
  read: () => (${intent}), ${more}
});`;
}

function check(facts: Readonly<Record<string, string>> = {}): string {
  const all = {
    on: "'host'",
    id: "'ports'",
    title: "words('Ports', '端口')",
    apps: "['msgbroker']",
    rows: "['MQ-C02']",
    clause: "{ document: '002', section: '4.2' }",
    command: '() => sh`true`',
    judge: '() => []',
    ...facts,
  };
  return `{ ${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;
}

function inspection(...checks: readonly string[]): string {
  return `${imports('defineInspection', 'sh', 'words')}
export const make = sh;
export default defineInspection({
  system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
  apps: [{ id: 'msgbroker', title: words('Broker', '消息服务'), names: ['msgbroker'] }],
  checks: [${(checks.length > 0 ? checks : [check()]).join(', ')}],
});`;
}

function playbook(
  name: string,
  { example = "{ host: 'msgbroker-1' }", check }: { example?: string; check?: string } = {},
): string {
  return `import { z } from 'zod';
${imports('definePlaybook', 'sql', 'words')}
export default definePlaybook({
  name: '${name}', system: 'MQ', title: words('Restart', '重启'), rows: ['MQ-PR02'],
  clause: { document: '002', section: '4.4.2' }, risk: 'risky',
  args: z.object({ host: z.string().min(1, 'name a host') }), examples: [${example}], ${check === undefined ? '' : `requires: () => [{ checks: [{ system: 'MQ', check: '${check}', on: { app: 'msgbroker' } }] }],`}
  observe: async (_, look) => {
    await look.sql({ title: words('Look', '查看'), row: 'MQ-PR02', database: 'msgdb', query: sql\`select 1\` });
    throw new Error('not reached');
  },
  warning: () => words('Careful', '注意'), steps: () => [], verify: () => [], rollback: () => [],
});`;
}
