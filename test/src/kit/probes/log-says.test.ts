import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logSays } from '../../../../src/kit/index.ts';
import { aContext, answer, folderWith, look } from './ask.ts';

let folder: Awaited<ReturnType<typeof folderWith>>;
beforeEach(async () => {
  folder = await folderWith({});
});
afterEach(() => folder.remove());

const probe = (text = 'is started and listening on 8066') =>
  logSays({ path: folder.at('{app}/startup.log'), text: () => text });
const put = (text: string) => folder.put('msgbroker/startup.log', text);

describe('logSays', () => {
  it('is well when a line has the text, however long ago, and shows the newest such line', async () => {
    await put('first is started and listening on 8066\nsecond is started and listening on 8066\r\nother\n');
    expect(await look(probe())).toMatchObject([
      {
        state: 'ok',
        says: { en: 'the log says “is started and listening on 8066”' },
        evidence: 'second is started and listening on 8066',
      },
    ]);
  });

  it('is critical when none has it, word for word, and shows the end of the log', async () => {
    const text = '---\nmissing\nis started and listening on 80660\nsaid x is started and listening\n';
    await put(text);
    expect(await look(probe())).toMatchObject([
      {
        state: 'critical',
        says: { zh: `${folder.at('msgbroker/startup.log')} 中没有“is started and listening on 8066”` },
        evidence: text,
      },
    ]);
    await put("isn't 8066\n");
    expect(await look(probe("isn't .* 8066"))).toMatchObject([{ state: 'critical' }]);
    expect(await look(probe("isn't 8066"))).toMatchObject([{ state: 'ok' }]);
    await put('');
    expect(await look(probe())).toMatchObject([{ state: 'critical' }]);
  });

  it('is unknown without the log, or when it may not be read', async () => {
    expect(await look(probe())).toMatchObject([
      { state: 'unknown', says: { en: `there is no ${folder.at('msgbroker/startup.log')}` } },
    ]);
    expect(probe().judge(answer(`unreadable ${folder.at('msgbroker')}\n`), aContext())).toMatchObject([
      { state: 'unknown', says: { en: `${folder.at('msgbroker')} may not be read` } },
    ]);
    expect(probe().judge(answer('sh: grep: not found'), aContext())).toMatchObject([{ state: 'unknown' }]);
  });
});
