import {
  type App,
  askLocalPage,
  type Check,
  type HostAnswer,
  limitOf,
  type LocalPage,
  notUnderstood,
  part,
  portOf,
  readLocalPage,
  type ShellAnswer,
  type ShellCommand,
  sh,
  words,
} from '../../src/kit/index.ts';
import { type AddressList, readAddresses } from './address-list.ts';
import { judgeReported, type Osp } from './reported.ts';
import { judgeSubscribed } from './subscribed.ts';

/** The services that the manual names; for the others of an installation a person is asked. */
const SUBSCRIBED = ['ms', 'mq', 'dds'] as const;
/** Where the portals may be found: under their own name, or under the one that the manual prints (ERR-MID-05). */
const REPORTED = ['portal', 'osp'] as const;

const ADDRESSES = 'sofa-osp.{domain}/api/admin/services';
const SECONDS = 20;

/** Every OSP subscribes by itself: each is asked on its own host. */
export const addresses: readonly Check[] = [
  {
    on: 'host',
    id: 'osp-addresses',
    title: words('Subscribed addresses', '订阅的地址'),
    apps: ['osp'],
    rows: ['MID-C10'],
    clause: { document: '002', section: '9.5.2' },
    literal: `http://${ADDRESSES}/{ms/mq/dds/...}/addresses`,
    limits: { least: { row: 'MID-C10', value: 2, state: 'warning' } },
    timeoutSeconds: SECONDS,
    command: ({ app }) => askOsp(app),
    judge(answer, context) {
      const pages = readPages(answer);
      if (!pages) return notUnderstood();
      const least = limitOf(context, 'least');
      return SUBSCRIBED.map((service) => {
        const isHere = context.estate.apps.some(({ system }) => system.toLowerCase() === service);
        return judgeSubscribed(service, listOf(pages, service), least, isHere);
      });
    },
  },
  {
    on: 'cluster',
    id: 'portal-reported',
    title: words('Portals reported to OSP', '门户上报的 IP 地址'),
    apps: ['portal', 'osp'],
    rows: ['MID-C17'],
    clause: { document: '002', section: '9.4.1' },
    literal: `${ADDRESSES}/osp/addresses`,
    timeoutSeconds: SECONDS,
    command: ({ app }) => (app.kind === 'osp' ? askOsp(app) : OWN_ADDRESSES),
    judge({ hosts }, { estate }) {
      const servers = estate.apps.filter(({ kind }) => kind === 'osp').flatMap((app) => app.hosts);
      const isOsp = ({ host }: HostAnswer): boolean => servers.includes(host.name);
      return [
        judgeReported(
          hosts.filter((each) => !isOsp(each)),
          hosts.filter(isOsp).map(readOsp),
        ),
      ];
    },
  },
];

/** Asks OSP on its own host for every service, one after the other until it does not answer. */
const askOsp = (app: App): ShellCommand =>
  [...SUBSCRIBED, ...REPORTED].reduce(
    (all, service) => sh`${part(all)}
echo '=== '${service}
( ${part(askLocalPage(portOf(app, 80), `/api/admin/services/${service}/addresses`))} )
code=$?
printf '\n--- %s\n' "$code"
case $code in 0 | 1 | 8) ;; *) exit 0 ;; esac`,
    sh`:`,
  );

/** Prints the addresses of the host, among others perhaps; by whichever of the programs it has. */
const OWN_ADDRESSES = sh`{ hostname -I; ip -4 -o addr show; ifconfig; } 2>/dev/null; :`;

/** What came of each service that was asked for; undefined when it is something else. */
function readPages({ output, truncated }: ShellAnswer): ReadonlyMap<string, LocalPage> | undefined {
  const pages = new Map<string, LocalPage>();
  let asked: { readonly service: string; readonly said: string[] } | undefined;
  for (const line of output.split('\n')) {
    const [, service] = asked ? [] : (/^=== (\w+)$/.exec(line) ?? []);
    const [, code] = asked ? (/^--- (\d+)$/.exec(line) ?? []) : [];
    if (service !== undefined) asked = { service, said: [] };
    else if (asked && code !== undefined) {
      const said = asked.said.join('\n');
      pages.set(
        asked.service,
        readLocalPage({ output: said, exitCode: Number(code), truncated: false, timedOut: false }),
      );
      asked = undefined;
    } else asked?.said.push(line);
  }
  return pages.size === 0 || truncated ? undefined : pages;
}

/** After one that was silent nothing more was asked. */
const listOf = (pages: ReadonlyMap<string, LocalPage>, service: string): AddressList =>
  readAddresses(pages.get(service) ?? { kind: 'silent' });

function readOsp({ host, answer }: HostAnswer): Osp {
  const pages = answer && readPages(answer);
  const [byName, printed] = REPORTED.map(
    (service): AddressList => (pages ? listOf(pages, service) : { kind: 'not-asked' }),
  );
  return {
    name: host.name,
    byName: byName ?? { kind: 'not-asked' },
    printed: printed ?? { kind: 'not-asked' },
  };
}
