import { langOf, say } from '../kit/index.ts';
import type { Inside } from '../inside.ts';
import type { Settings } from '../main.ts';
import type { Run } from '../runs/run.ts';
import { cancelQuietly, confirmHere } from './confirm.ts';
import { chartText, drawInto } from './history.ts';
import { arrival, mustGet } from './inside.ts';
import { helpText, playbooksText } from './playbooks.ts';
import { print, printJson } from './print.ts';
import { schedulesText } from './schedules.ts';
import { runText } from './text.ts';
import type { Given } from './verb.ts';

/** Asks as the person at this machine, and prints what comes of it. */
export async function ask(
  inside: Inside,
  settings: Settings,
  verb: string,
  text: string,
  options: Pick<Given, 'json' | 'dryRun' | 'png'>,
): Promise<number> {
  const said = await inside.desk.ask(verb, text, arrival(settings, text));
  const lang = langOf(text, settings.config.env.FETTLE_LANGUAGE);
  switch (said.kind) {
    case 'says':
      return print(
        [say(said.says, lang), ...(said.instead ?? []).map(({ command }) => `  ${command}`)].join('\n'),
        1,
      );
    case 'help':
      return print(helpText(said.help, lang), 0);
    case 'playbooks':
      return options.json ? printJson(said.cards, 0) : print(playbooksText(said, lang), 0);
    case 'history': {
      const failed = options.png === undefined ? undefined : await drawInto(options.png, said.chart, lang);
      if (failed !== undefined) return print(failed, 1);
      return options.json ? printJson(said.chart, 0) : print(chartText(said.chart, lang), 0);
    }
    case 'joined':
      return print(`${said.by.name} inspects the same already: run ${said.runId}.`, 0);
    case 'schedules':
      return print(schedulesText(said, lang), 0);
    case 'started': {
      const run = await mustGet(inside, said.runId);
      if (options.json) return printJson(run.report ?? run, healthy(run) ? 0 : 1);
      print(runText(run, lang), 0);
      if (run.state !== 'waiting') return healthy(run) ? 0 : 1;
      return options.dryRun ? cancelQuietly(inside, settings, run) : confirmHere(inside, settings, run);
    }
    default:
      return said satisfies never;
  }
}

const healthy = (run: Run): boolean =>
  run.report
    ? run.report.findings.every(({ state }) => state === 'ok')
    : run.state === 'waiting' || run.state === 'suspended' || run.outcome === 'done';
