import { z } from 'zod';
import { type ClusterCheck, captureWhole, type Inspection, parseJson } from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import type { ClusterAnswer } from './inspect-cluster.ts';
import type { FromHost } from './inspect-host.ts';
import type { Named } from './fan-out.ts';

/** Answers of hosts as they travel from one worker to another. Checks travel by name. */
export const encodeAnswers =
  (inspections: readonly Inspection[]) =>
  (answers: readonly Named<FromHost>[]): string => {
    const names = new Map([...clusterChecks(inspections)].map(([name, check]) => [check, name]));
    return JSON.stringify(
      answers.map(({ name, answer }) => ({
        name,
        findings: answer.findings,
        fate: answer.fate,
        answers: answer.answers.map(({ check, answer: said, ...rest }) => ({
          ...rest,
          ...(said === undefined ? {} : { answer: { ...said, output: captureWhole(said.output) } }),
          check: names.get(check),
        })),
      })),
    );
  };

/** undefined when it was written by another version: a check that is not known here, or another form. */
export const decodeAnswers =
  (inspections: readonly Inspection[]) =>
  (body: string): readonly Named<FromHost>[] | undefined => {
    const checks = clusterChecks(inspections);
    const read = Travelling.safeParse(parseJson(body));
    if (!read.success) return undefined;
    const answers: Named<FromHost>[] = [];
    for (const { name, findings, fate, answers: ofClusters } of read.data) {
      const known = ofClusters.flatMap(({ check, ...rest }): readonly ClusterAnswer[] => {
        const found = checks.get(check);
        return found ? [{ ...rest, check: found }] : [];
      });
      if (known.length < ofClusters.length) return undefined;
      // Written by this program from a Finding: the tags are looked at, the rest is as it was.
      answers.push({
        name,
        answer: { findings: findings as unknown as readonly Finding[], answers: known, fate },
      });
    }
    return answers;
  };

const Text = z.object({ en: z.string(), zh: z.string() });
const Moment = z.iso.datetime().transform((iso) => new Date(iso));
const Travelling = z.array(
  z.object({
    name: z.string(),
    fate: z.enum(['answered', 'silent', 'ended', 'closed', 'not-asked']),
    findings: z.array(
      z.looseObject({
        system: z.string(),
        app: z.string(),
        check: z.string(),
        state: z.enum(['ok', 'warning', 'critical', 'unknown']),
        says: Text,
        rows: z.array(z.string()),
        evidence: z.string(),
      }),
    ),
    answers: z.array(
      z.object({
        check: z.string(),
        command: z.string(),
        host: z.object({
          name: z.string(),
          app: z.string(),
          site: z.string(),
          address: z.string(),
          port: z.number(),
        }),
        answer: z
          .object({
            exitCode: z.number().nullable(),
            output: z.string(),
            truncated: z.boolean(),
            linesOnly: z.literal(true).exactOptional(),
            timedOut: z.boolean(),
          })
          .exactOptional(),
        ranBetween: z.object({ from: Moment, to: Moment }).exactOptional(),
      }),
    ),
  }),
);

const clusterChecks = (inspections: readonly Inspection[]): ReadonlyMap<string, ClusterCheck> =>
  new Map(
    inspections.flatMap(({ system, checks }) =>
      checks.flatMap((check) =>
        check.on === 'cluster' ? [[`${system.id} ${check.id}`, check] as const] : [],
      ),
    ),
  );
