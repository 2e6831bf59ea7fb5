/** A command that the pipeline's agent was sent (STAR-L01): what it ran is the rest behind `cmd://`. */
export interface Executed {
  readonly command: string;
}

/** Only the field is documented: `exeurl` with the command, which begins with `cmd://`. */
export function parseExecuted(line: string): Executed | undefined {
  const [, command] = /\bexeurl["']?\s*[:=]\s*["']?(?:cmd:\/\/)([^"']+)/.exec(line) ?? [];
  return command === undefined ? undefined : { command: command.trim() };
}

/** A command without the scheme under which it is sent. */
export const withoutScheme = (command: string): string => command.replace(/^cmd:\/\//, '').trim();

/**
 * For awk: the minute in which a line of the start-up or health check log tells that something failed, nothing for any other
 * line. How such lines look is not documented; SOFABoot writes the level and `success` or `fail`.
 */
export const FAILED_START = String.raw`(($0 ~ /(^|[^A-Za-z])(ERROR|FATAL)([^A-Za-z]|$)/ || tolower($0) ~ /fail|exception|passed["' ]*[:=] *false|not healthy|unhealthy/ || $0 ~ /失败|未通过/) && tolower($0) !~ /(^|[^0-9])0 fail|no fail|fail(ed|ure)?s?["' ]*[:=] *(0|\[\]|false)/ ? substr($0, match($0, /[0-9][0-9][0-9][0-9]-/), 16) : "")`;
