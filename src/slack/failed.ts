import { words, type Words } from '../kit/index.ts';

/** Why the Slack side could not start, in words that say what to do. */
export class SlackStartFailed extends Error {
  override readonly name = 'SlackStartFailed';
  readonly says: Words;
  constructor(says: Words, cause?: unknown) {
    super(says.en, { cause });
    this.says = says;
  }
}

export const badBotToken = (error: string): Words =>
  words(
    `Slack refused the bot token (${error}). Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of the app, after installing it to the workspace.`,
    `Slack 拒绝了机器人令牌（${error}）。请先将应用安装到工作区，再从应用的 OAuth & Permissions 页面复制 Bot User OAuth Token(xoxb-…)。`,
  );

export const badAppToken = (error: string): Words =>
  words(
    `Slack refused the app-level token (${error}). Make one with the scope connections:write under Basic Information, App-Level Tokens (xapp-…), and turn Socket Mode on.`,
    `Slack 拒绝了应用级令牌（${error}）。请在 Basic Information 的 App-Level Tokens 中创建带 connections:write 权限的令牌（xapp-…），并启用 Socket Mode。`,
  );

export const notReached = (address: string, detail: string): Words =>
  words(
    `Slack did not answer at ${address} (${detail}). Check that this machine may reach it, directly or through its proxy.`,
    `${address} 处的 Slack 没有响应（${detail}）。请检查本机能否直接或通过代理访问该地址。`,
  );

export const notConnected = (seconds: number): Words =>
  words(
    `Socket Mode did not connect within ${seconds} s. Check that Socket Mode is on for the app and that WebSocket connections can leave this machine.`,
    `Socket Mode 在 ${seconds} 秒内未能连接。请检查应用是否已启用 Socket Mode，以及本机是否允许发起 WebSocket 连接。`,
  );

export const portTaken = (port: number, detail: string): Words =>
  words(
    `Fettle cannot listen for Slack on port ${port} (${detail}). Choose another port or stop what uses it.`,
    `Fettle 无法在端口 ${port} 上监听 Slack 请求（${detail}）。请更换端口或停止占用该端口的程序。`,
  );

export const otherTeam = (team: string): Words =>
  words(
    `The bot token belongs to workspace ${team}, which is not among the allowed teams. Add it, or use the token of an allowed workspace.`,
    `机器人令牌属于工作区 ${team}，不在允许的工作区之内。请将其加入允许列表，或使用允许的工作区的令牌。`,
  );
