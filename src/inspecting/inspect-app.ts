import type { App, DatabaseCheck, Estate, PageCheck, Words } from '../kit/index.ts';
import { cutLines, maskRow, type PageAnswer, type Row, showSql, words } from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import type { Conclude } from './conclude.ts';
import { contextOf, type Subject, unansweredFinding } from './judge.ts';
import { SqlFailed, type Targets } from '../kit/targets.ts';

/** One page or database check of one app. */
export interface AppWork {
  readonly system: string;
  readonly app: App;
  readonly check: PageCheck | DatabaseCheck;
}

const SECONDS = 15;
const BODY_CAP_BYTES = 64 * 1024;
const MOST_ROWS = 500;

/** Requests a page or reads a database from here, and judges the answer. */
export async function inspectApp(
  work: AppWork,
  estate: Estate,
  targets: Pick<Targets, 'sql' | 'http'>,
  conclude: Conclude,
): Promise<readonly Finding[]> {
  const { check } = work;
  switch (check.on) {
    case 'page':
      return inspectPage(check, work, estate, targets, conclude);
    case 'database':
      return inspectDatabase(check, work, estate, targets, conclude);
    default:
      return check satisfies never;
  }
}

/** What is asked, before it is: nothing was tried, or it failed altogether. */
export function unansweredApp(
  { check, ...subject }: AppWork,
  estate: Estate,
  says: Words,
): readonly Finding[] {
  return unansweredFinding(
    check,
    subject,
    contextOf(check, subject.app, estate),
    { command: '', output: '' },
    says,
  );
}

async function inspectPage(
  check: PageCheck,
  subject: Subject,
  estate: Estate,
  { http }: Pick<Targets, 'http'>,
  conclude: Conclude,
): Promise<readonly Finding[]> {
  const context = contextOf(check, subject.app, estate);
  const url = check.url(context);
  if (url === undefined) {
    const { system } = subject;
    const said = words(
      `its address is not documented; write it into inventory.yaml (consoles: ${system})`,
      `手册未给出页面地址，请写入 inventory.yaml（consoles: ${system}）`,
    );
    return unansweredFinding(check, subject, context, { command: '', output: '' }, said);
  }
  const answer = shortLines(await http.get(url, { timeoutSeconds: SECONDS, bodyCapBytes: BODY_CAP_BYTES }));
  const output = answer.kind === 'answered' ? answer.body : answer.detail;
  const { system, app } = subject;
  return conclude({
    subject: { system, app },
    command: `GET ${url}`,
    output,
    came: { on: 'page', check, answer },
  });
}

async function inspectDatabase(
  check: DatabaseCheck,
  subject: Subject,
  estate: Estate,
  { sql }: Pick<Targets, 'sql'>,
  conclude: Conclude,
): Promise<readonly Finding[]> {
  const context = contextOf(check, subject.app, estate);
  const query = check.query(context);
  const command = showSql(query);
  const database = estate.databases.find(({ name }) => name === check.database);
  if (!database) {
    const said = words(
      `the inventory has no database ${check.database}`,
      `资产清单中没有数据库 ${check.database}`,
    );
    return unansweredFinding(check, subject, context, { command, output: '' }, said);
  }
  try {
    const rows = shortValues(
      await sql.read(database, query, { timeoutSeconds: SECONDS, maxRows: MOST_ROWS }),
    );
    const output = rows.map((row) => JSON.stringify(maskRow(row))).join('\n');
    const { system, app } = subject;
    return await conclude({
      subject: { system, app },
      command,
      output,
      came: { on: 'database', check, rows },
    });
  } catch (error) {
    if (!(error instanceof SqlFailed)) throw error;
    return unansweredFinding(check, subject, context, { command, output: error.message }, sqlFailed(error));
  }
}

function shortLines(answer: PageAnswer): PageAnswer {
  if (answer.kind === 'no-answer') return answer;
  const { text: body, cut } = cutLines(answer.body);
  return cut ? { ...answer, body, truncated: true } : { ...answer, body };
}

/** Rows that are only judged: no line of a value is longer than a line may be. */
export const shortValues = (rows: readonly Row[]): readonly Row[] =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : cutLines(value).text]),
    ),
  );

function sqlFailed({ reason }: SqlFailed): Words {
  switch (reason) {
    case 'unreachable':
      return words('the database cannot be reached', '数据库不可达');
    case 'login-refused':
      return words('the database refuses the login', '数据库拒绝登录');
    case 'statement':
      return words('the database refuses the statement', '数据库拒绝执行该语句');
    case 'timeout':
      return words(`the database did not answer in ${SECONDS} s`, `数据库 ${SECONDS} 秒内未返回结果`);
    case 'too-many-rows':
      return words(`more than ${MOST_ROWS} rows`, `结果超过 ${MOST_ROWS} 行`);
    default:
      return reason satisfies never;
  }
}
