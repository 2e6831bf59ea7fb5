import { closeSync, ftruncateSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LogScene } from './apps/app.ts';
import { type Conditions, HEALTHY } from './conditions.ts';
import { type KeyPair, newKeyPair } from './keys.ts';
import { LogFiles } from './log-files.ts';
import type { HostChild } from './host-child.ts';
import type { PlannedHost } from './plan.ts';
import { AppProcess } from './process.ts';
import type { Relay } from './relay.ts';
import { Vitals } from './vitals.ts';

const BALLAST = 'home/admin/logs/heapdump.hprof';

/** One running practice host: its namespaces, its process 1, the process of its app, its files. */
export class Host {
  readonly plan: PlannedHost;
  /** Public host key that known_hosts names. */
  readonly key: KeyPair;
  /** Process 1 of the host, by its id on this machine. */
  readonly pid: number;
  readonly #child: HostChild;
  readonly #relay: Relay;
  readonly #logs: LogFiles;
  readonly #vitals: Vitals;
  readonly #root: string;
  readonly #files: Readonly<Record<'stat' | 'loadavg' | 'meminfo', number>>;
  #conditions: Conditions = HEALTHY;
  #process: AppProcess | undefined;
  #settled: Promise<void> = Promise.resolve();
  #ticked = Date.now();

  constructor(
    plan: PlannedHost,
    key: KeyPair,
    child: HostChild,
    setting: { readonly relay: Relay; readonly timeZone: string },
  ) {
    this.plan = plan;
    this.key = key;
    this.pid = child.pid;
    this.#child = child;
    this.#relay = setting.relay;
    this.#root = `/proc/${child.pid}/root`;
    this.#vitals = new Vitals(plan.app.cores, plan.app.memoryGb);
    this.#logs = new LogFiles(
      this.#root,
      plan.app.logs,
      setting.timeZone,
      process.getuid?.() === 0 ? 1000 : undefined,
    );
    const open = (name: string): number => openSync(path.join(this.#root, '.host/proc', name), 'r+');
    this.#files = { stat: open('stat'), loadavg: open('loadavg'), meminfo: open('meminfo') };
    this.#logs.begin(Date.now(), this.#scene());
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  get processRuns(): boolean {
    return this.#process?.alive === true;
  }

  /** Whether its process listens on the port now. */
  serves(port: number): boolean {
    return this.processRuns && (this.#process?.ports.includes(port) ?? false);
  }

  /** Makes processes, ports, connections, logs and files agree with the conditions. One change at a time, in order. */
  settle(conditions: Conditions, peers: ReadonlyMap<string, string>): Promise<void> {
    this.#settled = this.#settled.catch(() => {}).then(() => this.#become(conditions, peers));
    return this.#settled;
  }

  /** Advances the counters and writes the log lines that are due. */
  tick(now: number, writeLogs: boolean): void {
    this.#vitals.pass(Math.max(0, now - this.#ticked) / 1000, this.#conditions);
    this.#ticked = now;
    put(this.#files.stat, this.#vitals.stat());
    if (!writeLogs) return;
    put(this.#files.loadavg, this.#vitals.files(this.#conditions).loadavg);
    if (this.processRuns) this.#logs.write(now, this.#scene());
  }

  /** One line in one of the host's logs, when its process can write any. */
  log(file: string, text: string): void {
    if (this.processRuns) this.#logs.add(file, text, Date.now());
  }

  /** Tells the app's process to connect to one of its host's own ports. */
  async dial(port: number, id: string): Promise<void> {
    if (!this.#process?.alive) throw new Error(`nothing runs on ${this.plan.name}`);
    await this.#process.dial(port, id);
  }

  async stop(): Promise<void> {
    for (const file of Object.values(this.#files)) closeSync(file);
    await this.#child.end();
  }

  async #become(conditions: Conditions, peers: ReadonlyMap<string, string>): Promise<void> {
    const before = this.#scene();
    const past = this.#conditions;
    const ran = this.processRuns;
    this.#conditions = conditions;
    await this.#runOrEnd();
    const { ports } = this.plan.app;
    await this.#process?.listen(
      Object.keys(ports)
        .map(Number)
        .filter((port) => !conditions.closedPorts.includes(port)),
    );
    await this.#process?.connect(peers);
    this.#bringLogsUp(ran, before, !isDeepStrictEqual(past, conditions));
    if (past.diskFilledTo !== conditions.diskFilledTo) this.#fillDisk();
    if (past.hostKey !== conditions.hostKey) this.#setHostKey();
    const files = this.#vitals.files(conditions);
    put(this.#files.loadavg, files.loadavg);
    put(this.#files.meminfo, files.meminfo);
  }

  async #runOrEnd(): Promise<void> {
    if (this.#conditions.processRuns && !this.processRuns) {
      const control = this.#relay.app(this.plan.name);
      this.#say('run', this.plan.app.id, this.plan.app.command);
      this.#process = new AppProcess(await control);
    }
    if (!this.#conditions.processRuns && this.#process?.alive) {
      const gone = this.#process;
      const ended = new Promise<void>((resolve) => gone.onEnd(resolve));
      this.#say('end', this.plan.app.id);
      await ended;
    }
  }

  /** A log that tells nothing of the change must not get a gap, nor one of a process that is back. */
  #bringLogsUp(ran: boolean, before: LogScene, changed: boolean): void {
    const now = Date.now();
    if (ran) this.#logs.write(now, before);
    if (!this.processRuns) return;
    if (!ran) this.#logs.write(now, this.#scene());
    if (changed) this.#logs.rewrite(now, before, this.#scene());
  }

  #fillDisk(): void {
    const file = path.join(this.#root, BALLAST);
    rmSync(file, { force: true });
    const { diskFilledTo } = this.#conditions;
    if (diskFilledTo === null) return;
    const disk = statfsSync(path.join(this.#root, 'home/admin'));
    const wanted = Math.floor((disk.blocks * diskFilledTo - (disk.blocks - disk.bfree)) * disk.bsize);
    if (wanted > 0) writeFileSync(file, Buffer.alloc(wanted));
  }

  #setHostKey(): void {
    const key = this.#conditions.hostKey === 'own' ? this.key : newKeyPair();
    writeFileSync(path.join(this.#root, '.host/host_key'), key.private, { mode: 0o600 });
  }

  #say(...words: readonly string[]): void {
    this.#child.say(`${words.join('\t')}\n`);
  }

  #scene(): LogScene {
    return { host: this.plan.name, address: this.plan.address, conditions: this.#conditions };
  }
}

/** Replaces a file's content without a moment in which it is empty. */
function put(file: number, text: string): void {
  writeSync(file, text, 0);
  ftruncateSync(file, Buffer.byteLength(text));
}
