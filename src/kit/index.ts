export {
  arg,
  args,
  type Arguments,
  checkArguments,
  foldedName,
  fromLabels,
  type HostsMeant,
  hostsMeant,
  noOrder,
  orderNoIn,
  readFilled,
  readTyped,
  typedOf,
  usageOf,
  type Word,
} from './args/index.ts';
export * from './text/aligned.ts';
export * from './check.ts';
export * from './clause.ts';
export * from './command.ts';
export * from './course.ts';
export * from './estate.ts';
export * from './look.ts';
export * from './playbook.ts';
export * from './quorum.ts';
export * from './requirement.ts';
export * from './risk.ts';
export * from './scope.ts';
export * from './shell.ts';
export * from './sql.ts';
export * from './canonical.ts';
export {
  answersTo,
  contactsOf,
  effectsOf,
  lookAtStep,
  performStep,
  plannedStep,
  resumeStep,
  shownStep,
  Step,
  touches,
} from './steps/step.ts';
export { overlaps, placeWords, resourcesOf } from './steps/resources.ts';
export { isOfFirstVersion, StoredStep, writtenStep } from './steps/first-form.ts';
export { type CheckRef, type Condition } from './steps/condition.ts';
export { Opening, type Resource, resourceOfHost, type Shown } from './steps/facts.ts';
export { ANSWER_WORDS } from './steps/hands.ts';
export type {
  AnswerWord,
  Clocks,
  Delivered,
  Hands,
  Held,
  PersonAnswer,
  StepAnswer,
  StepFrame,
  StepWaits,
  Tell,
} from './steps/hands.ts';
export { PARTLY } from './steps/hands.ts';
export { type DeleteRowsStep, databaseNamed, type InsertRowsStep, NoSuchDatabase } from './steps/rows.ts';
export { MAY_ASK_DOCKER } from './containers/docker.ts';
export { type ContainerSeen, holdsContainer, seeContainers } from './containers/seen.ts';
export { CONTAINER_STATE, type ContainerState, stateOf } from './containers/state.ts';
export { consoleWay } from './containers/console.ts';
export { backSteps, restartStep, startSteps, type ToRestart, wayToRestart } from './containers/restart.ts';
export { type ContainerStep } from './steps/container.ts';
export { type FileAct } from './steps/file-act.ts';
export { type FileStep } from './steps/file.ts';
export { formBody, MEDIA_TYPE, type RequestStep } from './steps/request.ts';
export { type ServiceStep } from './steps/service.ts';
export { type ShellStep } from './steps/shell.ts';
export type { CheckStep } from './steps/check.ts';
export { noContact } from './steps/notify.ts';
export type { EscalateStep } from './steps/escalate.ts';
export type { ManualStep } from './steps/manual.ts';
export type { WaitStep } from './steps/wait.ts';
export { PANEL_COLUMNS, sqlLines } from './steps/sql-lines.ts';
export * from './words.ts';
export * from './like.ts';
export * from './typed/near.ts';
export * from './typed/playbooks.ts';
export { quoted, type Token, tokensOf } from './typed/tokens.ts';
export { callForm, readCall, type ReadCall, typedCall, usageOfCall } from './args/call.ts';
export { clean } from './text/clean.ts';
export * from './typed/find.ts';
export * from './form.ts';
export * from './json.ts';
export * from './text/lines.ts';
export * from './text/local-time.ts';
export { mask } from './text/mask/mask.ts';
export * from './typed/scope-form.ts';
export * from './typed/cron.ts';
export * from './typed/schedule.ts';
export { describeTiming, readTiming } from './typed/timing.ts';
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
  askPage,
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
export { inThisEstate, type LogLook, readLog } from './probes/log-answer.ts';
export { findLog, logScript, type Tally } from './probes/log-script.ts';
export {
  closedLog,
  type LogCounts,
  type LogWindow,
  noLine,
  noLog,
  windowText,
} from './probes/log-words.ts';
export { logSays } from './probes/log-says.ts';
export { LOG_SECONDS, logWindow, type LogWindowOptions } from './probes/log-window.ts';
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
export * from './text/captured.ts';
export * from './text/harmless.ts';
export { MASK } from './text/mask/rule.ts';
export * from './text/visible.ts';
