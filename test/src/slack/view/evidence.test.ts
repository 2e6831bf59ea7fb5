import { describe, expect, it } from 'vitest';
import { words } from '../../../../src/kit/index.ts';
import type { Finding } from '../../../../src/runs/report.ts';
import { evidence } from '../../../../src/slack/view/evidence.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { aFinding, healthyFindings } from '../fixtures.ts';
import { captured } from '../../../support/captured.ts';

const TITLE = words('Message broker', '消息服务');

/** What a person reads in the message. */
function shown(findings: readonly Finding[]): string[] {
  const seen = evidence(TITLE, findings, 'en');
  if (seen.kind === 'file') throw new Error('it became a file');
  for (const { blocks } of seen.posts) assertBlocks(blocks);
  return seen.posts.flatMap(({ blocks }) =>
    blocks.map((block) => {
      if (block.type === 'section') return block.text?.text ?? '';
      const [inner] = block.type === 'rich_text' ? block.elements : [];
      const [leaf] = inner && 'elements' in inner ? inner.elements : [];
      return leaf?.type === 'text' ? leaf.text : block.type;
    }),
  );
}

describe('evidence in a message', () => {
  it('shows what is not well first, then of each check that is well its first host', () => {
    const bad = aFinding({
      host: 'msgbroker-4',
      check: 'disk',
      state: 'critical',
      says: words('full', '满'),
    });
    const broker = healthyFindings().filter(({ app }) => app === 'msgbroker');
    const [title, ...rest] = shown([...broker, bad]);
    expect(title).toBe('*Message broker*');
    const lines = rest.filter((_, at) => at % 2 === 0);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toContain('● *critical* · msgbroker-4');
    expect(lines[1]).toBe(
      '○ *ok* · msgbroker-1 · Port 9529 — listening [002 §4.2.2.1 · MQ-C07]\nok on 3 more hosts',
    );
  });

  it('shows every host when there are few', () => {
    const few = healthyFindings().filter(({ app }) => app === 'msgconsole');
    expect(shown(few).filter((line) => line.includes('*ok*'))).toHaveLength(2);
  });

  it('shows the command, the answer, and the manual’s command when it is another', () => {
    const command = 'if curl -V; then\n  curl -sS http://127.0.0.1:9500/checkService\nelse\n  wget\nfi';
    const answer = ['HTTP/1.1 200 OK', ...Array.from({ length: 9 }, (_, n) => `h${n}: x`), 'passed:true'];
    const health = aFinding({
      literal: 'curl 127.0.0.1:9500/checkService',
      command: captured(command),
      evidence: captured(`\n\n${answer.join('\n')}\n\n`),
    });
    const many = Array.from({ length: 7 }, (_, n) => ({ ...health, check: `health-${n}` }));
    const [, head, frame] = shown(many);
    expect(head).toContain('manual: `curl 127.0.0.1:9500/checkService`');
    expect(frame?.split('\n')).toEqual([
      '$ if curl -V; then',
      '  curl -sS http://127.0.0.1:9500/checkService',
      '… 3 more lines',
      'HTTP/1.1 200 OK',
      'h0: x',
      '… 4 more lines',
      'h5: x',
      'h6: x',
      'h7: x',
      'h8: x',
      'passed:true',
    ]);
    for (const findings of [[health], [{ ...health, state: 'critical' as const }, ...many]])
      expect(shown(findings)[2]).toContain(answer.join('\n'));
    expect(shown([aFinding({ literal: 'ps', command: captured('ps') })])[1]).not.toContain('manual');
  });

  it('says so when there is none', () => {
    expect(shown([])).toHaveLength(2);
  });
});

describe('evidence as a file', () => {
  it('holds everything, problems first, with whole commands and answers', () => {
    const command = Array.from({ length: 40 }, (_, n) => `line ${n}`).join('\n');
    const long = aFinding({
      state: 'warning',
      host: 'msgbroker-9',
      evidence: captured('x'.repeat(6000)),
      command: captured(command),
    });
    const seen = evidence(TITLE, [...healthyFindings(), long], 'en');
    if (seen.kind !== 'file') throw new Error('it stayed in the message');
    expect(seen.name).toBe('evidence.txt');
    expect(seen.content.match(/^== /gm)).toHaveLength(23);
    expect(
      seen.content.startsWith('== ◐ warning · msgbroker · msgbroker-9 · Port 9529 [002 §4.2.2.1 · MQ-C07]'),
    ).toBe(true);
    expect(seen.content).toContain(`$ ${command}\n${'x'.repeat(6000)}`);
  });
});
