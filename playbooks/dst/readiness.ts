import {
  askLocalPage,
  type HostProbe,
  type Judgement,
  namedParts,
  parseJson,
  portOf,
  seeLocalPage,
  words,
} from '../../src/kit/index.ts';

/** The readiness of a Spring Boot application, asked for on its own host: its status must be UP. Names the parts that are not. */
export const readiness: HostProbe = {
  on: 'host',
  command: ({ app }) => askLocalPage(portOf(app, 8080), '/health/readiness'),
  judge(answer) {
    const page = seeLocalPage(answer);
    switch (page.kind) {
      case 'unclear':
        return page.judgements;
      case 'silent':
        return [
          {
            state: 'critical',
            says: words('the readiness check does not answer', '就绪检查无应答'),
            evidence: answer.output,
          },
        ];
      case 'answered':
        return [{ ...judgeReadiness(page.status, page.body), evidence: answer.output }];
      default:
        return page satisfies never;
    }
  },
};

function judgeReadiness(code: number, body: string): Judgement {
  const health = readHealth(body);
  if (!health) {
    return code === 200
      ? { state: 'unknown', says: words('the readiness check gives no status', '就绪检查没有返回 status') }
      : {
          state: 'critical',
          says: words(`the readiness check answers ${code}`, `就绪检查返回 ${code}`),
        };
  }
  const { status, down } = health;
  const parts = namedParts(down);
  if (status !== 'UP') {
    const says = words(
      `the readiness check has not passed, status ${status}${parts.en}`,
      `就绪检查未通过，status 为 ${status}${parts.zh}`,
    );
    return { state: 'critical', says };
  }
  const but = down.length === 0 ? parts : words(`; not UP${parts.en}`, `；以下部分不是 UP${parts.zh}`);
  return {
    state: 'ok',
    says: words(`the readiness check has passed, status UP${but.en}`, `就绪检查通过，status 为 UP${but.zh}`),
  };
}

export interface Health {
  readonly status: string;
  /** Parts that are not UP, the innermost of each, with their status where it is not DOWN. */
  readonly down: readonly string[];
}

/** Undefined for what is no JSON, or has no status of the whole. */
export function readHealth(body: string): Health | undefined {
  const parsed = parseJson(body);
  const status = statusOf(parsed);
  return status === undefined ? undefined : { status, down: [...new Set(partsIn(parsed, ''))] };
}

/** Parts are nested, with or without a word like `components` between. UNKNOWN is what a part says that cannot tell. */
function partsIn(value: unknown, name: string): readonly string[] {
  if (!isObject(value)) return [];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    partsIn(each, /^(components|details)$/.test(key) ? name : key),
  );
  const status = statusOf(value);
  if (inner.length > 0 || name === '' || status === undefined || status === 'UP' || status === 'UNKNOWN')
    return inner;
  return [status === 'DOWN' ? name : `${name} (${status})`];
}

/** Spring Boot writes it as text, or as an object with a code. */
function statusOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { status } = value;
  const text = isObject(status) ? status['code'] : status;
  return typeof text === 'string' ? text.toUpperCase() : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
