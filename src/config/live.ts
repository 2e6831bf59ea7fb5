import { createHash } from 'node:crypto';
import type { Policy } from '../policy/policy.ts';
import { exposuresOf, refusedExposures } from './exposures.ts';
import type { Inventory } from './inventory.ts';
import { type Config, type Definitions, type FileText, inventoryFrom, policyFrom, readText } from './load.ts';
import type { Problem } from './problems.ts';
import type { RoleNeeds } from './role-needs.ts';

/** policy.yaml as it stands in the folder: which version is in force here, and since when the file says so. */
export interface PolicyFileFacts {
  readonly version: string;
  readonly modifiedAt: Date;
  /** Account that owns the file. */
  readonly owner: number | undefined;
}

/** The configuration as its files say it now. A version with mistakes is refused whole; the one before stays in force. */
export interface LiveConfig {
  readonly policy: () => Policy;
  readonly inventory: () => Inventory;
  readonly policyFile: () => PolicyFileFacts;
  /** Why the newest files are not in force; empty when they are. */
  readonly problems: () => readonly Problem[];
  /** Looks at the files. A text counts when it was the same the look before: half a file that is being written is not judged. */
  readonly look: () => Promise<void>;
  /** Looks, and counts what is there now. */
  readonly lookNow: () => Promise<void>;
}

export interface LiveOptions extends Definitions {
  readonly folder: string;
  readonly roles: RoleNeeds;
  readonly first: Config;
  readonly onPolicy: (before: Policy, now: Policy) => void;
  readonly onInventory: (now: Inventory) => void;
  /** Called once for each version that is refused. */
  readonly onRefused: (problems: readonly Problem[]) => void;
}

/** The configuration in force, and the texts that it was read from. */
interface InForce {
  readonly inventory: Inventory;
  readonly policy: Policy;
  readonly texts: Config['texts'];
  readonly problems: readonly Problem[];
}

interface Files {
  readonly inventory: FileText;
  readonly policy: FileText;
}

export function openLiveConfig(options: LiveOptions): LiveConfig {
  const { folder, first } = options;
  const { FETTLE_INVENTORY, FETTLE_POLICY } = first.env;
  let inForce: InForce = { ...first, problems: [] };
  let file: PolicyFileFacts = {
    version: first.policy.version,
    modifiedAt: first.policyModifiedAt,
    owner: undefined,
  };
  let seen = '';
  let judged = fingerprint(first.texts);

  async function look(isSettled: boolean): Promise<void> {
    const files: Files = {
      inventory: await readText(folder, FETTLE_INVENTORY, 'inventory.example.yaml'),
      policy: await readText(folder, FETTLE_POLICY, 'policy.example.yaml'),
    };
    const now = fingerprint({ inventory: textIn(files.inventory), policy: textIn(files.policy) });
    const isStill = isSettled || now === seen;
    seen = now;
    if (!isStill) return;
    if (now !== judged) {
      const before = inForce;
      inForce = await judge(files, before, options);
      judged = now;
      if (inForce.policy !== before.policy) options.onPolicy(before.policy, inForce.policy);
      if (inForce.inventory !== before.inventory) options.onInventory(inForce.inventory);
      if (inForce.problems.length > 0) options.onRefused(inForce.problems);
    }
    // Also when only its time has changed: that is how an earlier text is made the newest again.
    if (files.policy.ok && files.policy.text === inForce.texts.policy)
      file = {
        version: inForce.policy.version,
        modifiedAt: files.policy.modifiedAt,
        owner: files.policy.owner,
      };
  }

  let looking = Promise.resolve();
  const queued = (isSettled: boolean): Promise<void> => {
    looking = looking.catch(() => undefined).then(() => look(isSettled));
    return looking;
  };
  return {
    policy: () => inForce.policy,
    inventory: () => inForce.inventory,
    policyFile: () => file,
    problems: () => inForce.problems,
    look: () => queued(false),
    lookNow: () => queued(true),
  };
}

/**
 * Each file counts by itself as far as the two go together: a mistake in the inventory does not keep a right from being taken away.
 * Where a good inventory and the policy disagree (a policy too open for production), the inventory is the one that waits.
 */
async function judge(files: Files, before: InForce, options: LiveOptions): Promise<InForce> {
  const { env } = options.first;
  const against = (text: Parameters<typeof policyFrom>[0], inventory: Inventory) =>
    policyFrom(text, inventory, { ...options, teams: env.SLACK_TEAMS });
  const wanted = await inventoryOf(files.inventory, before, options);
  const inventory = wanted.ok ? wanted.inventory : before.inventory;
  const problems = wanted.ok ? [] : wanted.problems;
  const together = against(files.policy, inventory);
  if (together.ok) return inForceOf(before, files, inventory, together.policy, problems);
  const alone = against(files.policy, before.inventory);
  if (alone.ok) return inForceOf(before, files, before.inventory, alone.policy, together.problems);
  const kept = against({ ok: true, file: env.FETTLE_POLICY, text: before.texts.policy }, inventory);
  return inForceOf(before, files, kept.ok ? inventory : before.inventory, before.policy, [
    ...problems,
    ...together.problems,
  ]);
}

/** The inventory of the file, with what production asks of the environment. One that says the same is the one before. */
async function inventoryOf(
  text: FileText,
  before: InForce,
  { known, fixes, folder, roles, first: { env } }: LiveOptions,
): Promise<ReturnType<typeof inventoryFrom>> {
  if (text.ok && text.text === before.texts.inventory) return { ok: true, inventory: before.inventory };
  const read = inventoryFrom(text, { known, ...(fixes ? { fixes } : {}) });
  if (!read.ok) return read;
  const { estate } = read.inventory;
  const open = refusedExposures(await exposuresOf(env, estate, folder, roles), env, estate.environment);
  return open.length > 0 ? { ok: false, problems: open } : read;
}

function inForceOf(
  before: InForce,
  files: Files,
  inventory: Inventory,
  policy: Policy,
  problems: readonly Problem[],
): InForce {
  const textOf = (file: FileText, isTaken: boolean, kept: string): string =>
    isTaken && file.ok ? file.text : kept;
  const isPolicyTaken = policy !== before.policy;
  return {
    inventory,
    // A text that says the same in other words is the same policy.
    policy: policy.version === before.policy.version ? before.policy : policy,
    texts: {
      inventory: textOf(files.inventory, inventory !== before.inventory, before.texts.inventory),
      policy: textOf(files.policy, isPolicyTaken, before.texts.policy),
    },
    problems,
  };
}

const textIn = (file: FileText): string | undefined => (file.ok ? file.text : undefined);

const fingerprint = ({
  inventory,
  policy,
}: Readonly<Record<keyof Config['texts'], string | undefined>>): string =>
  createHash('sha256')
    .update(JSON.stringify([inventory ?? null, policy ?? null]))
    .digest('hex');
