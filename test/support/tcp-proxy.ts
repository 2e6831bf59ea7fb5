import net from 'node:net';

/** A TCP proxy on loopback that a test can make misbehave. */
export interface TcpProxy {
  readonly port: number;
  /** Sees every packet on its way; false swallows it. */
  hooks: {
    up?: (data: Buffer, link: Link) => boolean | undefined;
    down?: (data: Buffer, link: Link) => boolean | undefined;
  };
  /** Connections accepted so far. */
  readonly accepted: () => number;
  /** Resets every connection that is open now. */
  readonly cutAll: () => void;
  readonly stop: () => Promise<void>;
}

export interface Link {
  /** Resets both sides. */
  readonly cut: () => void;
}

/** Forwards to a port of loopback until it is stopped. */
export async function startTcpProxy(toPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let accepted = 0;
  const server = net.createServer((near) => {
    accepted += 1;
    const far = net.connect({ host: '127.0.0.1', port: toPort });
    const link: Link = {
      cut() {
        links.delete(link);
        near.resetAndDestroy();
        far.destroy();
      },
    };
    links.add(link);
    const close = (): void => {
      links.delete(link);
      near.destroy();
      far.destroy();
    };
    for (const side of [near, far]) side.on('error', close).on('close', close);
    near.on('data', (data) => proxy.hooks.up?.(data, link) !== false && !far.destroyed && far.write(data));
    far.on('data', (data) => proxy.hooks.down?.(data, link) !== false && !near.destroyed && near.write(data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const proxy: TcpProxy = {
    port,
    hooks: {},
    accepted: () => accepted,
    cutAll: () => {
      for (const link of links) link.cut();
    },
    stop: () => {
      proxy.cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

/** A way to a server that goes dead, without closing, as soon as the client sends `text`: what a stopped process looks like to the server. */
export async function proxyThatFreezesAt(
  port: number,
): Promise<{ readonly port: number; readonly freezeAt: (text: string) => void; readonly close: () => void }> {
  const proxy = await startTcpProxy(port);
  return {
    port: proxy.port,
    freezeAt(text) {
      let frozen = false;
      proxy.hooks = {
        up(data) {
          frozen ||= data.includes(text);
          return !frozen;
        },
        down: () => !frozen,
      };
    },
    close: () => void proxy.stop(),
  };
}
