import { describe, expect, it } from 'vitest';
import { mask } from '../../../../../src/kit/index.ts';
import { millisecondsOf, mixtures, numbers } from '../hostile-text.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('mask', () => {
  it.each([
    ['password=hunter2', 'password=•••'],
    ['db.password = hunter2 next', 'db.password = ••• next'],
    ['spring.datasource.druid.master.password=hunter2', 'spring.datasource.druid.master.password=•••'],
    ['passwd: hunter2', 'passwd: •••'],
    ['pwd=a,b;c&d rest', 'pwd=••• rest'],
    ['{user=a, password=b, url=c}', '{user=a, password=•••, url=c}'],
    ['{user=a,password=b,url=c}', '{user=a,password=•••,url=c}'],
    ['?user=root&password=a%20b&useSSL=false', '?user=root&password=•••&useSSL=false'],
    [';user=sa;password=abc;encrypt=true', ';user=sa;password=•••;encrypt=true'],
    ['{"password":"a\\"b,c","x":1}', '{"password":"•••","x":1}'],
    ['{\\"token\\":\\"abc\\",\\"n\\":1}', '{\\"token\\":\\"•••\\",\\"n\\":1}'],
    ['{"api_key":"abc', '{"api_key":"•••'],
    ['{"apiKey":12345678}', '{"apiKey":•••}'],
    ['"passwords":["one","two"]', '"passwords":["•••","•••"]'],
    ['<db:password>hunter2</db:password>', '<db:password>•••</db:password>'],
    ['accessKeySecret=abcdef accessKeyId=LTAI5tAbCdEfGhIjKlMn', 'accessKeySecret=••• accessKeyId=•••'],
    ['密码:hunter2', '密码:•••'],
    ['密码为hunter2。', '密码为•••。'],
    ['-Dapp.passwd=x1 -Dapp.name=msgbroker', '-Dapp.passwd=••• -Dapp.name=msgbroker'],
    ["'-Dkey.store.password=x1' -jar a.jar", "'-Dkey.store.password=•••' -jar a.jar"],
    ['java -jar a.jar --password hunter2 --port 8', 'java -jar a.jar --password ••• --port 8'],
    ['mysql -h db -uroot -phunter2 msgdb', 'mysql -h db -uroot -p••• msgdb'],
    ['redis-cli -h r -a hunter2 ping', 'redis-cli -h r -a ••• ping'],
    ['curl -u admin:hunter2 http://x', 'curl -u admin:••• http://x'],
    ["create user a identified by 'hunter2'", "create user a identified by '•••'"],
    ['jdbc:mysql://root:hunter2@db:3306/m', 'jdbc:mysql://root:•••@db:3306/m'],
    ['redis://:hunter2@r:6379/0', 'redis://:•••@r:6379/0'],
    ['amqp://u:p@ss@h1,amqp://u:q@h2', 'amqp://u:•••@h1,amqp://u:•••@h2'],
    ['http://u:p/w?d@host/a', 'http://u:•••@host/a'],
    ['jdbc:oracle:thin:scott/tiger@//db:1521/x', 'jdbc:oracle:thin:scott/•••@//db:1521/x'],
    ['xoxb-123456789012-abcdefABCDEF done', 'xoxb-••• done'],
    ['xoxe.xoxp-1-MDEyMzQ1Njc4OQ', 'xoxe.xoxp-•••'],
    ['xapp-1-A012-345-abcdef', 'xapp-•••'],
    ['id AKIAIOSFODNN7EXAMPLE used', 'id AKIA••• used'],
    ['LTAI5tAbCdEfGhIjKlMn', 'LTAI•••'],
    [`seen ${JWT}.`, 'seen eyJ•••'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer •••'],
    ['-H "Authorization: Basic YWRtaW46YWRtaW4=" x', '-H "Authorization: Basic •••" x'],
    ['got Bearer 0123456789abcdef now', 'got Bearer ••• now'],
    ['Cookie: SESSION=abc; b=c', 'Cookie: •••'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nx',
      '-----BEGIN RSA PRIVATE KEY-----•••-----END RSA PRIVATE KEY-----\nx',
    ],
    ['a -----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb', 'a -----BEGIN OPENSSH PRIVATE KEY-----•••'],
    [
      'log line\nMIIEpAIBAAKCAQEA0123456789\nabcdefghijklmnop==\n-----END PRIVATE KEY-----',
      'log line\n•••\n-----END PRIVATE KEY-----',
    ],
  ])('masks %j', (text, shown) => {
    expect(mask(text)).toBe(shown);
    expect(mask(shown)).toBe(shown);
  });

  it.each([
    ['4111111111111111', '•••1111'],
    ['card 6222021234567890128.', 'card •••0128.'],
    ['5555-5555-5555-4444', '•••4444'],
    ['3782 822463 10005', '•••0005'],
    ['12 4111 1111 1111 1111 123', '12 •••1111 123'],
    ['2024 4111 1111 1111 1111', '2024 •••1111'],
    ['身份证11010519491231002X,', '身份证•••,'],
    ['110105194912310021 13800138000', '110105194912310021 •••8000'],
    ['+8613800138000', '+•••8000'],
    ['手机13800138000。', '手机•••8000。'],
    ['138-0013-8000', '•••8000'],
  ])('masks the number of a person in %j', (text, shown) => {
    expect(mask(text)).toBe(shown);
  });

  it.each([
    '("0000000010949638","0000000010949636")',
    'r1_201905060583197',
    'CNHZ_58201812212200583197',
    '58201812212200583197',
    '_0000000012190439_w',
    'PROC_INST_ID_ = 57501 pid 13800',
    '2c9180867a1f4b3e9d5c0e8f7a6b4c3d 13800138000abcdef13800138000abcd',
    '550e8400-e29b-41d4-a716-446655440000',
    'S_FCDATABUS_INPUT@100.81.77.12@1527757755214',
    'A92375EEE5858C29C5BB28E7F32D6226',
    '2018-05-31 17:02:14,434 - ServerHAHeartbeat result [OK] meta [ServerHAHeartbeatMeta[hostname=dms-1-1,ip=100.81.70.213]]',
    'cpu  13800138 0 15012345678901 1 139 1234 5678 9',
    '4111111111111112 0.4111111111111111',
    'jdbc:mysql://db:3306/msgdb?user=root&useSSL=false',
    'http://10.0.0.1:8341/a/b@c and http://h:80',
    'passed:true token: { basic authentication failed',
    "Access denied for user 'a'@'b' (using password: YES)",
    'password=null secret=true passwordEncoder=bcrypt',
    'password=\nuser=a',
    'Unexpected token ; after JSON',
    '各节点口令均已更换',
  ])('leaves %j as it is', (text) => {
    expect(mask(text)).toBe(text);
  });

  it('leaves nothing of a secret in 8 000 mixtures, and masks twice to the same', () => {
    const secret = 'Zq7Canary9xV';
    const named = [
      `password=${secret}`,
      `"passwd": "${secret}"`,
      `\\"secret\\":\\"${secret}\\"`,
      `token='${secret}'`,
      `mysql://root:${secret}@db`,
      `Authorization: Bearer ${secret}`,
      `Bearer ${secret}`,
      `xoxb-${secret}`,
      `eyJ${secret}.${secret}.${secret}`,
      `<pwd>${secret}</pwd>`,
      `密码:${secret}`,
      `api_key => ${secret}`,
      `\n-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
    ];
    const between = [
      ' ',
      ' ',
      '\n',
      '\n',
      ', ',
      '; ',
      ' a=b ',
      ' {',
      '} ',
      ' "x":1, ',
      ' 消息 ',
      ' •••',
      ' 9529 ',
    ];
    const next = numbers(3);
    const wrong: string[] = [];
    for (let n = 0; n < 8_000; n += 1) {
      const text = Array.from(
        { length: 1 + next(4) },
        () => `${between[next(between.length)]}${named[next(named.length)]}${between[next(3)]}`,
      ).join('');
      const shown = mask(text);
      if (wrong.length < 5 && (shown.includes(secret) || mask(shown) !== shown)) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  it('masks 12 000 mixtures of fragments twice to the same', () => {
    const pieces = [
      'password',
      'token',
      'secret',
      '密码',
      'Bearer ',
      'Basic ',
      'Authorization: ',
      'cookie=',
      '=',
      ': ',
      '"',
      "'",
      '\\',
      '\\"',
      ',',
      ';',
      '&',
      '<',
      '>',
      '{',
      '}',
      '[',
      '(',
      ')',
      ' ',
      '\n',
      '\t',
      '•••',
      '•',
      '@',
      '/',
      '://',
      'http',
      ':',
      'u:p@h',
      'jdbc:oracle:thin:',
      'xoxb-',
      'abcdefgh1',
      'AKIA',
      'ABCDEFGHIJKLMNOP',
      'eyJ',
      '4111',
      '-',
      '1111',
      '4111111111111111',
      '13800138000',
      '11010519491231002X',
      '.',
      '1',
      'X',
      '_',
      'null',
      '-----BEGIN PRIVATE KEY-----',
      '-----END PRIVATE KEY-----',
      'mysql ',
      ' -p',
      ' --password ',
      'x=1',
      '<pwd>',
    ];
    const wrong = [...mixtures(pieces, 12_000, 16, 11)].filter((text) => mask(mask(text)) !== mask(text));
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it('masks every one of 5000 cards, written in groups or not, and leaves node ids of sixteen digits', () => {
    const next = numbers(5);
    for (let n = 0; n < 5000; n += 1) {
      const card = withLuhn(`62${Array.from({ length: 13 }, () => next(10)).join('')}`);
      const grouped = card.replace(/(\d{4})(?=\d)/g, n % 2 === 0 ? '$1 ' : '$1-');
      expect(mask(`card ${card}, ${grouped};`)).toBe(`card •••${card.slice(-4)}, •••${card.slice(-4)};`);
      const node = `00000000${String(10_000_000 + next(89_999_999))}`;
      expect(mask(`${node},_${node}_w`)).toBe(`${node},_${node}_w`);
    }
  });

  it.each([
    'password=',
    'password="',
    'password="\\"\\"\\"\\"\\"\\"',
    'password=\'"\n',
    'password=,',
    'password=a,',
    'a.',
    'a://',
    'a://b:',
    'http://u:p',
    'eyJ',
    'eyJabcdefgh.',
    '-----BEGIN PRIVATE KEY-----',
    '-----END PRIVATE KEY-----\n',
    'abcdefghijklmnopqrst\n',
    'mysql ',
    'mysql  -p',
    'Bearer ',
    'Bearer a',
    'authorization',
    '1',
    '1234 ',
    '4111-',
    '\\',
    '"\\',
    '<a:',
    '_',
    'cookie ',
    'curl -u a',
  ])('takes a megabyte of %j in a fraction of a second', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    expect(millisecondsOf(() => mask(text))).toBeLessThan(3000);
    expect(millisecondsOf(() => mask(`password="${text}`))).toBeLessThan(3000);
  });
});

/** The digits with the one that makes the sum right. */
function withLuhn(digits: string): string {
  const sum = digits
    .split('')
    .reverse()
    .reduce((total, digit, at) => {
      const counted = Number(digit) * (at % 2 === 0 ? 2 : 1);
      return total + (counted > 9 ? counted - 9 : counted);
    }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
