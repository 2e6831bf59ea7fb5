/**
 * For awk: whether a line of the agent's log tells of an error. How errors look there is not documented; a command that the
 * agent was sent may have any word in it, and is none.
 */
export const AGENT_ERROR = String.raw`($0 !~ /exeurl/ && ($0 ~ /(^|[^A-Za-z])(ERROR|FATAL|CRITICAL)([^A-Za-z]|$)/ || tolower($0) ~ /exception|traceback|failed|refused/))`;
