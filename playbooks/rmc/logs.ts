/** Services of the cloud that the manual names as what the IaaS adapter calls; the ALB is that of the 58 base. */
const SERVICES = ['ECS', 'SLB', 'ALB', 'OSS', 'OTS', 'OCS', 'RDS', 'VPC'] as const;

const spellings = SERVICES.flatMap((name) => [
  name,
  `${name.slice(0, 1)}${name.slice(1).toLowerCase()}`,
  name.toLowerCase(),
]).join('|');
/** A word of its own or the first of one like SlbClient, never letters inside another. */
const NAMED = `(^|[^A-Za-z])(${spellings})([^a-z]|$)`;
const OF_THE_CLOUD = 'aliyun|openapi|alibaba cloud|阿里云';

/** For awk: the cloud's service whose call failed, `OpenAPI` where the line names none, nothing for an error of another kind. */
export const FAILED_CALL = String.raw`(match($0, /${NAMED}/) ? toupper(substr($0, RSTART + (substr($0, RSTART, 1) !~ /[A-Za-z]/), 3)) : tolower($0) ~ /${OF_THE_CLOUD}/ ? "OpenAPI" : "")`;

/** For awk: whether a failed call failed because nobody had told where the service is, in the words of SOFA RPC. */
export const RPC_ERROR = String.raw`($0 ~ /RPC-02306|RPC-020060001|[Cc]annot get the service address|没有获得服务/ ? "address" : "other")`;
