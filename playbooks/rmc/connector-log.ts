/** Error log of the IaaS adapter: one app under four spellings, and nobody knows which its folder has (ERR-RMC-02). */
export const CONNECTOR_LOGS = [
  '/home/admin/logs/aciaasconnectore/common-error.log',
  '/home/admin/logs/aciaasconnectorcore/common-error.log',
  '/home/admin/logs/aciaasconnector/common-error.log',
  '/home/admin/logs/iaasconnector/common-error.log',
] as const;
