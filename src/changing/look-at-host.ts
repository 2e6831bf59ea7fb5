import {
  appNamed,
  capture,
  captureSaying,
  captureWhole,
  type Estate,
  type HostReply,
  inThisEstate,
  LOG_SECONDS,
  type Look,
  logScript,
  readLog,
  type RowId,
  type Words,
  windowText,
  words,
} from '../kit/index.ts';
import { asUser } from '../kit/steps/shell.ts';
import { EVIDENCE_CAP } from '../kit/text/evidence.ts';
import type { RemoteExec } from '../kit/targets.ts';
import type { Looked } from '../runs/run.ts';
import { askHost } from './ask-host.ts';
import { judgePage, seePage } from './page-seen.ts';

/** Seconds before a command is stopped on the host. */
const SHELL_SECONDS = 10;
/** Characters of a command that are kept with a look. */
const ASKED_CAP = 4096;

/** Looks at one host, each kept as evidence of the plan. */
export function hostLooks(
  deps: { readonly estate: Estate; readonly exec: RemoteExec },
  looked: Looked[],
): Pick<Look, 'shell' | 'page' | 'log'> {
  const keep = (
    { title, row, host }: { readonly title: Words; readonly row: RowId; readonly host: string },
    asked: string,
    says: Words,
    answer: string,
  ): void => {
    looked.push({
      title,
      row,
      place: captureWhole(host),
      asked: capture(asked, ASKED_CAP),
      says: captureSaying(says),
      answer: capture(answer, EVIDENCE_CAP.notOk),
    });
  };
  return {
    async shell({ command, user, timeoutSeconds = SHELL_SECONDS, ...question }) {
      const whole = user === undefined ? command : asUser(user, command);
      const reply = await askHost(question.host, whole, timeoutSeconds, deps);
      keep(question, whole, saysOf(reply), outputOf(reply));
      return reply;
    },
    async page(question) {
      const seen = await seePage(question.host, question.url, deps);
      const { holds, says } = judgePage(seen, question);
      keep(question, `GET ${question.url}`, says, seen.kind === 'answered' ? seen.whole : seen.output);
      return { holds, says, ...(seen.kind === 'answered' ? { status: seen.status, body: seen.body } : {}) };
    },
    async log({ app, log, ...question }) {
      const here = inThisEstate(log, { estate: deps.estate, app: appNamed(deps.estate, app), limits: {} });
      const command = logScript(here);
      const reply = await askHost(question.host, command, LOG_SECONDS, deps);
      if (reply.kind === 'no-answer') {
        keep(question, here.path, reply.says, reply.output);
        return { kind: 'not-read', state: 'unknown', says: reply.says };
      }
      const seen = reply.answer.truncated ? CUT_OFF : readLog(reply.answer, here);
      if (!seen.ok) {
        const [judgement] = seen.judgements;
        const { state, says } = judgement ?? { state: 'unknown', says: words('not understood', '无法识别') };
        keep(question, here.path, says, reply.answer.output);
        return { kind: 'not-read', state, says };
      }
      const { window } = seen;
      const inWindow = windowText(window);
      const says = words(`${window.lines} lines ${inWindow.en}`, `${inWindow.zh} ${window.lines} 行`);
      const counts = [...window.tally].map(([key, times]) => `${times} ${key}`);
      keep(question, window.path, says, [...counts, ...window.last].join('\n'));
      return { kind: 'read', window };
    },
  };
}

const CUT_OFF = {
  ok: false,
  judgements: [{ state: 'unknown', says: words('the answer is cut off', '返回内容不完整') }],
} as const;

function saysOf(reply: HostReply): Words {
  if (reply.kind === 'no-answer') return reply.says;
  const { exitCode, truncated } = reply.answer;
  const code = exitCode ?? '?';
  return truncated
    ? words(`exit code ${code}; the output is cut off`, `退出码 ${code}，输出不完整`)
    : words(`exit code ${code}`, `退出码 ${code}`);
}

const outputOf = (reply: HostReply): string =>
  reply.kind === 'answered' ? reply.answer.output : reply.output;
