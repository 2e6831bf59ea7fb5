import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { mainProgram, type Program } from './apps/app.ts';
import { type CommandGateway, openCommandGateway } from './command-gateway.ts';
import { type Conditions, HEALTHY } from './conditions.ts';
import type { HostChild } from './host-child.ts';
import { type KeyPair, newKeyPair } from './keys.ts';
import { type LocalTime, localTime, offsetOf } from './local-time.ts';
import type { LogScene } from './log.ts';
import { LogFiles } from './log-files.ts';
import type { PlannedHost } from './plan.ts';
import { ProgramProcess } from './process.ts';
import type { Relay } from './relay.ts';
import type { Executable, SeenHost, Served } from './service.ts';
import { ProcFiles } from './proc-files.ts';

const BALLAST = 'home/admin/logs/heapdump.hprof';
const ADMIN = 1000;

/** The connections of each program of a host, by its id: name to `address:port`. */
export type PeersOfHost = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface Running {
  readonly program: Program;
  readonly logs: LogFiles;
  process: ProgramProcess | undefined;
  /** When it last started or ended. */
  since: number;
}

/** One running practice host: its namespaces, its process 1, the processes of its programs, its files. */
export class Host implements SeenHost {
  readonly plan: PlannedHost;
  /** Public host key that known_hosts names. */
  readonly key: KeyPair;
  /** Process 1 of the host, by its id on this machine. */
  readonly pid: number;
  readonly #child: HostChild;
  readonly #relay: Relay;
  readonly #timeZone: string;
  readonly #programs: readonly Running[];
  readonly #procFiles: ProcFiles;
  readonly #root: string;
  readonly #files: Readonly<Record<'stat' | 'loadavg' | 'meminfo', number>>;
  #gateway: CommandGateway | undefined;
  #conditions: Conditions = HEALTHY;
  #settled: Promise<void> = Promise.resolve();
  #ticked = Date.now();
  #containerSince = Date.now();

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
    this.#timeZone = setting.timeZone;
    this.#root = `/proc/${child.pid}/root`;
    this.#procFiles = new ProcFiles(plan.app.cores, plan.app.memoryGb);
    const isRoot = process.getuid?.() === 0;
    this.#programs = plan.app.programs.map((program) => {
      const owner = isRoot ? (program.user === 'root' ? 0 : ADMIN) : undefined;
      return {
        program,
        logs: new LogFiles(this.#root, program.logs ?? [], owner),
        process: undefined,
        since: Date.now(),
      };
    });
    const open = (name: string): number => openSync(path.join(this.#root, '.host/proc', name), 'r+');
    this.#files = { stat: open('stat'), loadavg: open('loadavg'), meminfo: open('meminfo') };
    for (const { logs } of this.#programs) logs.begin(Date.now(), this.#scene());
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  runs(program = mainProgram(this.plan.app)): boolean {
    return this.#programs.some((each) => each.program.id === program && isAlive(each));
  }

  since(program = mainProgram(this.plan.app)): number {
    return this.#programs.find((each) => each.program.id === program)?.since ?? 0;
  }

  containerSince(): number {
    return this.#containerSince;
  }

  /** Its container is started now, also when it runs. */
  beginAnew(): void {
    this.#containerSince = Date.now();
  }

  local(at: number): LocalTime {
    return this.#scene().local(at);
  }

  serves(port: number): boolean {
    return this.#serving(port) !== undefined;
  }

  /** Lets the commands of the host be answered, by their path. */
  async answerCommands(commands: ReadonlyMap<string, Executable>, served: () => Served): Promise<void> {
    this.#gateway = await openCommandGateway(this.#root, async (file, args) => {
      const command = commands.get(file);
      return command ? command(args, served()) : { err: `${file}: not found\n`, code: 127 };
    });
  }

  /** Makes processes, ports, connections, logs and files agree with the conditions. One change at a time, in order. */
  settle(conditions: Conditions, peers: PeersOfHost): Promise<void> {
    this.#settled = this.#settled.catch(() => {}).then(() => this.#become(conditions, peers));
    return this.#settled;
  }

  /** Ends programs that run; the next settling starts them again. */
  endPrograms(programs: readonly string[]): Promise<void> {
    this.#settled = this.#settled
      .catch(() => {})
      .then(async () => {
        for (const each of this.#programs) if (programs.includes(each.program.id)) await this.#end(each);
      });
    return this.#settled;
  }

  /** Advances the counters and writes the log lines that are due. */
  tick(now: number, writeLogs: boolean): void {
    this.#procFiles.pass(Math.max(0, now - this.#ticked) / 1000, this.#conditions);
    this.#ticked = now;
    put(this.#files.stat, this.#procFiles.stat());
    if (!writeLogs) return;
    put(this.#files.loadavg, this.#procFiles.files(this.#conditions).loadavg);
    const scene = this.#scene();
    for (const each of this.#programs) if (isAlive(each)) each.logs.write(now, scene);
  }

  /** One line in one of the host's logs, when a program that can write it runs: the one whose log it is, else the app. */
  log(file: string, text: string): void {
    const [app, ...others] = this.#programs;
    const writer = others.find(({ program }) => program.logs?.some(({ path: own }) => own === file)) ?? app;
    if (writer && isAlive(writer)) writer.logs.add(file, text, Date.now(), this.#scene());
  }

  /** Tells the program that listens there to connect to one of its host's own ports. */
  async dial(port: number, id: string): Promise<void> {
    const serving = this.#serving(port);
    if (!serving?.process) throw new Error(`nothing serves port ${port} of ${this.plan.name}`);
    await serving.process.dial(port, id);
  }

  async stop(): Promise<void> {
    await this.#gateway?.close();
    for (const file of Object.values(this.#files)) closeSync(file);
    await this.#child.end();
  }

  async #become(conditions: Conditions, peers: PeersOfHost): Promise<void> {
    const before = this.#scene();
    const past = this.#conditions;
    this.#conditions = conditions;
    const isChanged = !isDeepStrictEqual(past, conditions);
    if (past.isOff !== conditions.isOff) this.#containerSince = Date.now();
    for (const each of this.#programs) {
      const ran = isAlive(each);
      await this.#runOrEnd(each);
      await this.#connect(each, peers);
      this.#bringLogsUp(each, ran, before, isChanged);
    }
    if (past.diskFilledTo !== conditions.diskFilledTo) this.#fillDisk();
    if (past.hostKey !== conditions.hostKey) this.#setHostKey();
    if (past.clockSkewSeconds !== conditions.clockSkewSeconds)
      writeFileSync(path.join(this.#root, '.host/skew'), `${conditions.clockSkewSeconds}\n`);
    const files = this.#procFiles.files(conditions);
    put(this.#files.loadavg, files.loadavg);
    put(this.#files.meminfo, files.meminfo);
  }

  async #runOrEnd(each: Running): Promise<void> {
    const { isOff, ended } = this.#conditions;
    const { ranOnce } = each.program;
    if (isOff || ranOnce || ended.includes(each.program.id)) return this.#end(each);
    if (isAlive(each)) return;
    const { id, command, processName = 'java', user = 'admin' } = each.program;
    const control = this.#relay.program(this.plan.name, id);
    this.#say('run', id, processName, user, command);
    const started = new ProgramProcess(await control);
    each.process = started;
    each.since = Date.now();
    started.onEnd(() => (each.since = Date.now()));
  }

  async #end({ process: gone, program }: Running): Promise<void> {
    if (!gone?.alive) return;
    const ended = new Promise<void>((resolve) => gone.onEnd(resolve));
    this.#say('end', program.id);
    await ended;
  }

  async #connect({ program, process: running }: Running, peers: PeersOfHost): Promise<void> {
    if (!running?.alive) return;
    const { closedPorts, clients } = this.#conditions;
    const ports = Object.keys(program.ports ?? {}).map(Number);
    await running.listen(ports.filter((port) => !closedPorts.includes(port)));
    await running.connect(peers.get(program.id) ?? new Map());
    for (const { port, count } of program.clients ?? [])
      await running.serveClients(port, clients[port] ?? count);
  }

  /** A log that tells nothing of the change must not get a gap, nor one of a process that is back. */
  #bringLogsUp(each: Running, ran: boolean, before: LogScene, isChanged: boolean): void {
    const now = Date.now();
    if (ran) each.logs.write(now, before);
    if (!isAlive(each)) return;
    if (!ran) {
      each.logs.start(now, this.#scene());
      each.logs.write(now, this.#scene());
    }
    if (isChanged) each.logs.rewrite(now, before, this.#scene());
  }

  #serving(port: number): Running | undefined {
    return this.#programs.find((each) => isAlive(each) && each.process?.ports.includes(port));
  }

  #fillDisk(): void {
    const file = path.join(this.#root, BALLAST);
    rmSync(file, { force: true });
    const { diskFilledTo } = this.#conditions;
    if (diskFilledTo === null) return;
    mkdirSync(path.dirname(file), { recursive: true });
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
    const { name: host, address, index } = this.plan;
    const { clockSkewSeconds } = this.#conditions;
    return {
      host,
      address,
      index,
      conditions: this.#conditions,
      local: (at) => localTime(at + clockSkewSeconds * 1000, offsetOf(this.#timeZone, at)),
    };
  }
}

const isAlive = ({ process: each }: Running): boolean => each?.alive === true;

/** Replaces a file's content without a moment in which it is empty. */
function put(file: number, text: string): void {
  writeSync(file, text, 0);
  ftruncateSync(file, Buffer.byteLength(text));
}
