import type { Catalog } from '../catalog/catalog.ts';
import type { Command, FormAbout, Intent, Playbook, Words } from '../kit/index.ts';
import { nearest, sentences, words } from '../kit/index.ts';
import { NOTHING_ALLOWED } from '../policy/anything.ts';
import { identify } from '../policy/policy.ts';
import { type Decision, no } from '../policy/question.ts';
import { type Ask, groundsOf, type Person } from '../runs/run.ts';
import { mayEnter, turnedAway } from './at-door.ts';
import { begin } from './begin.ts';
import { decideFor, mayAskFor } from './decide-change.ts';
import { filledCommand, formOf, offered } from './forms.ts';
import { namedGrounds, withoutEmergency } from './grounds.ts';
import { helpFor } from './help.ts';
import { historyFor } from './history.ts';
import { lately } from './home.ts';
import { visibleScope, NO_CHECK } from './visible-scope.ts';
import type { DeskDeps } from './deps.ts';
import { openPlaces } from './places.ts';
import { playbookList, playbooksSeenBy } from './playbooks.ts';
import { fillButton, pressButton } from './press-button.ts';
import { carryOutWish } from './schedules.ts';
import { turnReadOnly } from './read-only.ts';
import type { Arrival, Desk, Reply, ShownForm } from './port.ts';
import { refused } from './refuse.ts';
import { estateSeenBy } from './seen-estate.ts';
import { statusFor } from './status.ts';
import { strictest } from './strictest.ts';
import { MOST_SEARCHED, tooLong, tooMuchFilled } from './typed-length.ts';

/** Takes what a person asked, decides, records, hands over: the same for Slack, the command line and, later, schedules and alerts. */
export function openDesk(deps: DeskDeps): Desk {
  const places = openPlaces(deps);
  const ask: Desk['ask'] = async (commandName, text, outside) => {
    const long = tooLong(text, commandName === undefined ? 'message' : 'command');
    if (long) return { kind: 'says', says: long };
    return answered(commandName, text, outside);
  };
  const answered: Desk['ask'] = async (commandName, text, outside) => {
    const arrival = known(deps, outside);
    const typed = commandName === undefined ? text.trim() : `${commandName} ${text}`.trim();
    const away = await turnedAway(deps, arrival, typed);
    if (away) return { kind: 'says', says: away };
    const { command, rest } = commandOf(deps.catalog, typed);
    if (!command)
      return {
        kind: 'says',
        says: unknownCommand(deps.catalog, typed),
        instead: suggestions(deps.catalog, typed),
      };
    return carryOut(deps, command, rest, arrival);
  };
  return {
    ask,
    async press(buttonId, outside, shown, drawn) {
      const arrival = known(deps, outside);
      const away = await turnedAway(deps, arrival, 'a button');
      return away ? { kind: 'says', says: away } : pressButton(deps, buttonId, arrival, shown, drawn);
    },
    async offer(of, field, typed, outside) {
      const arrival = known(deps, outside);
      const isAnswered = typed.length <= MOST_SEARCHED && mayEnter(deps, arrival.person);
      return isAnswered ? offered(deps, places, of, field, typed, arrival) : { options: [], all: 0 };
    },
    async home(outside) {
      const arrival = known(deps, outside);
      if (!mayEnter(deps, arrival.person)) return { kind: 'says', says: NOTHING_ALLOWED };
      return { kind: 'home', ...(await lately(deps, arrival)), help: helpFor(deps, arrival.person) };
    },
    async fill(of, values, outside) {
      const much = tooMuchFilled(values);
      const says = much ?? (await turnedAway(deps, known(deps, outside), 'a form'));
      if (says) return { kind: 'says', says };
      switch (of.kind) {
        case 'command':
          // Choices from menus come to more words than one types.
          return filledCommand(deps, answered, of, values, outside);
        case 'button':
          return fillButton(deps, of, values, known(deps, outside));
        default:
          return of satisfies never;
      }
    },
  };
}

async function carryOut(deps: DeskDeps, command: Command, text: string, arrival: Arrival): Promise<Reply> {
  const intent = read(deps, command, text, arrival.person);
  const typed = `/${command.name} ${text}`.trim();
  switch (intent.kind) {
    case 'answer':
      return answerWith(deps, command, intent, typed, text, arrival);
    case 'playbooks':
      return playbookList(deps, arrival.person, intent.names);
    case 'help':
      return { kind: 'help', help: helpFor(deps, arrival.person) };
    case 'inspect': {
      if (deps.systemsOf(intent.scope).length === 0) return { kind: 'says', says: NO_CHECK };
      const { ask, decision } = visibleScope(deps, arrival.person, intent.scope);
      return start(deps, ask, decision, typed, arrival);
    }
    case 'history':
      return historyFor(deps, intent, typed, arrival);
    case 'change': {
      const { kind, playbooks, args } = intent;
      const grounds = groundsOf({ ...namedGrounds(text), ...groundsOf(intent) });
      const now = await deps.now();
      const decision = decideAll(deps, playbooks, (playbook) =>
        decideFor(deps, arrival, playbook, grounds, now),
      );
      return start(deps, { kind, playbooks, args, ...grounds }, decision, typed, arrival, { playbooks });
    }
    case 'status':
      return statusFor(deps, arrival);
    case 'readonly':
      return turnReadOnly(deps, intent, typed, arrival);
    case 'schedule':
      return carryOutWish(deps, intent.wish, arrival);
    default:
      return intent satisfies never;
  }
}

/** Answers words that are not understood from what the person may look at: no name of anything else is offered. */
function read(deps: DeskDeps, command: Command, text: string, person: Person): Intent {
  const { estate, catalog } = deps;
  const bare = withoutEmergency(text);
  if (bare !== text) {
    const intent = command.read(bare, { estate, catalog });
    if (intent.kind === 'change') return intent;
  }
  const intent = command.read(text, { estate, catalog });
  if (intent.kind !== 'answer' && intent.kind !== 'playbooks') return intent;
  const playbooks = playbooksSeenBy(deps, person);
  return command.read(text, { estate: estateSeenBy(deps, person), catalog: { playbooks } });
}

/** What to type, with the form that asks for it; a form of what the person may not run is not opened. */
async function answerWith(
  deps: DeskDeps,
  { name }: Command,
  { says, form }: Extract<Intent, { kind: 'answer' }>,
  typed: string,
  text: string,
  arrival: Arrival,
): Promise<Reply> {
  if (form === undefined) return { kind: 'says', says };
  if (form === true) return { kind: 'says', says, ...shownForm(deps, name, undefined, text) };
  const decision = decideAll(deps, [form.topic], (playbook) => mayAskFor(deps, arrival.person, playbook));
  return decision.verdict === 'no'
    ? refused(deps, arrival.person, typed, decision.because)
    : { kind: 'says', says, ...shownForm(deps, name, form, text) };
}

function shownForm(
  deps: DeskDeps,
  name: string,
  about: FormAbout | undefined,
  text: string,
): { readonly form?: ShownForm } {
  const of = { kind: 'command', name, ...(about ? { topic: about.topic } : {}) } as const;
  const form = formOf(deps, of);
  if (!form) return {};
  if (!about) return { form: { of, form } };
  const says = about.note ? sentences(about.note, form.says ?? words('', '')) : form.says;
  return {
    form: { of, form: { ...form, ...(says ? { says } : {}) }, begins: about.begins, typed: asking(text) },
  };
}

/** The question mark asks for the form, whatever else was typed. */
function asking(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s?\uff1f]/u.test(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end)} ?`;
}

/** All of these must be allowed; one that is not known here is not. */
const decideAll = (
  { catalog }: Pick<DeskDeps, 'catalog'>,
  names: readonly string[],
  decisionOn: (playbook: Playbook) => Decision,
): Decision =>
  strictest(
    names.map((name) => {
      const playbook = catalog.playbooks.get(name);
      return playbook ? decisionOn(playbook) : NO_PLAYBOOK;
    }),
  );

const NO_PLAYBOOK = no(
  'unknown change',
  'This playbook is not known here any more. Nothing was done.',
  '此预案已不存在。未做任何操作。',
);

/** Begins the run, or says why not and writes that down. */
async function start(
  deps: DeskDeps,
  ask: Ask,
  decision: Decision,
  typed: string,
  arrival: Arrival,
  about: Readonly<Record<string, unknown>> = {},
): Promise<Reply> {
  const actor = arrival.person;
  if (decision.verdict === 'no') return refused(deps, actor, typed, decision.because);
  const facts = {
    typed,
    policy: deps.policy().version,
    rule: decision.rule,
    ...about,
    ...groundsFacts(ask),
  };
  const begun = await begin(
    deps,
    {
      ask,
      typed,
      lang: arrival.lang,
      key: arrival.key,
      audit: { action: 'ask', decision: decision.verdict, facts },
    },
    arrival,
  );
  return begun.kind === 'begun' ? { kind: 'started', runId: begun.run.id } : begun;
}

/** Of an emergency without a ticket: that one has to follow. */
const groundsFacts = (ask: Ask): Readonly<Record<string, unknown>> =>
  ask.kind === 'inspect'
    ? {}
    : {
        ...groundsOf(ask),
        ...(ask.emergency !== undefined && ask.ticket === undefined ? { followUp: 'ticket' } : {}),
      };

function commandOf(
  catalog: Catalog,
  typed: string,
): { readonly command: Command | undefined; readonly rest: string } {
  const [, first = '', rest = ''] = /^\/?(\S*)\s*(.*)$/su.exec(typed.trim()) ?? [];
  const name = first.normalize('NFKC').toLowerCase();
  if (name === '' || name === 'help' || name === '帮助')
    return { command: catalog.commands.get('fettle'), rest: 'help' };
  return { command: catalog.commands.get(name), rest };
}

function unknownCommand(catalog: Catalog, typed: string): Words {
  const names = [...catalog.commands.keys()].map((name) => `/${name}`);
  const word = typed.split(/\s+/)[0]?.slice(0, 40) ?? '';
  return words(
    `"${word}" is not a command. There are: ${names.join(', ')}.`,
    `没有“${word}”这个命令。可用命令：${names.join('、')}。`,
  );
}

function suggestions(catalog: Catalog, typed: string): Extract<Reply, { kind: 'says' }>['instead'] & object {
  const [first = '', ...rest] = typed.replace(/^\//, '').split(/\s+/);
  return nearest(first, [...catalog.commands.keys()], 2).map((name) => ({
    title: catalog.commands.get(name)?.title ?? words(name, name),
    command: `/${name} ${rest.join(' ')}`.trim(),
  }));
}

/** From here on the person is who policy says they are. */
function known(deps: DeskDeps, arrival: Arrival): Arrival {
  const { person, origin } = arrival;
  return {
    ...arrival,
    person:
      origin.surface === 'slack'
        ? identify(deps.policy(), 'slack', person.id, person.name, person.team ?? origin.team)
        : identify(deps.policy(), 'login', person.id, person.name),
  };
}
