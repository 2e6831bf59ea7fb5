import { type Words, words } from './kit/index.ts';
import type { Log } from './log.ts';
import type { PolicyRegister } from './runs/ports.ts';

/** Whether this process goes by the newest version of policy.yaml that any process knows. */
export interface PolicyStanding {
  /** Asks the store, and tells it what is in force here: why this process may change nothing now, undefined when it may. */
  readonly outdated: () => Promise<Words | undefined>;
  /** The last answer, for /readyz. */
  readonly note: () => string | undefined;
}

export function openPolicyStanding(
  register: PolicyRegister,
  policyFile: () => Parameters<PolicyRegister['register']>[0],
  owner: string,
  log: Pick<Log, 'warn' | 'info'>,
): PolicyStanding {
  let behind: string | undefined;
  return {
    async outdated() {
      const mine = policyFile();
      const { newest, modifiedAt } = await register.register(mine, owner);
      const now = newest === mine.version ? undefined : newest;
      if (now !== undefined && now !== behind)
        log.warn(
          { policy: mine.version, newest: now, modifiedAt },
          'policy.yaml here is older than the newest; no change is performed until they are the same',
        );
      if (now === undefined && behind !== undefined)
        log.info({ policy: mine.version }, 'policy.yaml here is the newest again');
      behind = now;
      return now === undefined ? undefined : OLDER;
    },
    note: () =>
      behind === undefined
        ? undefined
        : `policy.yaml here is version ${policyFile().version}, the newest is ${behind}; no change is performed. Bring the files together, or touch the one that is to count`,
  };
}

const OLDER = words(
  'This process has an older policy; try again in a moment. If it stays so, the owner of policy.yaml has to make the files the same.',
  '当前进程使用的策略版本较旧，请稍后重试。若持续如此，请 policy.yaml 的维护人统一各处的文件。',
);
