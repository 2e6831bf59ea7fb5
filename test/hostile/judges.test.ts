import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import type { App, Check, CheckContext, Estate, Host, Inspection } from '../../src/kit/index.ts';
import { contextOf } from '../../src/inspecting/judge.ts';
import { fewestMilliseconds, filled, SHAPES } from '../support/hostile.ts';
import { estateFrom } from '../support/estates.ts';
import { patternsIn, sampleOf } from '../support/patterns.ts';

/** Milliseconds that one judge may take for one answer. */
const MOST_MS = 100;

const catalog = await loadCatalog('.');
const inspections = [...catalog.inspections.values()];
const estate = wholeEstate();
const samples = (folder: string): readonly string[] =>
  patternsIn([folder]).flatMap((pattern) => sampleOf(pattern) ?? []);
const ofKit = samples('src/kit/probes');

describe.each(inspections.map((inspection) => [inspection.system.id, inspection] as const))(
  'whatever hosts, pages and databases answer to the checks of %s',
  (system, inspection) => {
    it(`is judged in less than ${MOST_MS} ms each`, { timeout: 300_000 }, () => {
      const own = samples(`playbooks/${system.toLowerCase()}`);
      const shapes = new Map([...SHAPES, ...together('the kit', ofKit), ...almost('the system', own)]);
      const slow: string[] = [];
      let asked = 0;
      for (const check of inspection.checks) {
        const judge = judgeOf(check);
        if (!judge) continue;
        for (const [name, text] of shapes) {
          asked += 1;
          const ms = fewestMilliseconds(() => judge(text), MOST_MS);
          if (ms > MOST_MS) slow.push(`${check.id} on ${name}: ${Math.round(ms)} ms`);
        }
      }
      expect(slow).toEqual([]);
      expect(asked).toBeGreaterThanOrEqual(inspection.checks.some(judgeOf) ? 20 : 0);
    });
  },
);

it('finds something to judge with for every check that is not for a person', () => {
  const without = inspections.flatMap(({ system, checks }) =>
    checks.filter((check) => check.on !== 'person' && !judgeOf(check)).map(({ id }) => `${system.id} ${id}`),
  );
  expect(without).toEqual([]);
});

const almost = (of: string, pieces: readonly string[]): readonly (readonly [string, string])[] => [
  ...together(of, pieces),
  ...pieces.map((piece): readonly [string, string] => [
    `${JSON.stringify(piece)} of ${of}, cut`,
    filled(piece.length > 1 ? piece.slice(0, -1) : piece),
  ]),
];

/** Lines that are almost what these patterns look for: whole, without their ends, and all in one line. */
function together(of: string, pieces: readonly string[]): readonly (readonly [string, string])[] {
  if (pieces.length === 0) return [];
  return [
    [`lines of ${of}`, filled(`${pieces.join('\n')}\n`)],
    [`lines of ${of}, cut`, filled(`${pieces.map((piece) => piece.slice(0, -1)).join('\n')}\n`)],
    [`one line of ${of}`, filled(pieces.map((piece) => piece.replaceAll('\n', ' ')).join(' '))],
  ];
}

function judgeOf(check: Check): ((text: string) => unknown) | undefined {
  const app = estate.apps.find(({ kind }) => check.apps.includes(kind));
  if (!app) return undefined;
  const context: CheckContext = contextOf(check, app, estate);
  const hosts = hostsOf(app);
  const [host] = hosts;
  const answer = (output: string) => ({ output, exitCode: 0, truncated: false, timedOut: false });
  switch (check.on) {
    case 'host':
      return host && ((text) => check.judge(answer(text), { ...context, host }));
    case 'cluster':
      return (text) =>
        check.judge(
          {
            hosts: hosts.map((each) => ({ host: each, answer: answer(text) })),
            database: {
              rows: [rowOf(text)],
              ranBetween: { from: new Date(), to: new Date() },
            },
          },
          context,
        );
    case 'page':
      return (text) =>
        check.judge({ kind: 'answered', status: 200, body: text, truncated: false, tookMs: 1 }, context);
    case 'database':
      return (text) => check.judge([rowOf(text), rowOf(text)], context);
    case 'person':
      return undefined;
    default:
      return check satisfies never;
  }
}

/** Whatever column a judge asks for holds the text. */
const rowOf = (text: string): Readonly<Record<string, string | null>> =>
  new Proxy({ value: text }, { get: () => text, has: () => true });

function hostsOf(app: App): readonly Host[] {
  const own = estate.hosts.filter(({ name }) => app.hosts.includes(name));
  return own.length > 0 ? own : estate.hosts.slice(0, 1);
}

/** Every app of the inspections on two hosts. */
function wholeEstate(): Estate {
  const ids = new Set(
    inspections.flatMap(({ apps }: Inspection) => apps.filter(({ runsOn }) => !runsOn).map(({ id }) => id)),
  );
  const apps = Object.fromEntries(
    [...ids].map((id, at) => [
      id,
      { hosts: [1, 2].map((no) => ({ name: `host-${at}-${no}`, address: `10.0.${at}.${no}` })) },
    ]),
  );
  return estateFrom(apps as Parameters<typeof estateFrom>[0], inspections);
}
