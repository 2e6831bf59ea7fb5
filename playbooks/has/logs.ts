/** For awk: whether a line of the metric log is about failures of the controller manager. The rest of its format is not documented. */
export const FAILURE = String.raw`($0 ~ /controllermanager\.failure/ ? "failure" : "")`;

/** For awk: how many failures such a line counts. A whole number behind the name, in JSON as well, is their number; without one the line is one. */
export const FAILURES = String.raw`(match($0, /controllermanager\.failure["']?[=:,| \t]+["']?[0-9]+/) && substr($0, RSTART + RLENGTH, 1) !~ /[.:\/-]/ && (found = substr($0, RSTART, RLENGTH)) ? substr(found, match(found, /[0-9]+$/)) : 1)`;
