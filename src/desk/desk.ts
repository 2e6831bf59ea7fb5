import type { Catalog } from '../catalog/catalog.ts';
import type { Command, FormAbout, Intent, Playbook, Words } from '../kit/index.ts';
import { nearest, sentences, words } from '../kit/index.ts';
import { NOTHING_ALLOWED } from '../policy/anything.ts';
import { identify } from '../policy/policy.ts';
import { type Decision, no } from '../policy/question.ts';
import { planNow } from '../policy/when-open.ts';
import { type Ask, groundsOf, type Person } from '../runs/run.ts';
import { mayEnter, turnedAway } from './at-door.ts';
import { begin } from './begin.ts';
import { decideFor, mayAskFor } from './decide-change.ts';
import { filledCommand, formOf, offered } from './forms.ts';
import { namedGrounds, notATime, withoutTerms } from './grounds.ts';
import { helpFor } from './help.ts';
import { historyFor } from './history.ts';
import { lately } from './home.ts';
import { lookFor, NO_CHECK } from './look.ts';
import type { DeskParts } from './parts.ts';
import { openPlaces } from './places.ts';
import { playbookList, playbooksSeenBy } from './playbooks.ts';
import { filledButton, pressed } from './press.ts';
import { carryOutWish } from './schedules.ts';
import { turnReadOnly } from './read-only.ts';
import type { Arrival, Desk, Said, ShownForm } from './port.ts';
import { refused } from './refuse.ts';
import { estateSeenBy } from './seen-estate.ts';
import { statusFor } from './status.ts';
import { strictest } from './strictest.ts';
import { MOST_SEARCHED, tooLong, tooMuchFilled } from './typed-length.ts';

/** Takes what a person asked, decides, records, hands over: the same for Slack, the command line and, later, schedules and alerts. */
export function openDesk(parts: DeskParts): Desk {
  const places = openPlaces(parts);
  const ask: Desk['ask'] = async (commandName, text, outside) => {
    const long = tooLong(text, commandName === undefined ? 'message' : 'command');
    if (long) return { kind: 'says', says: long };
    return answered(commandName, text, outside);
  };
  const answered: Desk['ask'] = async (commandName, text, outside) => {
    const arrival = known(parts, outside);
    const typed = commandName === undefined ? text.trim() : `${commandName} ${text}`.trim();
    const away = await turnedAway(parts, arrival, typed);
    if (away) return { kind: 'says', says: away };
    const { command, rest } = commandOf(parts.catalog, typed);
    if (!command)
      return {
        kind: 'says',
        says: unknownCommand(parts.catalog, typed),
        instead: suggestions(parts.catalog, typed),
      };
    return carryOut(parts, command, rest, arrival);
  };
  return {
    ask,
    async press(buttonId, outside, shown, drawn) {
      const arrival = known(parts, outside);
      const away = await turnedAway(parts, arrival, 'a button');
      return away ? { kind: 'says', says: away } : pressed(parts, buttonId, arrival, shown, drawn);
    },
    async offer(of, field, typed, outside) {
      const arrival = known(parts, outside);
      const isAnswered = typed.length <= MOST_SEARCHED && mayEnter(parts, arrival.person);
      return isAnswered ? offered(parts, places, of, field, typed, arrival) : { options: [], all: 0 };
    },
    async home(outside) {
      const arrival = known(parts, outside);
      if (!mayEnter(parts, arrival.person)) return { kind: 'says', says: NOTHING_ALLOWED };
      return { kind: 'home', ...(await lately(parts, arrival)), help: helpFor(parts, arrival.person) };
    },
    async fill(of, values, outside) {
      const much = tooMuchFilled(values);
      const says = much ?? (await turnedAway(parts, known(parts, outside), 'a form'));
      if (says) return { kind: 'says', says };
      switch (of.kind) {
        case 'command':
          // Choices from menus come to more words than one types.
          return filledCommand(parts, answered, of, values, outside);
        case 'button':
          return filledButton(parts, of, values, known(parts, outside));
        default:
          return of satisfies never;
      }
    },
  };
}

async function carryOut(parts: DeskParts, command: Command, text: string, arrival: Arrival): Promise<Said> {
  const intent = read(parts, command, text, arrival.person);
  const typed = `/${command.name} ${text}`.trim();
  switch (intent.kind) {
    case 'answer':
      return answerWith(parts, command, intent, typed, text, arrival);
    case 'playbooks':
      return playbookList(parts, arrival.person, intent.names);
    case 'help':
      return { kind: 'help', help: helpFor(parts, arrival.person) };
    case 'inspect': {
      if (parts.systemsOf(intent.scope).length === 0) return { kind: 'says', says: NO_CHECK };
      const { ask, decision } = lookFor(parts, arrival.person, intent.scope);
      return start(parts, ask, decision, typed, arrival);
    }
    case 'history':
      return historyFor(parts, intent, typed, arrival);
    case 'change': {
      const { kind, playbooks, args } = intent;
      const wrong = notATime(text);
      if (wrong) return { kind: 'says', says: wrong };
      const grounds = groundsOf({ ...namedGrounds(text), ...groundsOf(intent) });
      const now = await parts.now();
      const decision = decideAll(parts, playbooks, (playbook) =>
        decideFor(parts, arrival, playbook, grounds, now),
      );
      return start(parts, { kind, playbooks, args, ...grounds }, decision, typed, arrival, { playbooks });
    }
    case 'status':
      return statusFor(parts, arrival);
    case 'readonly':
      return turnReadOnly(parts, intent, typed, arrival);
    case 'schedule':
      return carryOutWish(parts, intent.wish, arrival);
    default:
      return intent satisfies never;
  }
}

/** Answers words that are not understood from what the person may look at: no name of anything else is offered. */
function read(parts: DeskParts, command: Command, text: string, person: Person): Intent {
  const { estate, catalog } = parts;
  const bare = withoutTerms(text);
  if (bare !== text) {
    const intent = command.read(bare, { estate, catalog });
    if (intent.kind === 'change') return intent;
  }
  const intent = command.read(text, { estate, catalog });
  if (intent.kind !== 'answer' && intent.kind !== 'playbooks') return intent;
  const playbooks = playbooksSeenBy(parts, person);
  return command.read(text, { estate: estateSeenBy(parts, person), catalog: { playbooks } });
}

/** What to type, with the form that asks for it; a form of what the person may not run is not opened. */
async function answerWith(
  parts: DeskParts,
  { name }: Command,
  { says, form }: Extract<Intent, { kind: 'answer' }>,
  typed: string,
  text: string,
  arrival: Arrival,
): Promise<Said> {
  if (form === undefined) return { kind: 'says', says };
  if (form === true) return { kind: 'says', says, ...shownForm(parts, name, undefined, text) };
  const decision = decideAll(parts, [form.topic], (playbook) => mayAskFor(parts, arrival.person, playbook));
  return decision.verdict === 'no'
    ? refused(parts, arrival.person, typed, decision.because)
    : { kind: 'says', says, ...shownForm(parts, name, form, text) };
}

function shownForm(
  parts: DeskParts,
  name: string,
  about: FormAbout | undefined,
  text: string,
): { readonly form?: ShownForm } {
  const of = { kind: 'command', name, ...(about ? { topic: about.topic } : {}) } as const;
  const form = formOf(parts, of);
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
  { catalog }: Pick<DeskParts, 'catalog'>,
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
  parts: DeskParts,
  ask: Ask,
  decision: Decision,
  typed: string,
  arrival: Arrival,
  about: Readonly<Record<string, unknown>> = {},
): Promise<Said> {
  const actor = arrival.person;
  if (decision.verdict === 'no') {
    const said = await refused(parts, actor, typed, decision.because);
    const { opens, mayWait } = decision;
    return said.kind === 'says' && opens && mayWait
      ? { ...said, instead: [planNow(typed, opens, parts.policy())] }
      : said;
  }
  const facts = {
    typed,
    policy: parts.policy().version,
    rule: decision.rule,
    ...about,
    ...groundsFacts(ask),
  };
  const begun = await begin(
    parts,
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
    person:
      origin.surface === 'slack'
        ? identify(parts.policy(), 'slack', person.id, person.name, person.team ?? origin.team)
        : identify(parts.policy(), 'login', person.id, person.name),
  };
}
