import { parseArgs } from 'node:util';
import { startEstate } from './estate.ts';

/**
 * The practice estate as a process of its own: `tsx lab/estate/main.ts --folder DIR --mysql-port PORT`.
 * Prints one line of JSON when it is ready; ends with everything it started on SIGTERM, SIGINT, or when its input ends.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    'mysql-port': { type: 'string' },
    'schema-prefix': { type: 'string', default: '' },
    'time-zone': { type: 'string', default: 'UTC' },
  },
});
const { folder } = values;
const port = Number(values['mysql-port']);
if (folder === undefined || !Number.isInteger(port)) {
  console.error('usage: main.ts --folder DIR --mysql-port PORT [--schema-prefix P] [--time-zone ZONE]');
  process.exit(2);
}

const estate = await startEstate({
  folder,
  mysql: { port, prefix: values['schema-prefix'] },
  timeZone: values['time-zone'],
});
const { hosts, inventory, sshKeyPath, knownHostsPath, user, accounts } = estate;
console.log(JSON.stringify({ hosts, inventory, sshKeyPath, knownHostsPath, user, accounts }));

let stopping = false;
const stop = (): void => {
  if (stopping) return;
  stopping = true;
  void estate.stop().then(() => process.exit(0));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop).resume();
