import pino from 'pino';
import { freePort } from '../../../lab/services.ts';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../lab/workspace/index.ts';
import type { Offer } from '../../../src/desk/places.ts';
import type { Arrival, Desk, FormReply, FormOf, Home, ButtonReply, Reply } from '../../../src/desk/port.ts';
import type { FormValues } from '../../../src/kit/index.ts';
import { newRunId } from '../../../src/runs/run.ts';
import { startSlack, type SlackOptions, type SlackSide } from '../../../src/slack/index.ts';

export interface Line {
  readonly level: number;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

/** A logger that remembers. */
export function rememberingLog(): { readonly log: pino.Logger; readonly lines: Line[] } {
  const lines: Line[] = [];
  const log = pino(
    { level: 'debug' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
  );
  return { log, lines };
}

export interface Heard {
  readonly command: string | undefined;
  readonly text: string;
  readonly arrival: Arrival;
}

/** A desk that remembers what it was told and answers what it is given. */
export class RememberingDesk implements Desk {
  readonly asked: Heard[] = [];
  readonly presses: { readonly buttonId: string; readonly arrival: Arrival }[] = [];
  readonly searches: {
    readonly of: FormOf;
    readonly field: string;
    readonly typed: string;
    readonly arrival: Arrival;
  }[] = [];
  readonly fillings: { readonly of: FormOf; readonly values: FormValues; readonly arrival: Arrival }[] = [];
  readonly homes: Arrival[] = [];
  said: () => Promise<Reply> = async () => ({ kind: 'started', runId: newRunId() });
  pressed: () => Promise<ButtonReply> = async () => ({ kind: 'accepted' });
  offered: () => Promise<Offer> = async () => ({ options: [], all: 0 });
  shown: () => Promise<Home> = async () => ({
    kind: 'home',
    recent: [],
    unreadable: [],
    help: { commands: [], fixes: [], scopes: [] },
  });
  filled: () => Promise<FormReply> = async () => ({ kind: 'started', runId: newRunId() });
  #waiting: (() => void)[] = [];

  readonly ask: Desk['ask'] = async (command, text, arrival) => {
    this.asked.push({ command, text, arrival });
    this.#tell();
    return this.said();
  };
  readonly press: Desk['press'] = async (buttonId, arrival) => {
    this.presses.push({ buttonId, arrival });
    this.#tell();
    return this.pressed();
  };
  readonly offer: Desk['offer'] = async (of, field, typed, arrival) => {
    this.searches.push({ of, field, typed, arrival });
    this.#tell();
    return this.offered();
  };
  readonly home: Desk['home'] = async (arrival) => {
    this.homes.push(arrival);
    this.#tell();
    return this.shown();
  };
  readonly fill: Desk['fill'] = async (of, values, arrival) => {
    this.fillings.push({ of, values, arrival });
    this.#tell();
    return this.filled();
  };
  /** Resolves when this holds; looked at whenever something is asked or pressed. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
  #tell(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

export const COMMANDS = ['inspect', 'unstick'] as const;

/** Stores in which nothing ever happens, for tests of what comes in. */
export const nothingToShow: Pick<
  SlackOptions,
  'runs' | 'posts' | 'unreadable' | 'standings' | 'isNamed' | 'mayShare' | 'notifier' | 'owner' | 'draw'
> = {
  runs: { unshown: async () => [], get: async () => undefined },
  standings: { keep: async () => undefined, last: async () => undefined },
  isNamed: () => false,
  mayShare: () => false,
  unreadable: async () => [],
  posts: {
    take: async () => false,
    posts: async () => [],
    save: async () => undefined,
    shown: async () => undefined,
    giveBack: async () => undefined,
  },
  notifier: { notify: () => undefined, onNotify: () => () => undefined },
  owner: 'test',
  draw: () => Promise.reject(new Error('nothing is drawn here')),
};

export interface Stage {
  readonly workspace: Workspace;
  readonly slack: SlackSide;
  readonly desk: RememberingDesk;
  readonly lines: Line[];
  readonly stop: () => Promise<void>;
}

/** A real Bolt app in a real local workspace, over either transport. */
export async function stage(
  transport: 'socket' | 'http',
  over: Partial<SlackOptions> = {},
  workspaceOver: WorkspaceOptions = {},
): Promise<Stage> {
  const port = await freePort();
  const workspace = await startWorkspace({
    commands: [...COMMANDS, 'nobody'].map((name) => ({
      command: `/${name}`,
      description: name,
      should_escape: true,
    })),
    ...(transport === 'http' ? { httpApp: `http://127.0.0.1:${port}/slack/events` } : {}),
    ...workspaceOver,
  });
  const desk = new RememberingDesk();
  const { log, lines } = rememberingLog();
  const slack = await startSlack({
    transport:
      transport === 'socket'
        ? { kind: 'socket', appToken: workspace.appToken, pingTimeoutMs: 500 }
        : { kind: 'http', signingSecret: workspace.signingSecret, port, host: '127.0.0.1' },
    botToken: workspace.botToken,
    slackApiUrl: workspace.apiUrl,
    teams: [],
    commands: COMMANDS,
    lang: 'en',
    desk,
    log,
    ...nothingToShow,
    ...over,
  });
  return {
    workspace,
    slack,
    desk,
    lines,
    stop: async () => {
      await slack.stop(2000);
      await workspace.stop();
    },
  };
}
