import { Command, CommanderError, Option } from 'commander';
import { nearest } from '../kit/index.ts';
import { terminalText } from './terminal.ts';
import { Given, type OptionName, OPTIONS, PROGRAM, type Verb } from './verb.ts';

/** Reads the command line, and performs the verb; help and mistakes are printed in one voice. */
export async function perform(
  verbs: readonly Verb[],
  argv: readonly string[],
  { out, error: tell }: Output = TERMINAL,
): Promise<number> {
  let code = 0;
  const program = new Command(PROGRAM).configureOutput({ writeOut: out, writeErr: tell });
  complete(program, verbs, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

/** Where help and mistakes are written. */
export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const TERMINAL: Output = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(terminalText(text).concat('\n')),
};

function complete(program: Command, verbs: readonly Verb[], onEnd: (code: number) => void): void {
  program
    .description('Runs the documented checks and fixes of the middleware estate.')
    .usage('<command> [words] [options]')
    .option('--in <folder>', 'where .env, inventory.yaml and policy.yaml are; here unless set')
    .helpOption('-h, --help', 'show what can be typed')
    .helpCommand('help [command]', 'show the options and examples of a command')
    .configureHelp({
      subcommandTerm: (command) => termOf(command),
      sortSubcommands: false,
    })
    .showHelpAfterError()
    .showSuggestionAfterError()
    .exitOverride();
  for (const verb of verbs) {
    const [first = '', second] = verb.name.split(' ');
    const parent =
      second === undefined
        ? program
        : (program.commands.find((each) => each.name() === first) ?? program.command(first));
    parent.addCommand(commandOf(verb, second ?? first, onEnd).copyInheritedSettings(program));
  }
  for (const group of program.commands.filter(({ commands }) => commands.length > 0))
    group
      .description(group.commands.map((each) => each.description()).join(' · '))
      .helpCommand(false)
      .copyInheritedSettings(program);
  program.allowExcessArguments().action(() => {
    const [word] = program.args;
    if (word === undefined) return program.outputHelp();
    const near = nearest(
      word,
      program.commands.map((each) => each.name()),
      2,
    );
    const meant =
      near.length > 0 ? ` Did you mean ${near.map((name) => `${PROGRAM} ${name}`).join(' or ')}?` : '';
    return program.error(`Unknown command "${word}".${meant}`);
  });
}

function commandOf(verb: Verb, name: string, onEnd: (code: number) => void): Command {
  const command = new Command(name).description(verb.title);
  const shown = [verb.usage, ...verb.options.map((option) => `[${OPTIONS[option][0]}]`)];
  command.usage(shown.filter((each) => each !== '').join(' '));
  if (verb.words !== 'none') command.argument(verb.words === 'any' ? '[words...]' : '[word]');
  for (const option of verb.options) command.addOption(optionOf(option));
  for (const option of verb.quietOptions ?? []) command.addOption(optionOf(option).hideHelp());
  if (verb.examples)
    command.addHelpText('after', `\nExamples:\n${verb.examples.map((each) => `  ${each}`).join('\n')}`);
  return command.action(async () => {
    onEnd(await verb.run(command.args, Given.parse(command.optsWithGlobals())));
  });
}

function optionOf(name: OptionName): Option {
  const [flags, says] = OPTIONS[name];
  const option = new Option(flags, says);
  return name === 'heads'
    ? option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    : option;
}

/** The words of a usage line before its options. */
function withoutOptions(usage: string): string {
  const at = usage.search(/\[(?:--|options)/u);
  return (at === -1 ? usage : usage.slice(0, at)).trimEnd();
}

/** `fettle inspect [system | app | host | site] …`; of a verb with words under it, these. */
function termOf(command: Command): string {
  const under = command.commands.map((each) => each.name());
  const usage = under.length > 0 ? under.join(' | ') : withoutOptions(command.usage());
  const group = command.parent?.parent ? `${command.parent.name()} ` : '';
  return `${PROGRAM} ${group}${command.name()} ${usage}`.trim();
}
