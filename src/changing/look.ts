import {
  type AskChecks,
  type CheckAnswer,
  type ContainerSeen,
  capture,
  captureSaying,
  captureWhole,
  databaseNamed,
  type Estate,
  type Look,
  maskRow,
  placeOf,
  sayAnswers,
  seeContainers,
  sentences,
  showSql,
  type Words,
  words,
} from '../kit/index.ts';
import { EVIDENCE_CAP } from '../kit/text/evidence.ts';
import type { Targets } from '../kit/targets.ts';
import { groupBy } from '../runs/group-by.ts';
import type { Looked } from '../runs/run.ts';
import { hostLooks } from './look-at-host.ts';

/** Rows that one read may return; what a plan is decided by must fit a person's eyes. */
const MOST_ROWS = 500;
const READ_SECONDS = 10;

/** Everything by which a playbook looks. */
export interface Eyes {
  readonly estate: Estate;
  readonly sql: Targets['sql'];
  readonly checks: AskChecks;
  readonly exec: Targets['exec'];
  readonly containers: Targets['containers'];
  readonly pause: (seconds: number) => Promise<void>;
}

/** Eyes that remember what they saw. */
export function lookWith({ estate, sql, checks, exec, containers, pause }: Eyes, looked: Looked[]): Look {
  return {
    estate,
    pause,
    ...hostLooks({ estate, exec }, looked),
    async sql({ title, row, database, query }) {
      const rows = await sql.read(databaseNamed(estate, database), query, {
        timeoutSeconds: READ_SECONDS,
        maxRows: MOST_ROWS,
      });
      looked.push({
        title,
        row,
        database,
        statement: captureWhole(showSql({ text: query.text, values: query.values.map(captureWhole) })),
        rows: rows.map(maskRow),
      });
      return rows;
    },
    async checks({ title, refs }) {
      const answers = await checks(refs);
      looked.push(...checksLooked(answers, title));
      return answers;
    },
    async containers({ title, hosts }) {
      const seen = await seeByName(hosts, estate, containers);
      looked.push(containersLooked(seen, title));
      return seen;
    },
  };
}

async function seeByName(
  names: readonly string[],
  estate: Estate,
  containers: Targets['containers'],
): Promise<readonly ContainerSeen[]> {
  const hosts = estate.hosts.filter(({ name }) => names.includes(name));
  const seen = await seeContainers(hosts, estate, containers);
  return names.map(
    (name): ContainerSeen =>
      seen.find(({ host }) => host === name) ?? { host: name, state: 'unknown', says: NO_HOST },
  );
}

const NO_HOST = words('the inventory has no such host', '资产清单中没有该主机');

function containersLooked(seen: readonly ContainerSeen[], title: Words | undefined): Looked {
  const odd = seen.filter(({ state }) => state !== 'running');
  const lines = seen.map(({ host, state, says, start }) => {
    const since = start?.adapter === 'docker' ? `, started ${start.startedAt}` : '';
    return `${host}: ${state}, ${says.en}${since}`;
  });
  return {
    title: title ?? words('Containers', '容器状态'),
    place: shortList(seen.map(({ host }) => host)),
    asked: captureWhole('docker ps, docker inspect, or the pods of the cluster'),
    says: captureSaying(
      odd.length === 0
        ? words(`${seen.length} of ${seen.length} run.`, `${seen.length}/${seen.length} 个运行中。`)
        : sentences(...odd.map(({ host, says }) => words(`${host}: ${says.en}.`, `${host}：${says.zh}。`))),
    ),
    answer: capture(lines.join('\n'), EVIDENCE_CAP.notOk),
  };
}

/** One entry a check, however many hosts answered it. */
function checksLooked(answers: readonly CheckAnswer[], title?: Words): readonly Looked[] {
  const nameOf = ({ ref }: CheckAnswer): string => `${ref.system} ${ref.check}`;
  return groupBy(answers, nameOf).flatMap((own): readonly Looked[] => {
    const [first] = own;
    if (!first) return [];
    const [row] = first.rows;
    const each = Math.max(200, Math.floor(EVIDENCE_CAP.notOk / own.length));
    return [
      {
        title: title ?? first.title,
        ...(row === undefined ? {} : { row }),
        place: shortList(own.map(placeOf)),
        asked: first.command === '' ? captureWhole(nameOf(first)) : capture(first.command, ASKED_CAP),
        says: captureSaying(sayAnswers(own)),
        answer: capture(
          own
            .map((answer) => `${placeOf(answer)}: ${answer.state}\n${capture(answer.evidence, each)}`)
            .join('\n'),
          EVIDENCE_CAP.notOk,
        ),
      },
    ];
  });
}

/** Characters of a command that are kept with a look. */
const ASKED_CAP = 2000;
const PLACES_SHOWN = 12;

function shortList(names: readonly string[]): string {
  const places = [...new Set(names)];
  const more = places.length - PLACES_SHOWN;
  return `${places.slice(0, PLACES_SHOWN).join(', ')}${more > 0 ? ` (+${more})` : ''}`;
}
