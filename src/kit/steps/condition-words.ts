import { type Words, words } from '../words.ts';
import type { CheckRef, Condition } from './condition.ts';

/** A condition as a person reads it before they confirm. */
export function conditionWords(condition: Condition): Words {
  switch (condition.kind) {
    case 'checks': {
      const checks = condition.checks.map(checkName);
      return words(`ok: ${checks.join(', ')}`, `正常：${checks.join('、')}`);
    }
    case 'quorum': {
      const { needs, hosts, system, checks } = condition;
      const on = checks.map((check) => `${system}/${check}`);
      return words(
        `at least ${needs} of ${hosts.join(', ')} ok in ${on.join(', ')}`,
        `${hosts.join('、')} 中至少 ${needs} 台 ${on.join('、')} 正常`,
      );
    }
    case 'at-least': {
      const { check, parts } = condition;
      const of = checkName({ ...check, on: { app: check.app } });
      const values = parts.map(({ part, value }) => `${part} ≥ ${value}`);
      return words(`${of}: ${values.join(', ')}`, `${of}：${values.join('、')}`);
    }
    case 'page': {
      const { host, url, has, hasNot } = condition;
      const en = [has && `has “${has}”`, hasNot && `has not “${hasNot}”`].filter(Boolean).join(' and ');
      const zh = [has && `包含“${has}”`, hasNot && `不包含“${hasNot}”`].filter(Boolean).join('且');
      return words(`${url} from ${host} ${en || 'answers'}`, `从 ${host} 访问 ${url} ${zh || '有应答'}`);
    }
    case 'container': {
      const { host, state } = condition;
      return words(`container of ${host}: ${STATE[state].en}`, `${host} 的容器：${STATE[state].zh}`);
    }
    default:
      return condition satisfies never;
  }
}

const checkName = ({ system, check, on }: CheckRef): string =>
  `${system}/${check} @ ${'host' in on ? on.host : on.app}`;

const STATE = {
  running: words('running', '运行中'),
  stopped: words('stopped', '已停止'),
  absent: words('absent', '不存在'),
  restarted: words('restarted', '已重启'),
} as const;
