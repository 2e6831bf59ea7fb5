import { describe, expect, it } from 'vitest';
import { Halt } from '../../../src/changing/halt.ts';
import { words } from '../../../src/kit/index.ts';

const says = words('waits', '等待');
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 30, 2, minute));

describe('a run in which several steps wait', () => {
  it('asks about the first of them, and is woken by the earliest that is late', () => {
    const halt = new Halt();
    halt.wait(4, { for: 'person', until: at(30) }, says);
    halt.wait(2, { for: 'person' }, says);
    halt.wait(3, { for: 'person', until: at(15) }, says);
    expect(halt.waitsFor()?.waiting).toEqual({ for: 'person', step: 2, until: at(15).toISOString() });
  });

  it('goes on with what a time brings before it asks anybody', () => {
    const halt = new Halt();
    halt.wait(1, { for: 'person', until: at(15) }, says);
    halt.wait(2, { for: 'time', until: at(20) }, says);
    expect(halt.waitsFor()?.waiting).toEqual({ for: 'time', until: at(20).toISOString() });
  });

  it('waits for nobody while everything is stopped', () => {
    const halt = new Halt();
    const stopped = { for: 'readonly', by: 'Zhao Min', reason: 'stop' } as const;
    halt.wait(1, { for: 'person', until: at(15) }, says);
    halt.putDown(stopped, says);
    expect(halt.waitsFor()?.waiting).toEqual(stopped);
  });
});
