import type { Catalog } from '../catalog/catalog.ts';
import type { Command, Intent, Playbook, Words } from '../kit/index.ts';
import { nearest, words } from '../kit/index.ts';
import { decideChange, type Decision, identify } from '../policy/policy.ts';
import { sha256 } from '../runs/plan.ts';
import { type Ask, newRunId, type Person } from '../runs/run.ts';
import { helpFor } from './help.ts';
import { lookFor } from './look.ts';
import { type DeskParts, handOver } from './parts.ts';
import { pressed } from './press.ts';
import type { Arrival, Desk, Said } from './port.ts';

/** Takes what a person asked, decides, records, hands over: the same for Slack, the command line and, later, schedules and alerts. */
export function openDesk(parts: DeskParts): Desk {
  return {
    async ask(commandName, text, outside) {
      const arrival = known(parts, outside);
      const typed = commandName === undefined ? text.trim() : `${commandName} ${text}`.trim();
      const { command, rest } = commandOf(parts.catalog, typed);
      if (!command)
        return {
          kind: 'says',
          says: unknownCommand(parts.catalog, typed),
          instead: suggestions(parts.catalog, typed),
        };
      return carryOut(parts, command.read(rest, parts.estate), `/${command.name} ${rest}`.trim(), arrival);
    },
    press: (buttonId, outside) => pressed(parts, buttonId, known(parts, outside)),
  };
}

async function carryOut(parts: DeskParts, intent: Intent, typed: string, arrival: Arrival): Promise<Said> {
  switch (intent.kind) {
    case 'answer':
      return { kind: 'says', says: intent.says };
    case 'help':
      return { kind: 'help', help: helpFor(parts.catalog, parts.estate) };
    case 'inspect': {
      if (parts.systemsOf(intent.scope).length === 0) return { kind: 'says', says: NO_CHECK };
      const { ask, decision } = lookFor(parts, arrival.person, intent.scope);
      return start(parts, ask, decision, typed, arrival);
    }
    case 'change': {
      const decision = worst(intent.playbooks.map((playbook) => decideFor(parts, arrival.person, playbook)));
      return start(
        parts,
        { kind: 'change', playbooks: intent.playbooks.map(({ name }) => name), args: intent.args },
        decision,
        typed,
        arrival,
      );
    }
    default:
      return intent satisfies never;
  }
}

const NO_CHECK = words(
  'The manuals document no check for this. /fettle help lists what can be inspected.',
  '手册中没有针对该对象的检查项。可输入 /fettle help 查看可巡检的范围。',
);

const decideFor = (parts: DeskParts, person: Person, playbook: Playbook): Decision =>
  decideChange(parts.policy(), person, playbook.system, playbook.risk, playbook.irreversible !== undefined);

/** May the person ask for any of them? Which one applies is not known yet; a no to one is a no. */
const worst = (decisions: readonly Decision[]): Decision =>
  decisions.find(({ verdict }) => verdict === 'no') ?? decisions[0] ?? { verdict: 'run' };

/** Records the run, then hands it over. When the queue is away the run stays recorded and goes on by itself later. */
async function start(
  parts: DeskParts,
  ask: Ask,
  decision: Decision,
  typed: string,
  arrival: Arrival,
): Promise<Said> {
  const actor = arrival.person;
  if (decision.verdict === 'no') {
    await parts.audit.write({
      actor,
      action: 'ask',
      decision: 'no',
      reason: decision.because.en,
      facts: { typed, policy: parts.policy().version },
    });
    return { kind: 'says', says: decision.because };
  }
  const { run, created } = await parts.runs.create(
    {
      id: newRunId(),
      ask,
      state: 'queued',
      lang: arrival.lang,
      requestedBy: actor,
      origin: arrival.origin,
      typed,
      approvals: [],
      steps: [],
      buttons: [],
    },
    sha256(arrival.key),
    { actor, action: 'ask', decision: decision.verdict, facts: { typed, policy: parts.policy().version } },
  );
  if (created) await handOver(parts, run);
  return { kind: 'started', runId: run.id };
}

function commandOf(
  catalog: Catalog,
  typed: string,
): { readonly command: Command | undefined; readonly rest: string } {
  const [first = '', ...rest] = typed.replace(/^\//, '').split(/\s+/);
  const name = first.toLowerCase();
  if (name === '' || name === 'help' || name === '帮助')
    return { command: catalog.commands.get('fettle'), rest: 'help' };
  return { command: catalog.commands.get(name), rest: rest.join(' ') };
}

function unknownCommand(catalog: Catalog, typed: string): Words {
  const names = [...catalog.commands.keys()].map((name) => `/${name}`).join(', ');
  const word = typed.split(/\s+/)[0]?.slice(0, 40) ?? '';
  return words(
    `"${word}" is not a command. There are: ${names}.`,
    `没有“${word}”这个命令。可用命令：${names}。`,
  );
}

function suggestions(catalog: Catalog, typed: string): Extract<Said, { kind: 'says' }>['instead'] & object {
  const [first = '', ...rest] = typed.replace(/^\//, '').split(/\s+/);
  return nearest(first, [...catalog.commands.keys()], 2).map((name) => ({
    title: catalog.commands.get(name)?.title ?? words(name, name),
    command: `/${name} ${rest.join(' ')}`.trim(),
  }));
}

/** From here on the person is who policy says they are. */
function known(parts: DeskParts, arrival: Arrival): Arrival {
  const { person, origin } = arrival;
  return {
    ...arrival,
    person: identify(parts.policy(), origin.surface === 'slack' ? 'slack' : 'login', person.id, person.name),
  };
}
