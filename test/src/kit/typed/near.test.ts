import { describe, expect, it } from 'vitest';
import { isOneEdit } from '../../../../src/kit/index.ts';

describe('one edit', () => {
  it.each([
    ['msgbroker', 'msgbrokr', true],
    ['msgbroker', 'msgbrokerr', true],
    ['msgbroker', 'nsgbroker', true],
    ['aa', 'aaa', true],
    ['主机', '主', true],
    ['', 'a', true],
    ['msgbroker', 'msgbroker', false],
    ['msgbroker', 'msgborker', false],
    ['abc', 'acb', false],
    ['', '', false],
    ['a', 'abc', false],
  ])('lies between "%s" and "%s": %s', (a, b, isOne) => {
    expect([isOneEdit(a, b), isOneEdit(b, a)]).toEqual([isOne, isOne]);
  });
});
