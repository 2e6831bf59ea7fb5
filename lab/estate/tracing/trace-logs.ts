import { often, running } from '../lines.ts';
import { type LogFile, STAMPS } from '../log.ts';
import { mark } from '../log-lines.ts';

const FOLDER = '/home/admin/logs/tracelog';

/** What an application writes for the tracing of its calls, beside its messages. What the lines look like is not documented. */
export const traceLogs: readonly LogFile[] = [
  digest('rpc-client-digest.log', 40, 'com.practice.ledger.facade.TransferFacade,transfer,bolt,sync,00'),
  digest('rpc-server-digest.log', 40, 'com.practice.ledger.facade.BalanceFacade,query,bolt,sync,00'),
  digest('zdal-db-digest.log', 60, 'ledger_ds,SELECT,success'),
  digest('spring-mvc-digest.log', 20, 'http://ledger.practice.local/api/transfers,POST,200'),
];

function digest(name: string, perMinute: number, call: string): LogFile {
  return {
    ...running(
      `${FOLDER}/${name}`,
      3,
      often(
        name,
        () => perMinute,
        (at, { host }) => `,ledger,${mark(`${host} ${name}`, at).slice(0, 25)},0.1,${call},${at % 40}ms`,
      ),
    ),
    stamp: STAMPS.dot,
  };
}
