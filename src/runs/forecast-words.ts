import { inUnit, type Words, words } from '../kit/index.ts';
import { findingKey, type Forecast, type Outlier, type Report } from './report.ts';

/** Outliers that are not told already among what changed. */
export function newOutliers({ outliers = [], changes }: Report): readonly Outlier[] {
  const told = new Set(changes?.entries.map(({ finding }) => findingKey(finding)));
  return outliers.filter(({ finding }) => !told.has(findingKey(finding)));
}

/** `71 %, the median of 5 hosts is 12 %` */
export function outlierSays({ finding: { unit = '' }, value, median, peers }: Outlier): Words {
  const [own, usual] = [inUnit(value, unit), inUnit(median, unit)];
  return words(
    `${own.en}, the median of ${peers} hosts is ${usual.en}`,
    `${own.zh}，${peers} 台主机的中位数为 ${usual.zh}`,
  );
}

/** `full in about 3 days, at the limit of 80 % (MQ-M16) in about 20 hours`, reckoned from a moment (ISO 8601). */
export function forecastSays({ finding, limitAt, fullAt }: Forecast, from: string): Words {
  const { limit, unit = '' } = finding;
  const most = limit && inUnit(limit.value, unit);
  const named = most && words(`${most.en} (${limit.row})`, `${most.zh}（${limit.row}）`);
  const says: Words[] = [];
  if (fullAt !== undefined) {
    const time = about(from, fullAt);
    says.push(words(`full in about ${time.en}`, `约 ${time.zh}后写满`));
  }
  if (limitAt !== undefined && named) {
    const time = about(from, limitAt);
    says.push(
      words(`at the limit of ${named.en} in about ${time.en}`, `约 ${time.zh}后达到阈值 ${named.zh}`),
    );
  } else if (limit && named && finding.value !== undefined && finding.value >= limit.value) {
    says.push(words(`the limit of ${named.en} is reached`, `已达到阈值 ${named.zh}`));
  }
  return words(says.map(({ en }) => en).join(', '), says.map(({ zh }) => zh).join('，'));
}

const HOUR_MS = 3600 * 1000;

/** `5 hours`, `3 days`: no more exact than a forecast is. */
function about(from: string, to: string): Words {
  const hours = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / HOUR_MS));
  if (hours < 36) return words(hours === 1 ? '1 hour' : `${hours} hours`, `${hours} 小时`);
  const days = Math.round(hours / 24);
  return words(`${days} days`, `${days} 天`);
}
