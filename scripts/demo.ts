import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { APPS } from '../lab/estate/apps/index.ts';
import { PEOPLE } from '../lab/workspace/defaults.ts';
import { watchCommand } from './once.ts';
import { startPractice } from './practice.ts';

const FOLDER = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), '.fettle', 'practice');
const USAGE = `npm run demo                                        a practice estate and a workspace in the browser
npm run demo -- --once "/inspect mq"                type one command, print the thread, stop
  --click Confirm    then press this button, as a second person; may be repeated
  --as lin.wei       who types: ${PEOPLE.map(({ name }) => name).join(', ')}
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const given = read();
  if (!given) return 2;
  const { once, as = 'lin.wei' } = given;
  const person = PEOPLE.find(({ id, name }) => id === as || name === as || name.split('.')[0] === as);
  if (!person) {
    process.stderr.write(`Nobody of the practice workspace is called "${as}".\n\n${USAGE}`);
    return 2;
  }
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  process.stderr.write('Fettle: starting the practice estate\n');
  const stopAsked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  // One command alone is watched: nothing else is to speak in the channel meanwhile.
  const practice = await startPractice({
    folder: FOLDER,
    say,
    estate: { apps: APPS },
    ...(once === undefined ? {} : { schedules: [] }),
  });
  try {
    if (once !== undefined) {
      const watched = await Promise.race([
        watchCommand(practice, { text: once, as: person.id, clicks: given.click ?? [] }),
        stopAsked.then(() => undefined),
      ]);
      if (!watched) return 130;
      process.stdout.write(`${watched.text}\n`);
      return watched.carriedOut ? 0 : 1;
    }
    const { port } = new URL(practice.workspace.url);
    process.stdout.write(
      `\nOpen ${practice.workspace.url}\nType /inspect mq, then /unstick r1_201905060583197. Break something with: npm run lab -- list\nThe command line of this estate: npm run fettle -- inspect mq --in .fettle/practice\nOn another machine: ssh -L ${port}:127.0.0.1:${port} <this machine>, then open the address there.\nCtrl-C stops everything.\n`,
    );
    await stopAsked;
    process.stderr.write('Fettle: stopping\n');
    return 0;
  } finally {
    await practice.stop();
  }
}

function read() {
  try {
    return parseArgs({
      options: {
        once: { type: 'string' },
        click: { type: 'string', multiple: true },
        as: { type: 'string' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}
