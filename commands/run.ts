import {
  callForm,
  defineCommand,
  type Playbook,
  playbookNamed,
  readCall,
  sentences,
  tokensOf,
  unknownPlaybook,
  usageOfCall,
  type Words,
  words,
} from '../src/kit/index.ts';

export default defineCommand({
  name: 'run',
  title: words('Run a playbook: its plan is shown before anything is changed', '执行预案：变更前先显示计划'),
  usage: words('<playbook> <arguments> [ticket=…] [reason="…"]', '<预案> <参数> [变更单=…] [原因="…"]'),
  examples: ['stuck-flow r1_201905060583197', 'stuck-flow r1_201905060583197 原因="发布卡住"'],
  makes: 'plan',

  read(text, known) {
    const [first, ...rest] = tokensOf(text);
    if (!first) return { kind: 'playbooks', names: [...known.catalog.playbooks.keys()] };
    const playbook = playbookNamed(first.text, known.catalog);
    if (!playbook) return { kind: 'answer', says: unknownPlaybook(first.text, known.catalog) };
    const last = rest.at(-1);
    // A question mark at the end asks for the form.
    const asks = last !== undefined && ['?', '？', '…', '...'].includes(last.raw);
    const typed = (asks ? rest.slice(0, -1) : rest).map(({ raw }) => raw).join(' ');
    const read = readCall(playbook, typed, known.estate);
    if (read.ok && !asks) return { kind: 'change', playbooks: [playbook.name], ...read.call };
    const wrong = read.ok || typed === '' ? [] : read.problems.map(({ says }) => says);
    return {
      kind: 'answer',
      says: sentences(...wrong, howToRun(playbook)),
      form: {
        topic: playbook.name,
        begins: read.given,
        ...(wrong.length > 0 ? { note: sentences(...wrong) } : {}),
      },
    };
  },

  formFor(topic, { catalog }) {
    const playbook = catalog.playbooks.get(topic);
    return playbook && callForm(playbook);
  },
});

function howToRun(playbook: Playbook): Words {
  const { en, zh } = usageOfCall(playbook);
  return words(`Type: /run ${en}`, `请输入 /run ${zh}`);
}
