import { appendFileSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { STAMPS, type LogFile, type LogLine, type LogScene, type RunningLog, type StartLog } from './log.ts';

/** All logs of a program together stay below this; a file that grows beyond its share starts again with its last minutes. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_BYTES_OF_ONE = 1024 * 1024;
const LONGEST_GAP_MS = 10 * 60_000;

/** The log files of one program, written into its host's file system from outside. Lines that no longer fit on the disk are lost, as they would be. */
export class LogFiles {
  readonly #root: string;
  readonly #running: readonly RunningLog[];
  readonly #starting: readonly StartLog[];
  readonly #owner: number | undefined;
  readonly #share: number;
  /** What files held when they last started again, by their path. */
  readonly #least = new Map<string, number>();
  #written = 0;
  #startedAt = 0;

  /** `root` is where the host's `/` can be reached; `owner` the user id that the files get. */
  constructor(root: string, files: readonly LogFile[], owner: number | undefined) {
    this.#root = root;
    this.#running = files.filter((file) => 'lines' in file);
    this.#starting = files.filter((file) => 'started' in file);
    this.#owner = owner;
    this.#share = Math.min(MOST_BYTES_OF_ONE, MOST_BYTES / Math.max(1, files.length));
  }

  /** Creates every file with its last minutes. */
  begin(now: number, scene: LogScene): void {
    this.#written = now;
    for (const file of this.#running) this.#refill(file, now, scene);
    this.start(now, scene);
  }

  /** Writes what a program writes when it starts. */
  start(now: number, scene: LogScene): void {
    this.#startedAt = now;
    for (const file of this.#starting) {
      this.#put(dated(file.path, now, scene), textOf(file, file.started(now, scene), scene));
    }
  }

  /** Writes the lines that became due since the last time, or in the last minutes when that is long ago. */
  write(now: number, scene: LogScene): void {
    const from = Math.max(this.#written, now - LONGEST_GAP_MS);
    this.#written = now;
    for (const file of this.#running) {
      const text = textOf(file, file.lines(from, now, scene), scene);
      if (text !== '') this.#append(file, text, now, scene);
    }
  }

  /** Writes the last minutes again, as they would be had the conditions been like this before. Files without a difference stay as they are. */
  rewrite(now: number, before: LogScene, scene: LogScene): void {
    for (const file of this.#running) {
      const text = (of: LogScene): string => textOf(file, lastLines(file, now, of), of);
      if (text(before) !== text(scene)) this.#refill(file, now, scene);
    }
    for (const file of this.#starting) {
      const text = (of: LogScene): string => textOf(file, file.started(this.#startedAt, of), of);
      if (text(before) !== text(scene)) this.#put(dated(file.path, now, scene), text(scene));
    }
    this.#written = now;
  }

  /** One line of the moment, in a file of the program. */
  add(file: string, text: string, now: number, scene: LogScene): void {
    const known = [...this.#running, ...this.#starting].find((each) => each.path === file);
    const place = dated(file, now, scene);
    this.#attempt(() => {
      this.#folder(place);
      appendFileSync(this.#at(place), textOf(known ?? {}, [{ at: now, text }], scene));
      this.#own(place);
    });
  }

  #append(file: RunningLog, text: string, now: number, scene: LogScene): void {
    const place = dated(file.path, now, scene);
    this.#attempt(() => {
      appendFileSync(this.#at(place), text);
      if (place !== file.path) this.#own(place);
      const most = Math.max(this.#share, 1.5 * (this.#least.get(file.path) ?? 0));
      if (statSync(this.#at(place)).size > most) this.#refill(file, now, scene);
    });
  }

  #refill(file: RunningLog, now: number, scene: LogScene): void {
    const place = dated(file.path, now, scene);
    const text = textOf(file, lastLines(file, now, scene), scene);
    this.#least.set(file.path, Buffer.byteLength(text));
    this.#put(place, text);
    if (!file.rotated) return;
    const { suffix, minutes } = file.rotated;
    const to = suffix === '.1' ? now - file.historyMinutes * 60_000 : midnight(now, scene) - 1;
    const before = file.lines(to - minutes * 60_000, to, scene);
    this.#put(place + dated(suffix, to, scene), textOf(file, before, scene));
  }

  #put(place: string, text: string): void {
    this.#attempt(() => {
      this.#folder(place);
      writeFileSync(this.#at(place), text);
      this.#own(place);
    });
  }

  #at(file: string): string {
    return path.join(this.#root, file);
  }

  #folder(file: string): void {
    const made = mkdirSync(path.dirname(this.#at(file)), { recursive: true });
    if (made !== undefined && this.#owner !== undefined) {
      for (let each = path.dirname(this.#at(file)); each.length >= made.length; each = path.dirname(each)) {
        chownSync(each, this.#owner, this.#owner);
      }
    }
  }

  #own(file: string): void {
    if (this.#owner !== undefined) chownSync(this.#at(file), this.#owner, this.#owner);
  }

  /** A full disk, or a folder that somebody on the host took away, loses the lines and nothing else. */
  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOSPC' && code !== 'ENOENT') throw error;
    }
  }
}

function textOf(file: Pick<LogFile, 'stamp'>, lines: readonly LogLine[], scene: LogScene): string {
  const stamp = file.stamp ?? STAMPS.comma;
  return lines.map(({ at, text }) => `${stamp(scene.local(at))}${text}\n`).join('');
}

/** What the current file holds: the last minutes, and of today where yesterday's lines are in a file of their own. */
function lastLines(file: RunningLog, now: number, scene: LogScene): readonly LogLine[] {
  const from = now - file.historyMinutes * 60_000;
  const isByDay = file.rotated !== undefined && file.rotated.suffix !== '.1';
  return file.lines(isByDay ? Math.max(from, midnight(now, scene) - 1) : from, now, scene);
}

/** When the day of the moment began on the host's clock. */
function midnight(now: number, scene: LogScene): number {
  const { time, millis } = scene.local(now);
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return now - ((hours * 60 + minutes) * 60 + seconds) * 1000 - Number(millis);
}

function dated(name: string, at: number, scene: LogScene): string {
  if (!name.includes('{')) return name;
  const { date } = scene.local(at);
  return name.replace('{YYYY-MM-DD}', date).replace('{YYYYMMDD}', date.replaceAll('-', ''));
}
