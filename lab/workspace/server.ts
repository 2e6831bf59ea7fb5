import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveApi, type ApiGateway } from './api/gateway.ts';
import { createRates } from './api/rates.ts';
import { mayReadFiles, serveBytes, serveUpload } from './bytes.ts';
import { workspaceClient, type WorkspaceClient } from './client.ts';
import type { Backstage } from './control/acts.ts';
import { isOurs, serveControl } from './control/control.ts';
import * as defaults from './defaults.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createSignedHttp } from './delivery/signed-http.ts';
import { createSockets } from './delivery/sockets.ts';
import { createFaults } from './faults.ts';
import { sendText } from './http.ts';
import { servePage } from './page.ts';
import { serveResponseUrl } from './response-url.ts';
import {
  createWorld,
  type Person,
  type Shortcut,
  type SlashCommand,
  type Token,
  type UserGroup,
  type World,
} from './world.ts';

export interface WorkspaceOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Loopback unless set. */
  readonly host?: string;
  readonly commands?: readonly SlashCommand[];
  readonly shortcuts?: readonly Shortcut[];
  readonly people?: readonly Person[];
  readonly channels?: readonly defaults.ChannelSeed[];
  readonly userGroups?: readonly UserGroup[];
  readonly tokens?: readonly Token[];
  /** Event types the app asked for. */
  readonly events?: readonly string[];
  readonly signingSecret?: string;
  /** The app's address for signed requests; Socket Mode when absent. */
  readonly httpApp?: string;
  /** Time the app has to acknowledge; 3000 ms as in Slack unless set. */
  readonly ackMs?: number;
  /** Pauses before an event is delivered again; Slack waits longer. */
  readonly retryDelaysMs?: readonly number[];
}

/** A running workspace. */
export interface Workspace {
  /** Where the page is, without a trailing slash. */
  readonly url: string;
  /** For `slackApiUrl`: with a trailing slash. */
  readonly apiUrl: string;
  readonly port: number;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Acts as people, reads, waits and breaks things. */
  readonly client: WorkspaceClient;
  readonly stop: () => Promise<void>;
}

/** Starts a workspace in memory. Everything in it ends with `stop`. */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const people = options.people ?? defaults.PEOPLE;
  const tokens = options.tokens ?? defaults.TOKENS;
  const signingSecret = options.signingSecret ?? defaults.SIGNING_SECRET;
  const ackMs = options.ackMs ?? 3_000;
  const world = createWorld({
    team: defaults.TEAM,
    bot: defaults.BOT,
    tokens,
    people,
    channels: defaults.openingChannels(options.channels ?? defaults.CHANNELS, people),
    commands: options.commands ?? defaults.COMMANDS,
    shortcuts: options.shortcuts ?? defaults.SHORTCUTS,
    userGroups: options.userGroups ?? defaults.USER_GROUPS,
    events: new Set(options.events ?? defaults.EVENTS),
  });
  const sockets = createSockets(world, ackMs);
  const transport =
    options.httpApp === undefined ? sockets : createSignedHttp(options.httpApp, signingSecret, ackMs);
  const delivery = createDelivery(
    world,
    transport,
    sockets.issueTicket,
    options.retryDelaysMs ?? [0, 1_000, 5_000],
  );
  const gateway: ApiGateway = { world, delivery, faults: createFaults(), rates: createRates(), calls: [] };
  const stage: Backstage = {
    world,
    delivery,
    gateway,
    sockets: options.httpApp === undefined ? sockets : undefined,
  };

  const server = createServer((request, response) => {
    route(stage, request, response).catch((thrown: unknown) => {
      console.error('workspace: a request failed', thrown);
      if (!response.headersSent) sendText(response, 500, 'the workspace failed');
      else response.destroy();
    });
  });
  server.on('upgrade', sockets.upgrade);
  const port = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  world.address = `http://127.0.0.1:${port}`;
  return {
    url: world.address,
    apiUrl: `${world.address}/api/`,
    port,
    botToken: tokenOf(tokens, 'bot'),
    appToken: tokenOf(tokens, 'app'),
    signingSecret,
    client: workspaceClient(world.address),
    stop: async () => {
      delivery.stop();
      sockets.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function route(stage: Backstage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://workspace');
  const [, first = '', second = '', third = ''] = pathname.split('/');
  switch (first) {
    case 'api':
      return serveApi(stage.gateway, request, response, second);
    case 'response':
      return serveResponseUrl(stage.gateway, request, response, second);
    case 'upload':
      return serveUpload(stage.gateway, request, response, second);
    case 'files-pri': {
      const id = second.split('-')[1] ?? '';
      if (!mayReadFiles(stage.world, request))
        return sendText(response, 403, 'needs a token that may read files');
      return serveBytes(stage.world, response, id, third === 'download');
    }
    case 'control':
      if (second === 'file') {
        if (!isOurs(request)) return sendText(response, 403, 'only pages of this workspace');
        return serveBytes(stage.world, response, searchParams.get('id') ?? '', searchParams.has('download'));
      }
      return serveControl(stage, request, response, second, searchParams);
    default:
      return servePage(response, pathname);
  }
}

const tokenOf = (tokens: readonly Token[], kind: Token['kind']): string =>
  tokens.find((token) => token.kind === kind)?.value ?? '';

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

export type { World };
