export * from './aligned.ts';
export * from './check.ts';
export * from './clause.ts';
export * from './command.ts';
export * from './estate.ts';
export * from './playbook.ts';
export * from './shell.ts';
export * from './sql.ts';
export * from './step.ts';
export * from './words.ts';
export * from './like.ts';
export * from './near.ts';
export { clean } from './clean.ts';
export * from './find.ts';
export * from './form.ts';
export * from './json.ts';
export * from './lines.ts';
export * from './local-time.ts';
export { mask } from './mask/mask.ts';
export * from './scope-form.ts';
export * from './cron.ts';
export * from './schedule.ts';
export { describeTiming, readTiming } from './timing.ts';
export { type KernelFiles, KERNEL_FILES } from './probes/kernel-files.ts';
export {
  cannotAsk,
  firstOf,
  inUnit,
  judgeLimits,
  limitOf,
  limitsOf,
  type Measured,
  namedParts,
  notKnownOf,
  notUnderstood,
  unknown,
  withUnit,
} from './probes/limits.ts';
export { judgeApart } from './probes/apart.ts';
export type { HostProbe, PageProbe } from './probes/probe.ts';
export { agentProcess } from './probes/agent-process.ts';
export { checkService } from './probes/check-service.ts';
export { CLOCK_COMMAND, CLOCK_QUERY, clockOf, databaseClock, judgeClocks } from './probes/clocks.ts';
export { clientsOn, type ClientsOptions, clusterClientsOn } from './probes/clients.ts';
export { connectedTo } from './probes/connected.ts';
export { cpu } from './probes/cpu.ts';
export { disk } from './probes/disk.ts';
export { javaProcess } from './probes/java-process.ts';
export { listening } from './probes/listening.ts';
export { intoFolder } from './probes/folder.ts';
export {
  askLocalPage,
  type LocalPage,
  type PageSeen,
  readLocalPage,
  seeLocalPage,
} from './probes/local-page.ts';
export { load } from './probes/load.ts';
export {
  countInWindow,
  countOf,
  judgeCount,
  namesOf,
  REST,
  sumOf,
  type Things,
  things,
  undocumented,
} from './probes/log-count.ts';
export type { LogLook } from './probes/log-answer.ts';
export { findLog, type Tally } from './probes/log-script.ts';
export {
  closedLog,
  type LogCounts,
  type LogWindow,
  noLine,
  noLog,
  windowText,
} from './probes/log-words.ts';
export { logSays } from './probes/log-says.ts';
export { logWindow, type LogWindowOptions } from './probes/log-window.ts';
export { linesByName, type LogsTogether, logOfHosts, logsOfHost } from './probes/logs-together.ts';
export { memory } from './probes/memory.ts';
export { osgiServices } from './probes/osgi-services.ts';
export { pageOpens } from './probes/page.ts';
export { reaches } from './probes/reaches.ts';
export { showSize } from './probes/size.ts';
export { applicationErrors, errorLogCheck, type KeptLog, keptLogCheck } from './checks/logs.ts';
export { CLOCK_TOLERANCE_SECONDS, databaseClockCheck } from './checks/clocks.ts';
export { sharedServices } from './checks/connections.ts';
export {
  acvipAddress,
  consolePage,
  containerState,
  customMonitoring,
  lookAt,
  monitoringPage,
} from './checks/pages.ts';
export { type ComponentPatrol, componentPatrol, healthCheck } from './checks/patrol.ts';
export { maintenancePort, portsCheck } from './checks/ports.ts';
export { processCheck } from './checks/process.ts';
export { resourceChecks, sameLimit } from './checks/resources.ts';
export * from './captured.ts';
export * from './harmless.ts';
export { MASK } from './mask/rule.ts';
export * from './visible.ts';
