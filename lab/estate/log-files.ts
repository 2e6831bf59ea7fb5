import { appendFileSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LogFile, LogScene } from './apps/app.ts';
import { offsetOf, stamp } from './log-lines.ts';

/** A file that grows beyond this starts again with its last minutes. */
const MOST_BYTES = 3 * 1024 * 1024;
const LONGEST_GAP_MS = 10 * 60_000;

/** The log files of one host, written into its file system from outside. Lines that no longer fit on the disk are lost, as they would be. */
export class LogFiles {
  readonly #root: string;
  readonly #files: readonly LogFile[];
  readonly #timeZone: string;
  readonly #owner: number | undefined;
  #written: number;

  /** `root` is where the host's `/` can be reached; `owner` the user id that the files get. */
  constructor(root: string, files: readonly LogFile[], timeZone: string, owner: number | undefined) {
    this.#root = root;
    this.#files = files;
    this.#timeZone = timeZone;
    this.#owner = owner;
    this.#written = 0;
  }

  /** Creates every file with its last minutes. */
  begin(now: number, scene: LogScene): void {
    this.#written = now;
    for (const file of this.#files) {
      this.#folder(file.path);
      this.#refill(file, now, scene);
    }
  }

  /** Writes the lines that became due since the last time, or in the last minutes when that is long ago. */
  write(now: number, scene: LogScene): void {
    const from = Math.max(this.#written, now - LONGEST_GAP_MS);
    this.#written = now;
    for (const file of this.#files) {
      const text = this.#text(file, from, now, scene);
      if (text !== '') this.#append(file, text, now, scene);
    }
  }

  /** Writes the last minutes again, as they would be had the conditions been like this before. Files without a difference stay as they are. */
  rewrite(now: number, before: LogScene, scene: LogScene): void {
    for (const file of this.#files) {
      const from = now - file.historyMinutes * 60_000;
      const was = this.#text(file, from, now, before);
      if (was !== this.#text(file, from, now, scene)) this.#refill(file, now, scene);
    }
    this.#written = now;
  }

  /** One line of the moment, in a file of the app. */
  add(file: string, text: string, now: number): void {
    this.#attempt(() => {
      this.#folder(file);
      appendFileSync(this.#at(file), `${stamp(now, offsetOf(this.#timeZone, now))}${text}\n`);
      this.#own(file);
    });
  }

  #append(file: LogFile, text: string, now: number, scene: LogScene): void {
    this.#attempt(() => {
      appendFileSync(this.#at(file.path), text);
      if (statSync(this.#at(file.path)).size > MOST_BYTES) this.#refill(file, now, scene);
    });
  }

  #refill(file: LogFile, now: number, scene: LogScene): void {
    const text = this.#text(file, now - file.historyMinutes * 60_000, now, scene);
    this.#attempt(() => {
      writeFileSync(this.#at(file.path), text);
      this.#own(file.path);
    });
  }

  #text(file: LogFile, from: number, to: number, scene: LogScene): string {
    const offset = offsetOf(this.#timeZone, to);
    return file
      .lines(from, to, scene)
      .map(({ at, text }) => `${stamp(at, offset)}${text}\n`)
      .join('');
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
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'ENOENT') throw error;
    }
  }
}
