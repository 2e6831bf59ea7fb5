import type { LogFile, LogScene, RunningLog } from './log.ts';
import { defaultLog, moments, perMinute } from './log-lines.ts';

type Lines = RunningLog['lines'];

export const running = (path: string, historyMinutes: number, lines: Lines): RunningLog => ({
  path,
  historyMinutes,
  lines,
});

/** What several sources write into one log, in order. */
export const together =
  (...sources: readonly Lines[]): Lines =>
  (from, to, scene) =>
    sources.flatMap((lines) => lines(from, to, scene)).toSorted((a, b) => a.at - b.at);

/** So many lines a minute, as the conditions of the host say. `text` is what stands after the time. */
export const often =
  (
    seed: string,
    timesPerMinute: (scene: LogScene) => number,
    text: (at: number, scene: LogScene) => string,
  ): Lines =>
  (from, to, scene) =>
    moments(from, to, perMinute(timesPerMinute(scene)), `${scene.host} ${seed}`).map((at) => ({
      at,
      text: ` ${text(at, scene)}`,
    }));

/** Logs that the manual only names, each with a line every ten seconds: name to what it says. */
export const namedLogs = (folder: string, says: Readonly<Record<string, string>>): readonly LogFile[] =>
  Object.entries(says).map(([name, message]) => defaultLog(`${folder}/${name}.log`, message));
