import net from 'node:net';

/** The way to the estate's databases: to a socket file, with a delay for what one account sends. */
export interface SlowWay {
  readonly port: number;
  /** Milliseconds that each packet of the account takes from now on. */
  delayMs: number;
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

export async function startSlowWay(socketPath: string, account: string): Promise<SlowWay> {
  const links = new Set<() => void>();
  const server = net.createServer((near) => {
    const far = net.connect(socketPath);
    let isOurs = false;
    let last = Promise.resolve();
    const close = (): void => {
      links.delete(close);
      near.destroy();
      far.destroy();
    };
    for (const side of [near, far]) side.on('error', close).on('close', close);
    near.on('data', (data) => {
      if (data.includes(account) && !isOurs) {
        isOurs = true;
        links.add(close);
      }
      const wait = isOurs ? way.delayMs : 0;
      last = last.then(() => later(wait)).then(() => void (far.destroyed || far.write(data)));
    });
    far.on('data', (data) => near.destroyed || near.write(data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const way: SlowWay = {
    port: (server.address() as net.AddressInfo).port,
    delayMs: 0,
    cut: () => {
      for (const close of links) close();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const close of links) close();
      }),
  };
  return way;
}

const later = (ms: number): Promise<void> | undefined =>
  ms === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, ms));
