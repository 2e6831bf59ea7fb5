import {
  type AskChecks,
  allGreen,
  type CheckAnswer,
  type CheckRef,
  type Condition,
  type Estate,
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
  readonly containers: (condition: Extract<Condition, { kind: 'container' }>, since: Date) => Promise<Held>;
}

/** Seconds that an answer counts for a quorum. */
export const QUORUM_SECONDS = 10;

/** Looks at a condition now. What is not known does not hold, and the reason is said. */
export function holdsBy(eyes: ConditionEyes): (condition: Condition, since: Date) => Promise<Held> {
  return async (condition, since) => {
    try {
      return await look(condition, since, eyes);
    } catch (error) {
      return { holds: false, says: lookFailed(error).says, evidence: '' };
    }
  };
}

async function look(condition: Condition, since: Date, eyes: ConditionEyes): Promise<Held> {
  switch (condition.kind) {
    case 'checks':
      return ofAnswers(await eyes.checks(condition.checks));
    case 'quorum':
      return quorum(condition, eyes);
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
