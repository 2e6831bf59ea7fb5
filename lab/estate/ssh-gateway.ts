import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import type { Conditions } from './conditions.ts';
import { SSH_PORT } from './plan.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/bin/sshd'].find(existsSync) ?? '/usr/sbin/sshd';
/** A host that hangs lets a login wait this long before it answers. */
const HANGS_SECONDS = 120;

/** Where logins to one host arrive. Every connection gets a real `sshd -i` inside the host's namespaces. */
export class SshGateway {
  readonly #address: string;
  readonly #waiting = new Set<net.Socket>();
  readonly #logins = new Set<ChildProcess>();
  #server: net.Server | undefined;
  #pid: number | undefined;
  #mode: Conditions['ssh'] = 'answers';

  constructor(address: string) {
    this.#address = address;
  }

  /** Takes the address. Throws EADDRINUSE when another estate has it. */
  async open(): Promise<void> {
    if (this.#server) return;
    const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
      this.#arrive(socket),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.#address, port: SSH_PORT, backlog: 256 }, resolve);
    });
    this.#server = server;
  }

  /** From now on logins reach the host whose process 1 this is. Those who came early are let in. */
  leadTo(pid: number): void {
    this.#pid = pid;
    this.#admit();
  }

  /** Logins that are open feel it, too: one refused ends, one that hangs answers nothing more until it is mended. */
  async become(mode: Conditions['ssh']): Promise<void> {
    const before = this.#mode;
    this.#mode = mode;
    if (mode === 'refuses') this.cut();
    else if (mode !== before) this.#signal(mode === 'hangs' ? 'SIGSTOP' : 'SIGCONT');
    if (mode === 'refuses') await this.close();
    else await this.open();
    if (mode === 'answers') this.#admit();
  }

  /** Ends every login that is open. */
  cut(): void {
    this.#signal('SIGKILL');
  }

  /** Stops listening and ends what waits; logins that are open go on until their host ends. */
  async close(): Promise<void> {
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** Closes and waits until every login has ended. Call after the host has ended. */
  async stop(): Promise<void> {
    await this.close();
    await Promise.all(
      [...this.#logins].map((login) => {
        const gone = new Promise((resolve) => login.once('exit', resolve));
        login.kill('SIGKILL');
        return gone;
      }),
    );
  }

  #arrive(socket: net.Socket): void {
    socket.on('error', () => socket.destroy());
    this.#waiting.add(socket);
    socket.once('close', () => this.#waiting.delete(socket));
    if (this.#mode === 'answers') this.#admit();
    else setTimeout(() => this.#login(socket), HANGS_SECONDS * 1000).unref();
  }

  /** To each login and the sshd in it, which are a process group of their own. */
  #signal(signal: NodeJS.Signals): void {
    for (const { pid } of this.#logins) {
      if (pid === undefined) continue;
      try {
        process.kill(-pid, signal);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    }
  }

  #admit(): void {
    if (this.#pid === undefined) return;
    for (const socket of this.#waiting) this.#login(socket);
  }

  #login(socket: net.Socket): void {
    if (this.#pid === undefined || socket.destroyed) return;
    const into = ['--target', String(this.#pid), '--mount', '--pid', '--uts', '--net'];
    const command =
      process.getuid?.() === 0
        ? [...into, SSHD, '-i']
        : // sshd as user 0 would need a second mapped user for privilege separation; as admin it needs none.
          [
            ...into,
            '--user',
            '--preserve-credentials',
            'unshare',
            '--user',
            '--map-user=1000',
            '--map-group=1000',
            SSHD,
            '-i',
          ];
    const login = spawn('nsenter', command, { stdio: [socket, socket, 'ignore'], cwd: '/', detached: true });
    this.#logins.add(login);
    login.once('error', () => this.#logins.delete(login));
    login.once('exit', () => this.#logins.delete(login));
    // The child has its own copy of the descriptor; ours would keep the connection open after it ends.
    socket.destroy();
  }
}
