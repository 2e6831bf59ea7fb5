import os from 'node:os';
import { checkPolicy, type Config } from '../config/load.ts';
import { showProblem } from '../config/problems.ts';
import { cautions, decideAudit, identify, type Policy } from '../policy/policy.ts';
import type { AuditLog } from '../runs/ports.ts';
import type { Diagnosis } from './doctor/diagnosis.ts';

/** Why whoever sits at this machine may not read the audit chain; recorded. undefined when they may. */
export async function refusalToAudit(
  policy: Policy,
  audit: Pick<AuditLog, 'write'>,
): Promise<string | undefined> {
  const { username } = os.userInfo();
  const actor = identify(policy, 'login', username, username);
  const decision = decideAudit(policy, actor);
  if (decision.verdict !== 'no') return undefined;
  await audit.write({ actor, action: 'audit verify', decision: 'no', reason: decision.because.en });
  return `${decision.because.en} You are here as the login ${username}.`;
}

/** `fettle policy check`: the file alone, with every mistake, and what is worth a look. Needs no server. */
export async function sayPolicy(
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
