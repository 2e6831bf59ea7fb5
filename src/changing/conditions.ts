import {
  type AskChecks,
  allGreen,
  type CheckAnswer,
  type CheckRef,
  type Condition,
  type Estate,
  type Hands,
  type Held,
  placeOf,
  sayAnswers,
  sentences,
  type Words,
  words,
} from '../kit/index.ts';
import type { RemoteExec } from '../kit/targets.ts';
import { lookFailed } from './changing.ts';
import { judgePage, seePage } from './page-seen.ts';

/** Everything by which conditions are looked at. */
export interface ConditionEyes {
  readonly estate: Estate;
  readonly exec: RemoteExec;
  readonly checks: AskChecks;
  /** Checks whose answers must be fresh: each host gets at most `QUORUM_SECONDS`. */
  readonly checksAtOnce: AskChecks;
  /** Checks that look at logs of the last seconds only. */
  readonly checksWithin: (seconds: number) => AskChecks;
  readonly containers: (condition: Extract<Condition, { kind: 'container' }>, since: Date) => Promise<Held>;
  /** The database's clock. */
  readonly now: () => Promise<Date>;
}

/** Seconds that an answer counts for a quorum. */
export const QUORUM_SECONDS = 10;

/** Looks at a condition now. What is not known does not hold, and the reason is said. */
export function holdsBy(eyes: ConditionEyes): Hands['holds'] {
  return async (condition, since, waitsSince) => {
    try {
      return await look(condition, { since, waitsSince }, eyes);
    } catch (error) {
      return { holds: false, says: lookFailed(error).says, evidence: '' };
    }
  };
}

interface Moments {
  readonly since: Date;
  readonly waitsSince: Date | undefined;
}

async function look(
  condition: Condition,
  { since, waitsSince }: Moments,
  eyes: ConditionEyes,
): Promise<Held> {
  switch (condition.kind) {
    case 'checks':
      return ofAnswers(await eyes.checks(condition.checks));
    case 'quorum':
      return quorum(condition, eyes);
    case 'at-least':
      return atLeast(condition, waitsSince, eyes);
    case 'page':
      return page(condition, eyes);
    case 'container':
      return eyes.containers(condition, since);
    default:
      return condition satisfies never;
  }
}

const ofAnswers = (answers: readonly CheckAnswer[]): Held => ({
  holds: allGreen(answers),
  says: sayAnswers(answers),
  evidence: evidenceOf(answers),
});

async function quorum(
  { needs, hosts, system, checks, unlessRed }: Extract<Condition, { kind: 'quorum' }>,
  eyes: ConditionEyes,
): Promise<Held> {
  // A host that is named twice counts once, and never for itself.
  const others = [...new Set(hosts)].filter((host) => host !== unlessRed);
  const asked = [...others, ...(unlessRed === undefined ? [] : [unlessRed])];
  const refs = asked.flatMap((host) => checks.map((check): CheckRef => ({ system, check, on: { host } })));
  const began = performance.now();
  const answers = await eyes.checksAtOnce(refs);
  const seconds = (performance.now() - began) / 1000;
  const evidence = evidenceOf(answers);
  const of = (host: string): readonly CheckAnswer[] =>
    answers.filter(({ ref: { on } }) => 'host' in on && on.host === host);
  if (seconds > QUORUM_SECONDS) return { holds: false, says: tooSlow(Math.ceil(seconds)), evidence };
  if (unlessRed !== undefined && of(unlessRed).some(({ state }) => state === 'critical'))
    return { holds: true, says: isRed(unlessRed), evidence };
  const well = others.filter((host) => allGreen(of(host)) && of(host).length >= checks.length);
  const bad = answers.filter(({ ref: { on } }) => 'host' in on && others.includes(on.host));
  const counted = count(well, needs, others.length);
  return well.length >= needs
    ? { holds: true, says: counted, evidence }
    : {
        holds: false,
        says: sentences(counted, sayAnswers(bad.filter(({ state }) => state !== 'ok'))),
        evidence,
      };
}

const count = (well: readonly string[], needs: number, of: number): Words => {
  const names = well.length === 0 ? words('', '') : words(` (${well.join(', ')})`, `（${well.join('、')}）`);
  return words(
    `${well.length} of ${of} hosts that must stay are well${names.en}; ${needs} are needed.`,
    `须保留的 ${of} 台主机中 ${well.length} 台正常${names.zh}，至少需要 ${needs} 台。`,
  );
};

const isRed = (host: string): Words =>
  words(
    `${host} is down itself: nothing is lost by touching it.`,
    `${host} 自身已故障，操作它不会造成更多影响。`,
  );

const tooSlow = (seconds: number): Words =>
  words(
    `The answers took ${seconds} s; what is older than ${QUORUM_SECONDS} s does not count.`,
    `核对用时 ${seconds} 秒，超过 ${QUORUM_SECONDS} 秒的结果不作数。`,
  );

/**
 * A line that was written before the wait began tells how it was before. Both spans end now, each measured by one clock: that of the
 * database, and that of the host.
 */
async function atLeast(
  { check: { system, check, app }, windowSeconds, parts }: Extract<Condition, { kind: 'at-least' }>,
  waitsSince: Date | undefined,
  eyes: ConditionEyes,
): Promise<Held> {
  const seconds = waitsSince && Math.floor(((await eyes.now()).getTime() - waitsSince.getTime()) / 1000);
  if (seconds !== undefined && seconds < 1) return { holds: false, says: TOO_EARLY, evidence: '' };
  const ask = seconds === undefined || seconds >= windowSeconds ? eyes.checks : eyes.checksWithin(seconds);
  const answers = await ask([{ system, check, on: { app } }]);
  const values = new Map(answers.flatMap((answer) => Object.entries(answer.values ?? {})));
  const seen = parts.map(({ part, value: least }) => ({ part, least, value: values.get(part) }));
  const says = seen.map(({ part, least, value }) => `${part} ${value ?? '?'} / ${least}`);
  const holds = seen.every(({ least, value }) => value !== undefined && value >= least);
  const compared = words(
    `${check} of ${app}, seen and needed: ${says.join(', ')}.`,
    `${app} ${check}，当前与所需：${says.join('、')}。`,
  );
  const unseen = seen.some(({ value }) => value === undefined);
  return {
    holds,
    says: unseen ? sentences(compared, sayAnswers(answers)) : compared,
    evidence: evidenceOf(answers),
  };
}

const TOO_EARLY = words('The wait has only just begun.', '等待刚刚开始。');

async function page(condition: Extract<Condition, { kind: 'page' }>, eyes: ConditionEyes): Promise<Held> {
  const { host, url } = condition;
  const seen = await seePage(host, url, eyes);
  const { holds, says } = judgePage(seen, condition);
  return {
    holds,
    says: words(`${url} as ${host} sees it: ${says.en}`, `从 ${host} 访问 ${url}：${says.zh}`),
    evidence: seen.kind === 'answered' ? seen.whole : seen.output,
  };
}

const evidenceOf = (answers: readonly CheckAnswer[]): string =>
  answers
    .map((answer) => `${placeOf(answer)} ${answer.ref.check}: ${answer.state}\n${answer.evidence}`)
    .join('\n');
