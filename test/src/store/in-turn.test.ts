import { expect, it } from 'vitest';
import { inTurn } from '../../../src/store/in-turn.ts';

it('does what has one name in the order asked, one at a time, also after a failure, and the others beside it', async () => {
  const take = inTurn();
  const seen: string[] = [];
  const work = (name: string, ends: Promise<unknown>) => async () => {
    seen.push(`${name} begins`);
    await ends;
    seen.push(`${name} ends`);
    return name;
  };
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = take('a', work('first', gate));
  const failing = take('a', () => Promise.reject(new Error('no')));
  const last = take('a', work('last', Promise.resolve()));
  await take('b', work('other', Promise.resolve()));
  expect(seen).toEqual(['first begins', 'other begins', 'other ends']);
  open();
  await expect(first).resolves.toBe('first');
  await expect(failing).rejects.toThrow('no');
  await expect(last).resolves.toBe('last');
  expect(seen.slice(3)).toEqual(['first ends', 'last begins', 'last ends']);
});
