import { afterEach, expect, it } from 'vitest';
import { type Stage, stage } from './harness.ts';

let on: Stage;
afterEach(() => on.stop());

const until = async (holds: () => boolean, ms: number): Promise<number> => {
  const began = Date.now();
  while (!holds()) {
    if (Date.now() - began > ms) throw new Error(`not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - began;
};

it('notices a silent socket, gives up handshakes that hang, says so, and hears again soon after it heals', async () => {
  on = await stage('socket');
  const { client } = on.workspace;
  const said = (text: string): number => on.lines.filter(({ msg }) => msg.includes(text)).length;
  await client.silence(true);
  await until(() => !on.slack.isConnected(), 6000);
  expect(said('slack connection closed')).toBe(1);
  // One handshake hangs and is given up, and the next one begins.
  await until(() => said('slack connection did not come up') >= 2, 15_000);
  expect(on.slack.isConnected()).toBe(false);
  const after = await client.now();
  await client.silence(false);
  const took = await until(() => on.slack.isConnected(), 12_000);
  expect(took).toBeLessThan(8000);
  await client.waitFor((change) => change.type === 'socket' && change.open > 0, { after });
  expect(await client.type('U0LIN', 'C0OPS', '/inspect again')).toMatchObject({ ok: true });
  await on.desk.until(() => on.desk.asked.length === 1);
}, 45_000);
