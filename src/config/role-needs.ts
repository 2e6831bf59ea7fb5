/** Roles that a process has; everything but a bot alone reaches hosts and databases. */
export type RoleNeeds = readonly string[];
export const needsSlack = (roles: RoleNeeds): boolean => roles.includes('bot');
/** Signs what people ask for and agree to. */
export const signs = (roles: RoleNeeds): boolean => roles.includes('bot');
export const needsEstate = (roles: RoleNeeds): boolean => roles.some((role) => role !== 'bot');
