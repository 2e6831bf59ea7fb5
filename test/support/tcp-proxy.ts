import net from 'node:net';

/** A way to a server that goes dead, without closing, as soon as the client sends `text`: what a stopped process looks like to the server. */
export async function proxyThatFreezesAt(
  port: number,
): Promise<{ readonly port: number; readonly freezeAt: (text: string) => void; readonly close: () => void }> {
  let text: string | undefined;
  let frozen = false;
  const sockets: net.Socket[] = [];
  const server = net.createServer((client) => {
    const upstream = net.connect({ port, host: '127.0.0.1' });
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('data', (data) => {
      if (text !== undefined && data.includes(text)) frozen = true;
      if (!frozen) upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!frozen) client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    freezeAt: (at) => {
      text = at;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
