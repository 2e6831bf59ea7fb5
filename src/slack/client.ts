import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import { boltLogger, type Log } from './log.ts';

export const SLACK_API_URL = 'https://slack.com/api/';
/** Seconds to leave Slack alone when it says 429 without saying for how long. */
const UNSAID_RETRY_SECONDS = 30;

export interface ClientOptions {
  readonly token: string;
  readonly log: Log;
  readonly slackApiUrl?: string;
  /** Milliseconds for one call; 10 000 unless set. */
  readonly timeoutMs?: number;
}

/** A client that tries once, says so when it fails, and can reach nothing but its own API address. */
export const createClient = (options: ClientOptions): WebClient =>
  new WebClient(options.token, clientOptions(options));

/** A fresh object every time: both Bolt and the Socket Mode client write into what they are given. */
export const clientOptions = ({
  log,
  slackApiUrl = SLACK_API_URL,
  timeoutMs = 10_000,
}: Omit<ClientOptions, 'token'>): WebClientOptions => ({
  slackApiUrl,
  allowAbsoluteUrls: false,
  timeout: timeoutMs,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  logger: boltLogger(log),
  fetch: withRetryAfter,
});

/** The library turns a 429 without the header into an error that cannot be told from a bug; this gives it one. */
const withRetryAfter: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (
    response.status !== 429 ||
    Number.isFinite(Number.parseInt(response.headers.get('retry-after') ?? '', 10))
  )
    return response;
  return new Response(null, { status: 429, headers: { 'retry-after': String(UNSAID_RETRY_SECONDS) } });
};

/** What a failed call means for the caller. */
export type Failure =
  /** Not done; again after these seconds. */
  | { readonly kind: 'rate-limited'; readonly seconds: number }
  /** Not done, and Slack said why. */
  | { readonly kind: 'refused'; readonly error: string; readonly detail: string }
  /** Nobody knows whether it was done: lost connection, time limit, 5xx, or Slack's own internal error. */
  | { readonly kind: 'unclear'; readonly detail: string };

/** Slack's answers that do not say whether the call had an effect. */
const UNCLEAR = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);

/** Any thrown thing as a failure; what is not a Slack error is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate-limited', seconds: error.retryAfter };
  if (error instanceof WebAPIPlatformError) {
    const said = String(error.data.error);
    if (said === 'ratelimited' || said === 'rate_limited')
      return { kind: 'rate-limited', seconds: UNSAID_RETRY_SECONDS };
    // A page instead of an answer comes from something between here and Slack.
    if (UNCLEAR.has(said) || !/^[a-z0-9_]+$/i.test(said))
      return { kind: 'unclear', detail: said.slice(0, 120) };
    return {
      kind: 'refused',
      error: said,
      detail: (error.data.response_metadata?.messages ?? []).join('; '),
    };
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'unclear', detail: `HTTP ${error.statusCode}` };
  if (error instanceof WebAPIRequestError) return { kind: 'unclear', detail: error.message };
  // Cut off while the answer was being read: the library lets these through as they are.
  if (
    error instanceof Error &&
    (/^(?:TimeoutError|AbortError)$/.test(error.name) || error.message === 'terminated')
  )
    return { kind: 'unclear', detail: error.message };
  throw error;
}
