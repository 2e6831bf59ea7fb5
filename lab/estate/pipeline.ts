import type { LogFile, LogLine, LogScene } from './log.ts';
import { mark, moments, perMinute } from './log-lines.ts';
import { appState } from './app-state.ts';

/** What the pipeline's agent knows of itself. */
export interface AgentTraits {
  readonly errorsPerMinute: number;
}

export const agent = appState<AgentTraits>({ errorsPerMinute: 0 });

/** Port on which the server keeps the long connections of the agents. */
export const PIPELINE_PORT = 8000;
export const AGENT_LOG = '/home/staragent/log/staragent_core.log';

/** The steps of a release, as the agent is told to run them. */
const STEPS = ['software_setup_v2', 'init_env_v2', 'batch_download', 'deploy_v2', 'checkapp_v2'] as const;

/** The agent's log: it lives, now and then it runs a command, and sometimes it cannot. */
export const agentLog: LogFile = {
  path: AGENT_LOG,
  historyMinutes: 20,
  lines: (from, to, scene) =>
    [...alive(from, to, scene), ...commands(from, to, scene), ...failures(from, to, scene)].toSorted(
      (one, other) => one.at - other.at,
    ),
};

const alive = (from: number, to: number, { host }: LogScene): readonly LogLine[] =>
  moments(from, to, 20_000, `${host} agent`).map((at) => ({
    at,
    text: ' INFO [4711] heartbeat sent to starserver, channel is up',
  }));

/** The last release was over so long before its host was opened. */
const IDLE_MS = 6 * 60_000;

const commands = (from: number, to: number, { host }: LogScene): readonly LogLine[] =>
  moments(from, Math.max(from, to - IDLE_MS), 90_000, `${host} command`).map((at) => {
    const step = STEPS[Math.floor(at / 90_000) % STEPS.length] ?? STEPS[0];
    return {
      at,
      text: ` INFO [4711] task ${mark(host, at).slice(0, 12)} accepted, exeurl: cmd:///home/admin/bin/${step}.py --order r1_201905060583197`,
    };
  });

const failures = (from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] =>
  moments(from, to, perMinute(agent.of(conditions).errorsPerMinute), `${host} agent error`).map((at) => ({
    at,
    text: ' ERROR [4711] network error, send msg failed: no channel to starserver',
  }));
