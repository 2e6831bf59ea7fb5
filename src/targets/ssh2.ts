import type { ClientChannel } from 'ssh2';
import type { ExecAnswer, ExecLimits, NoAnswer, RemoteExec } from '../kit/targets.ts';
import type { Connection } from './connect.ts';
import { envelope } from './envelope.ts';
import { type Ending, type Limit, startLimit, startWatching, within } from './limits.ts';
import { keepOutput } from './output.ts';
import { createPool } from './pool.ts';
import { machineOf, type SshOptions } from './ssh-options.ts';

/** Silence after the exit code, for output still on its way when something else holds the channel open. */
const AFTER_EXIT_MS = 1000;
/** How long a script may take to be ended on the host before the connection is closed instead. */
const ENDING_MS = 1500;

/** Runs scripts over pooled connections: one channel a script, which travels through standard input. */
export function createSsh2Exec(options: SshOptions): RemoteExec & { readonly close: () => void } {
  const pool = createPool(options);

  async function attempt(
    machine: ReturnType<typeof machineOf>,
    script: string,
    limits: ExecLimits,
    limit: Limit,
  ): Promise<Attempt> {
    const taken = await limit.race(pool.take(machine), (late) => late.ok && late.release());
    if (typeof taken === 'string') return notSent(taken, endingText(taken, limits));
    if (!taken.ok) return notSent(taken.reason, taken.detail);
    const { connection, reused, release } = taken;
    try {
      // A little longer than our own limit: this one is for hosts that can no longer hear us.
      const { command, input } = envelope(script, limits.timeoutSeconds + 2, false);
      const channel = await openChannel(connection, command, limit);
      if (typeof channel === 'string') return notSent(channel, endingText(channel, limits));
      if ('because' in channel) {
        pool.discard(connection);
        return { ...notSent('closed', channel.because), stale: reused };
      }
      return await follow(channel, input, connection, limits, limit);
    } finally {
      release();
    }
  }

  return {
    close: () => pool.close(),
    async run(host, script, limits, signal) {
      const startedAt = performance.now();
      const limit = startLimit(limits.timeoutSeconds, signal);
      try {
        const machine = machineOf(host, options);
        const first = await attempt(machine, script, limits, limit);
        const { stale: _, ...answer } = first.stale ? await attempt(machine, script, limits, limit) : first;
        return { ...answer, tookMs: Math.round(performance.now() - startedAt) };
      } finally {
        limit.stop();
      }
    },
  };
}

type Untimed<T> = T extends unknown ? Omit<T, 'tookMs'> : never;
/** `stale`: an old connection failed before anything was sent, so a fresh one may be tried. */
type Attempt = Untimed<ExecAnswer> & { readonly stale?: boolean };

const notSent = (reason: NoAnswer, detail: string): Attempt => ({
  kind: 'no-answer',
  reason,
  detail,
  stdout: '',
  sent: false,
});

const endingText = (ending: Ending, { timeoutSeconds }: ExecLimits): string =>
  ending === 'timeout' ? `no answer within ${timeoutSeconds} s` : 'cancelled before it was sent';

function openChannel(
  { client, onLost }: Connection,
  command: string,
  limit: Limit,
): Promise<ClientChannel | Ending | { readonly because: string }> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (result: ClientChannel | Ending | { readonly because: string }): void => {
      settled = true;
      forgetLost();
      forgetEnd();
      resolve(result);
    };
    const forgetLost = onLost((because) => settle({ because }));
    const forgetEnd = limit.onEnd(settle);
    try {
      client.exec(command, (error, channel) => {
        if (error) return settled ? undefined : settle({ because: error.message });
        channel.on('error', () => undefined);
        if (settled) return channel.close();
        settle(channel);
      });
    } catch (error) {
      settle({ because: error instanceof Error ? error.message : 'the channel could not be opened' });
    }
  });
}

/** Sends the script and collects its answer; standard input stays open. */
function follow(
  channel: ClientChannel,
  input: string,
  connection: Connection,
  limits: ExecLimits,
  limit: Limit,
): Promise<Attempt> {
  const stdout = keepOutput(limits.outputCapBytes);
  const stderr = keepOutput(limits.outputCapBytes);
  let exitCode: number | null = null;
  const watching = startWatching();
  channel.write(input);
  return new Promise((resolve) => {
    let settled = false;
    let silence: NodeJS.Timeout | undefined;
    let ending: Ending | undefined;
    const settle = (answer: Attempt): void => {
      if (settled) return;
      settled = true;
      clearTimeout(silence);
      forgetEnd();
      forgetLost();
      resolve(answer);
    };
    const answered = (): void =>
      settle({
        kind: 'answered',
        exitCode,
        stdout: stdout.text(),
        stderr: stderr.text(),
        truncated: stdout.truncated() || stderr.truncated(),
        between: watching.between(),
      });
    const unanswered = (reason: NoAnswer, detail: string, ended?: boolean): void =>
      settle({
        kind: 'no-answer',
        reason,
        detail,
        stdout: stdout.text(),
        sent: true,
        ...(ended === undefined ? {} : { ended }),
        between: watching.between(),
      });
    let flooded = false;
    const take = (output: typeof stdout) => (chunk: Buffer) => {
      silence?.refresh();
      if (flooded) return;
      watching.sign();
      output.add(chunk);
      if (!output.flooded()) return;
      flooded = true;
      void endOnHost(channel, connection).then(answered);
    };
    channel.on('data', take(stdout));
    channel.stderr.on('data', take(stderr));
    channel.on('exit', (code: number | null) => {
      if (flooded) return;
      exitCode = code;
      silence = setTimeout(() => {
        answered();
        channel.close();
      }, AFTER_EXIT_MS);
    });
    channel.on('close', () => {
      // A lost connection closes its channels too, and says so right after.
      setImmediate(() => {
        if (ending === undefined && connection.lost() === undefined) answered();
      });
    });
    const forgetLost = connection.onLost((why) => {
      if (ending === undefined) unanswered('closed', why);
    });
    const forgetEnd = limit.onEnd((why) => {
      ending = why;
      void endOnHost(channel, connection).then((confirmed) =>
        unanswered(
          why,
          `${ENDED[why](limits)}; ${confirmed ? 'it was ended on the host' : 'the connection was closed'}`,
          confirmed,
        ),
      );
    });
  });
}

const ENDED = {
  timeout: ({ timeoutSeconds }: ExecLimits) => `no end within ${timeoutSeconds} s`,
  cancelled: () => 'cancelled while it ran',
} satisfies Record<Ending, (limits: ExecLimits) => string>;

/** Ends a script: its standard input first, then a signal, then the whole connection. True when the host confirmed the end. */
async function endOnHost(channel: ClientChannel, connection: Connection): Promise<boolean> {
  const closed = new Promise<void>((resolve) => channel.once('close', resolve));
  channel.end();
  if (await within(closed, ENDING_MS)) return connection.lost() === undefined;
  channel.signal('KILL');
  channel.close();
  if (await within(closed, ENDING_MS)) return connection.lost() === undefined;
  connection.client.destroy();
  return false;
}
