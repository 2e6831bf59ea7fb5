import { describe, expect, it } from 'vitest';
import unstick from '../../commands/unstick.ts';
import { estateOf } from '../support/estates.ts';

const known = { estate: estateOf(), catalog: { playbooks: new Map() } };
const read = (text: string) => unstick.read(text, known);

describe('/unstick', () => {
  it.each([
    ['r1_201905060583197', 'r1_201905060583197'],
    ['  CNHZ_58201812212200583197 ', 'CNHZ_58201812212200583197'],
    ['https://consoleng.bank.example/deps/order?id=r1_201905060583197&tab=1', 'r1_201905060583197'],
    ['<https://c/r1_201905060583197|https://c/r1_201905060583197>', 'r1_201905060583197'],
  ])('finds the order number in %j', (text, order) => {
    expect(read(text)).toMatchObject({
      kind: 'change',
      args: { order },
      playbooks: ['stuck-flow', 'release-locks'],
    });
  });

  it.each([
    '',
    'r1_2019',
    'please help',
    'r1_201905060583197 r1_201905060583198',
    'r1_20190506058319700000000000000',
  ])('asks for a number when given %j', (text) => {
    expect(read(text)).toMatchObject({
      kind: 'answer',
      says: { en: expect.stringContaining('r1_201905060583197') },
    });
  });
});
