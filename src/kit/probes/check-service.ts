import type { Judgement } from '../check.ts';
import { parseJson } from '../json.ts';
import { withoutLast } from '../text/lines.ts';
import { words } from '../words.ts';
import { cannotAsk, namedParts, notUnderstood } from './limits.ts';
import { askLocalPage, type LocalPage, PAGE_CLIENTS, readLocalPage } from './local-page.ts';
import type { HostProbe } from './probe.ts';

/**
 * The health page of an app, asked for on its own host. Healthy only when it answers 200 with `passed` true and no false
 * anywhere; a page that does not answer has failed.
 */
export const checkService = (port = 9500): HostProbe => ({
  on: 'host',
  command: () => askLocalPage(port, '/checkService'),
  judge(answer) {
    const page = readLocalPage(answer);
    if (page.kind === 'no-client') return cannotAsk(PAGE_CLIENTS);
    if (page.kind === 'not-asked') return notUnderstood();
    const judged = judgeHealth(page);
    const isCut = answer.truncated && judged.state === 'ok';
    return isCut ? notUnderstood() : [{ ...judged, evidence: answer.output }];
  },
});

type Came = Extract<LocalPage, { readonly kind: 'answered' | 'silent' }>;

function judgeHealth(page: Came): Judgement {
  if (page.kind === 'silent') {
    return { state: 'critical', says: words('the health check does not answer', '健康检查无应答') };
  }
  const { status, body } = page;
  const failed = failedComponents(body);
  const named = namedParts(failed);
  if (status !== 200) {
    return {
      state: 'critical',
      says: words(`the health check answers ${status}${named.en}`, `健康检查返回 ${status}${named.zh}`),
    };
  }
  if (/(?<![a-z])false(?![a-z])/i.test(body)) {
    return {
      state: 'critical',
      says: words(`the health check has not passed${named.en}`, `健康检查未通过${named.zh}`),
    };
  }
  if (body.trim() === '') {
    return { state: 'critical', says: words('the health check answers nothing', '健康检查返回为空') };
  }
  if (!hasPassed(body)) {
    return {
      state: 'unknown',
      says: words('the health check says neither true nor false', '健康检查结果无法识别'),
    };
  }
  return { state: 'ok', says: words('the health check has passed', '健康检查通过') };
}

/** `passed` is true where it comes first: as the first field of the first line, or as a field of the JSON itself. */
function hasPassed(body: string): boolean {
  const parsed = parseJson(body);
  if (typeof parsed === 'object' && parsed !== null)
    return 'passed' in parsed && String(parsed.passed) === 'true';
  const [first = ''] = body.trim().split('\n');
  return /^[^:=]*\bpassed\b["']?\s*[:=]\s*["']?true\b/i.test(first);
}

/** Names of what says false: keys and named members of JSON, or the text before it on its line. */
function failedComponents(body: string): readonly string[] {
  const parsed = parseJson(body);
  const names = parsed === undefined ? namesInText(body) : namesInJson(parsed, '');
  const parts = names.filter((name) => !/^(passed|success|healthy|)$/i.test(name));
  return [...new Set(parts)];
}

function namesInText(body: string): readonly string[] {
  return body
    .split('\n')
    .filter((line) => /\bfalse\b/i.test(line))
    .map((line) => {
      const before = withoutLast(line.slice(0, line.search(/\bfalse\b/i)), isIn('\'":=, \t'));
      const name = before.replace(/\b(passed|success|healthy)$/i, '');
      return withoutLast(name, isIn('\'":=,)]- \t'))
        .replace(/^["'\s[(-]+/, '')
        .slice(0, 80);
    });
}

const isIn =
  (characters: string) =>
  (character: string): boolean =>
    characters.includes(character);

function namesInJson(value: unknown, name: string): readonly string[] {
  if (value === false) return [name];
  if (typeof value !== 'object' || value === null) return [];
  const own = 'name' in value && typeof value.name === 'string' ? value.name : name;
  return Object.entries(value).flatMap(([key, inner]) =>
    namesInJson(inner, /^(passed|success|healthy|\d+)$/i.test(key) ? own : key),
  );
}
