import type net from 'node:net';

/** The process on a host that stands in for a program, as the supervisor sees it: a control connection that takes one order at a time. */
export class ProgramProcess {
  readonly #control: net.Socket;
  readonly #waiting: ((answer: string) => void)[] = [];
  readonly #ports = new Set<number>();
  readonly #peers = new Map<string, string>();
  readonly #clients = new Map<number, number>();
  #alive = true;

  constructor(control: net.Socket) {
    this.#control = control;
    let read = '';
    control.on('data', (bytes: Buffer) => {
      read += bytes.toString();
      const lines = read.split('\n');
      read = lines.pop() ?? '';
      for (const line of lines) this.#waiting.shift()?.(line);
    });
    control.once('close', () => {
      this.#alive = false;
      for (const tell of this.#waiting.splice(0)) tell('failed\tthe process ended');
    });
    control.resume();
  }

  get alive(): boolean {
    return this.#alive;
  }

  get ports(): readonly number[] {
    return [...this.#ports];
  }

  onEnd(tell: () => void): void {
    if (this.#alive) this.#control.once('close', tell);
    else tell();
  }

  /** Listens on exactly these ports. Clients of a port that is closed lose their connections. */
  async listen(ports: readonly number[]): Promise<void> {
    for (const port of this.#ports) {
      if (ports.includes(port)) continue;
      await this.#order('close', String(port));
      this.#ports.delete(port);
      this.#clients.delete(port);
    }
    for (const port of ports) {
      if (this.#ports.has(port)) continue;
      await this.#order('listen', String(port));
      this.#ports.add(port);
    }
  }

  /** Keeps exactly these connections: name to `address:port`. */
  async connect(peers: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, to] of this.#peers) {
      if (peers.get(name) === to) continue;
      await this.#order('drop', name);
      this.#peers.delete(name);
    }
    for (const [name, to] of peers) {
      if (this.#peers.has(name)) continue;
      await this.#order('connect', name, ...to.split(':'));
      this.#peers.set(name, to);
    }
  }

  /** Has as many connections of clients on a port that it listens on. */
  async serveClients(port: number, count: number): Promise<void> {
    if ((this.#clients.get(port) ?? 0) === count || !this.#ports.has(port)) return;
    await this.#order('clients', String(port), String(count));
    this.#clients.set(port, count);
  }

  /** Asks the process to connect to a port of its own host and to pass the bytes to the relay under this id. */
  dial(port: number, id: string): Promise<void> {
    return this.#order('dial', String(port), id);
  }

  async #order(...words: readonly string[]): Promise<void> {
    if (!this.#alive) return;
    const answer = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
      this.#control.write(`${words.join('\t')}\n`);
    });
    if (answer !== 'done' && this.#alive) throw new Error(`${words.join(' ')}: ${answer}`);
  }
}
