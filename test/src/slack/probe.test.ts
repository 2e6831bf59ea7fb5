import { afterEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Token, type Workspace } from '../../../lab/workspace/index.ts';
import { SCOPES } from '../../../src/slack/manifest.ts';
import { probeSlack } from '../../../src/slack/probe.ts';
import { rememberingLog } from './harness.ts';

let workspace: Workspace;
afterEach(() => workspace.stop());

const probe = async (tokens: { bot?: string; app?: string; teams?: string[]; channels?: string[] } = {}) =>
  (
    await probeSlack({
      botToken: tokens.bot ?? 'xoxb-1',
      appToken: tokens.app ?? 'xapp-1',
      teams: tokens.teams ?? [],
      ...(tokens.channels ? { channels: tokens.channels } : {}),
      slackApiUrl: workspace.apiUrl,
      log: rememberingLog().log,
    })
  ).map(({ ok, says }) => `${ok ? 'ok' : 'no'}: ${says.en}`);

const withScopes = async (scopes: readonly string[]): Promise<void> => {
  const tokens: Token[] = [
    { value: 'xoxb-1', kind: 'bot', scopes },
    { value: 'xapp-1', kind: 'app', scopes: ['connections:write'] },
  ];
  workspace = await startWorkspace({ tokens });
};

describe('the probe', () => {
  it('finds everything in order with the scopes of the manifest', async () => {
    await withScopes(Object.keys(SCOPES));
    expect(await probe()).toEqual([
      expect.stringMatching(/^ok: The bot is fettle in Practice Bank/),
      'ok: All scopes are granted.',
      'ok: The app-level token opens Socket Mode.',
    ]);
  });

  it('names the scope that is missing, what it is for and where to add it', async () => {
    await withScopes(Object.keys(SCOPES).filter((scope) => scope !== 'files:write'));
    expect((await probe())[1]).toMatch(
      /^no: Scopes are missing: files:write \(attach long output\)\. Add them under OAuth/,
    );
  });

  it('names the wrong token and the wrong workspace', async () => {
    await withScopes(Object.keys(SCOPES));
    expect(await probe({ bot: 'xoxb-other' })).toEqual([
      expect.stringMatching(/^no: Slack refused the bot token \(invalid_auth\)/),
      'ok: The app-level token opens Socket Mode.',
    ]);
    expect((await probe({ app: 'xoxb-1' })).at(-1)).toMatch(/^no: Slack refused the app-level token/);
    expect((await probe({ teams: ['T0OTHER'] }))[1]).toMatch(/^no: .*T0PRACTICE/);
  });

  it('names each channel once in which something is to be shown and cannot be', async () => {
    await withScopes(Object.keys(SCOPES));
    const lines = await probe({ channels: ['C0OPS', 'C0RANDOM', 'C0RANDOM'] });
    expect(lines.filter((line) => line.startsWith('no'))).toEqual([
      'no: The bot is not in channel C0RANDOM, where scheduled inspections are to be shown. Invite it there: /invite @fettle',
    ]);
  });
});
