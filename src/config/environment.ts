import { z } from 'zod';
import { EXPOSURES } from './exposure-names.ts';
import { near } from './near.ts';
import { type Problem, problemsOf } from './problems.ts';
import { needsEstate, needsSlack, type RoleNeeds } from './role-needs.ts';

const text = (what: string) =>
  z.string({ error: `is missing; write ${what}` }).min(1, `is empty; write ${what}`);
const port = z.coerce
  .number({ error: 'write a port number from 1 to 65535' })
  .int()
  .min(1, 'write a port number from 1 to 65535')
  .max(65_535, 'write a port number from 1 to 65535');
const flag = z
  .enum(['true', 'false'], { error: 'write true or false' })
  .transform((value) => value === 'true');

/** Where the keys lie that sign and verify what people ask for and agree to. */
export const GrantFiles = z.object({
  FETTLE_GRANT_KEY_FILE: z.string().default('grant-key.pem'),
  FETTLE_GRANT_PUBLIC_FILE: z.string().default('grant-public.pem'),
});
export type GrantFiles = z.infer<typeof GrantFiles>;

const exposure = z.enum(EXPOSURES, {
  error: ({ input }) =>
    `"${String(input)}" is no exception${near(String(input), EXPOSURES, 1)}; there are ${EXPOSURES.join(', ')}`,
});

/** Every variable that Fettle reads. `.env.example` explains each; a test keeps the two the same. */
export const Environment = z
  .object({
    FETTLE_INVENTORY: z.string().default('inventory.yaml'),
    FETTLE_POLICY: z.string().default('policy.yaml'),
    ...GrantFiles.shape,
    FETTLE_LANGUAGE: z.enum(['en', 'zh'], { error: 'write en or zh' }).default('en'),
    FETTLE_LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error'], { error: 'write trace, debug, info, warn or error' })
      .default('info'),
    FETTLE_HTTP_PORT: port.default(8085),
    FETTLE_HTTP_HOST: z.string().default('127.0.0.1'),
    FETTLE_ALLOW: z.string().default('').transform(list).pipe(z.array(exposure)),

    SLACK_MODE: z.enum(['socket', 'http'], { error: 'write socket or http' }).default('socket'),
    SLACK_BOT_TOKEN: z
      .string()
      .regex(/^xoxb-/, 'is not a bot token; copy "Bot User OAuth Token" (xoxb-…) from OAuth & Permissions')
      .optional(),
    SLACK_APP_TOKEN: z
      .string()
      .regex(
        /^xapp-/,
        'is not an app-level token; make one with connections:write (xapp-…) under Basic Information',
      )
      .optional(),
    SLACK_SIGNING_SECRET: z
      .string()
      .min(16, 'is too short; copy "Signing Secret" from Basic Information')
      .optional(),
    SLACK_HTTP_PORT: port.default(3000),
    SLACK_HTTP_HOST: z.string().default('127.0.0.1'),
    SLACK_API_URL: z
      .url({ protocol: /^https?$/, error: 'write an address like https://slack.com/api/' })
      .default('https://slack.com/api/'),
    SLACK_TEAMS: z.string().default('').transform(list),

    REDIS_URL: z
      .string()
      .regex(/^rediss?:\/\//, 'write an address like redis://:password@host:6379/0')
      .refine((url) => URL.canParse(url), 'write an address like redis://:password@host:6379/0')
      .default('redis://127.0.0.1:6379/0'),
    REDIS_CA_FILE: z.string().optional(),
    REDIS_PREFIX: z
      .string()
      .regex(/^[\w:-]{1,40}$/, 'use letters, digits, "-", "_" or ":"')
      .default('fettle'),

    MYSQL_HOST: z.string().default('127.0.0.1'),
    MYSQL_PORT: port.default(3306),
    MYSQL_USER: text('the account of Fettle’s own database'),
    MYSQL_PASSWORD: z.string().default(''),
    MYSQL_DATABASE: z
      .string()
      .regex(/^\w{1,64}$/, 'use letters, digits and "_"')
      .default('fettle'),
    MYSQL_CA_FILE: z.string().optional(),
    MYSQL_AUDIT_USER: z.string().optional(),
    MYSQL_AUDIT_PASSWORD: z.string().default(''),
    MYSQL_AUDIT_DATABASE: z
      .string()
      .regex(/^\w{1,64}$/, 'use letters, digits and "_"')
      .optional(),
    MYSQL_MIGRATE_USER: z.string().optional(),
    MYSQL_MIGRATE_PASSWORD: z.string().default(''),
    FETTLE_HISTORY_DAYS: z.coerce
      .number({ error: 'write a number of days from 8 to 400' })
      .int('write a whole number of days')
      .min(8, 'write 8 or more: some rows are compared with the week before')
      .max(400, 'write 400 or less')
      .default(35),
    FETTLE_AUDIT_KEY: z.string().min(16, 'is too short; 16 characters at least').optional(),

    SSH_CLIENT: z.enum(['ssh2', 'system'], { error: 'write ssh2 or system' }).default('ssh2'),
    SSH_USER: z.string().optional(),
    SSH_KEY_FILE: z.string().optional(),
    SSH_KEY_PASSPHRASE: z.string().optional(),
    SSH_AUTH_SOCK: z.string().optional(),
    SSH_KNOWN_HOSTS: z.string().optional(),
    SSH_ACCEPT_NEW: flag.default(false),

    KUBECONFIG: z.string().optional(),

    DB_READ_USER: z.string().optional(),
    DB_READ_PASSWORD: z.string().default(''),
    DB_CHANGE_USER: z.string().optional(),
    DB_CHANGE_PASSWORD: z.string().default(''),
    DB_CA_FILE: z.string().optional(),
  })
  .superRefine((env, context) => {
    const wrong = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (env.REDIS_CA_FILE !== undefined && !env.REDIS_URL.startsWith('rediss:'))
      wrong('REDIS_CA_FILE', 'is used only for rediss://; correct REDIS_URL, or remove it');
    if (env.MYSQL_AUDIT_DATABASE === undefined && env.MYSQL_DATABASE.length > 58)
      wrong('MYSQL_AUDIT_DATABASE', 'is missing; MYSQL_DATABASE is too long to have "_audit" added');
  });
export type Environment = z.infer<typeof Environment>;

/** Variables that these roles need and do not have. Nothing is asked for that they do not use. */
export const missingFor = (env: Environment, roles: RoleNeeds): readonly Problem[] => [
  ...(needsSlack(roles) ? slackProblems(env) : []),
  ...(needsEstate(roles) ? estateProblems(env) : []),
];

/** Missing variables of the way to the hosts. */
function estateProblems(env: Environment): readonly Problem[] {
  const need = (isThere: boolean, path: string, says: string): readonly Problem[] =>
    isThere ? [] : [{ file: '.env', path, says }];
  return [
    ...need(
      env.SSH_USER !== undefined,
      'SSH_USER',
      'is missing; write the account that Fettle logs in with on the hosts',
    ),
    ...need(
      env.SSH_KEY_FILE !== undefined || env.SSH_AUTH_SOCK !== undefined,
      'SSH_KEY_FILE',
      'is missing; write the path of the private key, or set SSH_AUTH_SOCK to use an agent',
    ),
  ];
}

/** What the bot role needs beyond the rest. */
export function slackProblems(env: Environment): readonly Problem[] {
  const need = (
    name: 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN' | 'SLACK_SIGNING_SECRET',
    says: string,
  ): readonly Problem[] => (env[name] === undefined ? [{ file: '.env', path: name, says }] : []);
  return [
    ...need('SLACK_BOT_TOKEN', 'is missing; copy "Bot User OAuth Token" (xoxb-…) from OAuth & Permissions'),
    ...(env.SLACK_MODE === 'socket'
      ? need(
          'SLACK_APP_TOKEN',
          'is missing; make an app-level token with connections:write (xapp-…) under Basic Information',
        )
      : need('SLACK_SIGNING_SECRET', 'is missing; copy "Signing Secret" from Basic Information')),
  ];
}

/** Variables of ours that nothing reads: one letter too many, and a setting is silently another. */
export function unknownVariables(file: Readonly<Record<string, string | undefined>>): readonly Problem[] {
  const names = Object.keys(Environment.shape);
  return Object.keys(file)
    .filter((name) => /^(FETTLE|SLACK|REDIS|MYSQL|SSH|DB)_/.test(name) && !names.includes(name))
    .map((name) => ({
      file: '.env',
      path: name,
      says: `is not known here${near(name, names, 1)}; remove it or correct its spelling`,
    }));
}

/** An empty variable counts as one that is not there. */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>>,
):
  | { readonly ok: true; readonly env: Environment }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const given = Object.fromEntries(
    Object.entries(source).filter(
      ([name, value]) => name in Environment.shape && value !== undefined && value !== '',
    ),
  );
  const read = Environment.safeParse(given, { reportInput: true });
  return read.success
    ? { ok: true, env: read.data }
    : { ok: false, problems: problemsOf('.env', read.error) };
}

function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}
