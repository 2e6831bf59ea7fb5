import { z } from 'zod';
import { problemsOf, showProblem } from '../config/problems.ts';
import { readYaml } from '../config/yaml.ts';
import { whatOfPlaybook } from '../policy/about-change.ts';
import { readMoment } from '../policy/calendar.ts';
import { decide } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import { type Decision, DOES, DOORS, type Place, type Question, type What } from '../policy/question.ts';
import { type Estate, hostNamed, type Playbook, RISKS } from '../kit/index.ts';
import { groundsOf, type Person } from '../runs/run.ts';

const text = z.string({ error: 'write a text' });
const list = z.union([text.transform((one) => [one]), z.array(text)], {
  error: 'write a name, or a list of names',
});

/** A question as people write it: in a case of a file, or as words of `fettle policy explain`. */
export const Asked = z.strictObject({
  /** A key of policy.yaml, or the Slack id of somebody it does not name. */
  who: text,
  does: z.enum(DOES, { error: `write ${DOES.join(', ')}` }),
  /** A playbook, or a risk. */
  what: text.optional(),
  undo: z.enum(['can', 'cannot', 'nothing'], { error: 'write can, cannot or nothing' }).optional(),
  /** Systems, sites, apps and hosts. */
  where: list.optional(),
  /** A day and a time of the estate's clocks; now unless given. */
  at: text.optional(),
  by: z.enum(DOORS, { error: `write ${DOORS.join(', ')}` }).optional(),
  requester: text.optional(),
  approved: list.optional(),
  typed: z.boolean({ error: 'write true or false' }).optional(),
  ticket: text.optional(),
  reason: text.optional(),
  emergency: text.optional(),
  when: z.literal('window', { error: 'write window' }).optional(),
});
export type Asked = z.infer<typeof Asked>;

const Case = Asked.extend({
  case: text.optional(),
  expect: z.enum(['run', 'ask', 'no'], { error: 'write run, ask or no' }),
  rule: text.optional(),
  /** Part of the sentence, in either language. */
  says: text.optional(),
});
const Cases = z.array(Case, { error: 'write a list of cases' }).min(1, 'write at least one case');

/** Against which the names of a question are read. */
export interface Around {
  readonly policy: Policy;
  /** Absent where inventory.yaml cannot be read: then only systems can be named. */
  readonly estate: Pick<Estate, 'systems' | 'apps' | 'hosts'> | undefined;
  readonly playbooks: ReadonlyMap<
    string,
    Pick<Playbook, 'name' | 'system' | 'risk' | 'irreversible' | 'nothingToPutBack'>
  >;
  readonly systems: readonly string[];
  readonly now: Date;
}

export type Read<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly problems: readonly string[] };

/** The question, or every name in it that means nothing. */
export function questionOf(asked: Asked, around: Around): Read<{ readonly question: Question }> {
  const { policy, playbooks, now } = around;
  const playbook = asked.what === undefined ? undefined : playbooks.get(asked.what);
  const what = asked.what === undefined ? undefined : whatOf(asked, playbook);
  const places = (asked.where ?? []).map((name) => placeOf(name, around));
  const at = asked.at === undefined ? now : readMoment(asked.at, policy.timeZone ?? 'UTC');
  const people = [asked.who, asked.requester, ...(asked.approved ?? [])].flatMap((key) =>
    key === undefined || personOf(key, policy) ? [] : [key],
  );
  const named = places.flatMap((place) => (place ? [place] : []));
  const systems = [...new Set(playbook ? [playbook.system] : named.flatMap(({ system }) => system ?? []))];
  const problems = [
    ...people.map(
      (key) => `${key} is nobody of policy.yaml; name a key of people, or slack:U… for somebody else`,
    ),
    ...(asked.what !== undefined && !what
      ? [`${asked.what} is no playbook and no risk; write a playbook or ${RISKS.join(', ')}`]
      : []),
    ...(asked.where ?? [])
      .filter((_, index) => !places[index])
      .map((name) => `${name} is no system, site, app or host`),
    ...(at ? [] : [`${asked.at ?? ''} is no time; write 2026-10-01 10:30`]),
    ...(asked.does !== 'audit' && asked.does !== 'readonly' && systems.length === 0
      ? ['say where: a system, a site, an app or a host']
      : []),
  ];
  const who = personOf(asked.who, policy);
  if (problems.length > 0 || !at || !who) return { ok: false, problems };
  const requester = asked.requester === undefined ? undefined : personOf(asked.requester, policy);
  const where = named.filter(({ site, app, host }) => site ?? app ?? host);
  return {
    ok: true,
    question: {
      who,
      does: asked.does,
      ...(what ? { what } : {}),
      systems,
      ...(where.length > 0 ? { where } : {}),
      by: asked.by ?? 'command',
      ...(requester ? { requester } : {}),
      approved: (asked.approved ?? []).flatMap((key) => {
        const person = personOf(key, policy);
        return person ? [{ ...person, isTyped: asked.typed ?? false }] : [];
      }),
      at,
      ...groundsOf(asked),
    },
  };
}

function whatOf(
  { what = '', undo = 'can' }: Asked,
  playbook: Parameters<typeof whatOfPlaybook>[0] | undefined,
): What | undefined {
  if (playbook) return whatOfPlaybook(playbook);
  const risk = RISKS.find((each) => each === what);
  return risk && { playbook: '', risk, undo };
}

function personOf(key: string, policy: Policy): Person | undefined {
  const known = policy.people.find((person) => person.key === key || person.name === key);
  if (known) return { id: known.key, name: known.name };
  return /^(slack|login):\S+$/.test(key) ? { id: key, name: key } : undefined;
}

/** Of a site alone, no system: the playbook has one. */
function placeOf(name: string, { estate, systems }: Around): Place | undefined {
  const system = systems.find((each) => each.toLowerCase() === name.toLowerCase());
  if (system !== undefined) return { system };
  const host = estate && hostNamed(estate, name);
  if (host) {
    const app = estate?.apps.find(({ id }) => id === host.app);
    return { site: host.site, app: host.app, host: host.name, ...(app ? { system: app.system } : {}) };
  }
  const app = estate?.apps.find(({ id }) => id === name);
  if (app) return { app: app.id, system: app.system };
  return estate?.hosts.some(({ site }) => site === name) ? { site: name } : undefined;
}

/** One case of a file and what policy says to it. */
export interface Tried {
  readonly title: string;
  readonly decision: Decision | undefined;
  /** How it differs from what was expected; empty when it does not. */
  readonly differs: readonly string[];
}

/** Every case of a file tried, or everything that is wrong with the file. */
export function tryCases(
  file: string,
  yaml: string,
  around: Around,
): Read<{ readonly tried: readonly Tried[] }> {
  const data = readYaml(file, yaml);
  if (!data.ok) return { ok: false, problems: data.problems.map(showProblem) };
  const read = Cases.safeParse(data.data, { reportInput: true });
  if (!read.success) return { ok: false, problems: problemsOf(file, read.error).map(showProblem) };
  return { ok: true, tried: read.data.map((each, index) => tryCase(each, index, around)) };
}

function tryCase(
  { case: title, expect, rule, says, ...asked }: z.infer<typeof Case>,
  index: number,
  around: Around,
): Tried {
  const name = title ?? `case ${index + 1}: ${asked.who} ${asked.does} ${asked.what ?? ''}`.trim();
  const read = questionOf(asked, around);
  if (!read.ok) return { title: name, decision: undefined, differs: read.problems };
  const decision = decide(around.policy, read.question);
  const { en, zh } = decision.because;
  return {
    title: name,
    decision,
    differs: [
      ...(decision.verdict === expect ? [] : [`expected ${expect}, policy says ${decision.verdict}`]),
      ...(rule === undefined || rule === decision.rule
        ? []
        : [`expected the rule ${rule}, it is ${decision.rule}`]),
      ...(says === undefined || en.includes(says) || zh.includes(says) ? [] : [`does not say "${says}"`]),
    ],
  };
}

/** `no · night-window`, then the sentence. */
export function decisionText(decision: Decision): string {
  const { verdict, rule, because } = decision;
  const opens = verdict === 'no' && decision.opens ? [`opens ${decision.opens.toISOString()}`] : [];
  const until = verdict === 'ask' ? [`may be confirmed until ${decision.until.toISOString()}`] : [];
  const typed =
    verdict !== 'no' && decision.isTyped === true ? ['the name of what is changed must be typed'] : [];
  return [[verdict, rule, ...opens, ...until, ...typed].join(' · '), because.en, because.zh].join('\n');
}
