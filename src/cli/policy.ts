import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { checkPolicy, type Config, type Definitions, systemsHere, systemsOf } from '../config/load.ts';
import { showProblem } from '../config/problems.ts';
import { RISKS } from '../kit/index.ts';
import { cautions } from '../policy/cautions.ts';
import { decide } from '../policy/decide.ts';
import { identify, type Policy } from '../policy/policy.ts';
import type { AuditLog } from '../runs/ports.ts';
import type { Diagnosis } from './doctor/diagnosis.ts';
import { type Around, Asked, decisionText, questionOf, tryCases } from './policy-cases.ts';

/** Why whoever sits at this machine may not read the audit chain; recorded. undefined when they may. */
export async function refusalToAudit(
  policy: Policy,
  audit: Pick<AuditLog, 'write'>,
): Promise<string | undefined> {
  const { username } = os.userInfo();
  const actor = identify(policy, 'login', username, username);
  const decision = decide(policy, { who: actor, does: 'audit', systems: [], by: 'cli', at: new Date() });
  if (decision.verdict !== 'no') return undefined;
  await audit.write({ actor, action: 'audit verify', decision: 'no', reason: decision.because.en });
  return `${decision.because.en} You are here as the login ${username}.`;
}

/** `fettle policy check`: the file alone, with every mistake, and what is worth a look. Needs no server. */
async function sayPolicy(
  ...given: Parameters<typeof checkPolicy>
): Promise<{ readonly text: string; readonly code: number }> {
  const { file, read } = await checkPolicy(...given);
  if (!read.ok) return { text: read.problems.map(showProblem).join('\n'), code: 1 };
  const { policy } = read;
  return {
    text: [
      `${file} is in order: version ${policy.version}, ${policy.people.length} people, ${Object.keys(policy.roles).length} roles.`,
      ...cautions(policy).map((says) => `worth a look: ${says}`),
    ].join('\n'),
    code: 0,
  };
}

interface Said {
  readonly text: string;
  readonly code: number;
}

/** `fettle policy check | explain … | test …`: by the files of the configuration alone. undefined: not understood. */
export async function policyVerb(
  [verb = '', ...words]: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  definitions: Definitions & { readonly playbooks: Around['playbooks'] },
): Promise<Said | undefined> {
  switch (verb) {
    case 'check':
      return words.length === 0 ? sayPolicy(folder, environment, definitions) : undefined;
    case 'explain':
    case 'test': {
      const { read, estate } = await checkPolicy(folder, environment, definitions);
      if (!read.ok) return { text: read.problems.map(showProblem).join('\n'), code: 1 };
      const around: Around = {
        policy: read.policy,
        estate,
        playbooks: definitions.playbooks,
        systems: systemsHere(definitions.known, estate ? systemsOf(estate) : []),
        now: new Date(),
      };
      return verb === 'explain' ? explain(words, around) : test(words, around);
    }
    default:
      return undefined;
  }
}

/** `lin change release-locks DEPS at="2026-10-01 10:30"`: the first words are who and what they do, words with `=` the rest. */
export function explain(given: readonly string[], around: Around): Said {
  const isNamed = (word: string): boolean => /^[a-z]+=/.test(word);
  const plain = given.filter((word) => !isNamed(word));
  const named = given.filter(isNamed).map(splitAt);
  const [who, does, ...rest] = plain;
  const isWhat = (word: string): boolean => around.playbooks.has(word) || RISKS.some((risk) => risk === word);
  const what = rest.find(isWhat);
  const where = rest.filter((word) => word !== what);
  const read = Asked.safeParse({
    ...(who === undefined ? {} : { who }),
    ...(does === undefined ? {} : { does }),
    ...(what === undefined ? {} : { what }),
    ...(where.length > 0 ? { where } : {}),
    ...Object.fromEntries(
      named.map(([name, value]) => [
        name,
        name === 'approved' || name === 'where'
          ? value.split(',')
          : name === 'typed'
            ? value === 'true'
            : value,
      ]),
    ),
  });
  if (!read.success)
    return {
      text: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
      code: 2,
    };
  const question = questionOf(read.data, around);
  if (!question.ok) return { text: question.problems.join('\n'), code: 2 };
  return { text: decisionText(decide(around.policy, question.question)), code: 0 };
}

function splitAt(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

async function test(words: readonly string[], around: Around): Promise<Said | undefined> {
  const [file] = words;
  if (file === undefined || words.length > 1) return undefined;
  const yaml = await readFile(file, 'utf8').catch(() => undefined);
  if (yaml === undefined) return { text: `${file} cannot be read`, code: 1 };
  return sayCases(file, yaml, around);
}

/** A line for each case; those that differ with what policy says. */
function sayCases(file: string, yaml: string, around: Around): Said {
  const read = tryCases(file, yaml, around);
  if (!read.ok) return { text: read.problems.join('\n'), code: 1 };
  const wrong = read.tried.filter(({ differs }) => differs.length > 0);
  const lines = read.tried.flatMap(({ title, decision, differs }) =>
    differs.length === 0
      ? [`ok    ${title}`]
      : [
          `WRONG ${title}`,
          ...differs.map((each) => `      ${each}`),
          ...(decision
            ? decisionText(decision)
                .split('\n')
                .map((line) => `      ${line}`)
            : []),
        ],
  );
  return {
    text: [...lines, `${read.tried.length} cases, ${wrong.length} answered otherwise than expected.`].join(
      '\n',
    ),
    code: wrong.length > 0 ? 1 : 0,
  };
}

/** Exceptions in force, and remarks about the policy. How the keys of approvals lie is told with those keys. */
export function diagnoseConfig({ env, exposures, inventory, policy }: Config): readonly Diagnosis[] {
  const isProduction = inventory.estate.environment === 'production';
  return [
    ...exposures
      .filter(({ path }) => !path.startsWith('FETTLE_GRANT_'))
      .map(({ name, path, says }) => ({
        name: `${isProduction ? 'exception' : 'open'} ${name} (${path})`,
        ok: true,
        says: `${says}${isProduction ? '' : '. Production refuses this'}`,
      })),
    ...env.FETTLE_ALLOW.filter((name) => !exposures.some((each) => each.name === name)).map((name) => ({
      name: `exception ${name}`,
      ok: true,
      says: 'is named in FETTLE_ALLOW and not needed; remove it',
    })),
    ...cautions(policy).map((says) => ({ name: 'policy', ok: true, says })),
  ];
}
