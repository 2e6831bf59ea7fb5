import type { NewPlaybook, RemedialRow } from './about.ts';

/** Begins every Chinese text that nobody has written yet; the test of a new playbook names them. */
const TO_WRITE = '待写：';

/** The smallest playbook that works: the steps of its row, done by a person, between two looks at its check. */
export function playbookFile({ name, system, row, app, check, checkOf }: NewPlaybook): string {
  const onHost = check.on === 'host';
  const { clause } = partsOf(row);
  const refs = onHost
    ? ` = (host: string): readonly CheckRef[] => onHosts(${text(checkOf)}, [${text(check.id)}], [host])`
    : `: readonly CheckRef[] = onApps(${text(checkOf)}, [${text(check.id)}], [${text(app)}])`;
  const asked = onHost ? 'refs(host)' : 'refs';
  const place = onHost ? '${host}' : app;
  return `import {
  allGreen,
  ${onHost ? 'arg,' : ''}
  args,
  type CheckRef,
  checksGreen,
  definePlaybook,
  ${onHost ? 'onHosts' : 'onApps'},
  refuse,
  sayAnswers,
  sentences,
  words,
} from '../../src/kit/index.ts';

/** Red when this is the remedy, green when it has helped. */
const refs${refs};

export default definePlaybook({
  name: ${text(name)},
  system: ${text(system)},
  title: ${toWrite(sentenceOf(name))},
  rows: [${text(row.id)}],
  looksAt: [${check.rows.map(text).join(', ')}],
  heals: [{ system: ${text(checkOf)}, check: ${text(check.id)} }],
  clause: { document: ${text(clause.document)}, section: ${text(clause.section)} },
  risk: ${text(riskOf(row))},
  args: args({${onHost ? ` host: arg.host({ app: ${text(app)} }) ` : ''}}),
  examples: [{${onHost ? ` host: ${text(`${app}-1`)} ` : ''}}],

  async observe(${onHost ? '{ host }' : '_'}, look) {
    const answers = await look.checks({ refs: ${asked} });
    if (allGreen(answers))
      return refuse('not-needed', sentences(words(\`${place} is well.\`, \`${place} 状态正常。\`), sayAnswers(answers)));
    // What is not known is never a reason to act.
    if (answers.some(({ state }) => state === 'unknown'))
      return refuse('unsafe', sentences(words('It is not known whether this is needed.', '无法确认是否需要执行。'), sayAnswers(answers)));
    return { applies: true, because: sayAnswers(answers), facts: {${onHost ? ' host ' : ''}} };
  },

  warning: () => ${toWrite('What may be interrupted, and for how long')},

  steps: (${onHost ? '{ host }' : ''}) => [
${row.steps.map((step, at) => stepText(step, `${row.id}.${at + 1}`, onHost)).join('\n')}
  ],

  verify: (${onHost ? '{ host }' : ''}) => [checksGreen(${asked}, { row: ${text(check.rows[0] ?? row.id)} })],

  // Or the steps that put things back; or { nothing: … } where nothing would have to be.
  rollback: { irreversible: ${toWrite('Why it cannot be put back')} },
});
`;
}

function stepText(step: RemedialRow['steps'][number], id: string, onHost: boolean): string {
  const { where, command, template, expect } = step;
  const act = [step.text, command ?? template].filter((part) => part !== undefined).join(': ');
  return `    {
      kind: 'manual',
      title: ${toWrite(step.text)},
      cites: [${text(id)}],
      page: ${toWrite(where ?? 'Where a person does this')},
      do: ${toWrite(act)},
      expect: ${toWrite(expect ?? 'What one sees there when it went well')},
      changes: ${!looksOnly(step)},
      ${onHost ? 'host,' : ''}
    },`;
}

/** The manuals give a risk to every command that changes something. */
const looksOnly = ({ kind, risk }: RemedialRow['steps'][number]): boolean =>
  kind === 'check' || (risk === undefined && (kind === 'shell' || kind === 'http' || kind === 'sql'));

/** A literal; biome chooses the quotation marks. */
const text = (value: string): string => JSON.stringify(value);
const toWrite = (en: string): string => `words(${text(en)}, ${text(`${TO_WRITE}${en}`)})`;

function partsOf({ clauses }: RemedialRow) {
  const [document = '001', section = ''] = (clauses[0] ?? '').split(' §');
  return { clause: { document, section: /^[\d.]+(?= |$)/.exec(section)?.[0] ?? section } };
}

const RISKS = ['low', 'risky', 'dangerous'] as const;
/** That of its most risky step; risky where the manual does not say. */
function riskOf({ steps }: RemedialRow): (typeof RISKS)[number] {
  const said = steps.flatMap(({ risk }) => (risk ? [RISKS.indexOf(risk)] : []));
  return RISKS[Math.max(...said)] ?? 'risky';
}

const sentenceOf = (name: string): string => {
  const said = name.replaceAll('-', ' ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
};
