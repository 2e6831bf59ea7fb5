/** The catalogue's classes: read-only changes nothing; low is reversible without effect; risky may interrupt; dangerous cannot be undone or concerns a cluster. */
export type Risk = 'read-only' | 'low' | 'risky' | 'dangerous';

/** From the least to the greatest. */
export const RISKS = ['read-only', 'low', 'risky', 'dangerous'] as const satisfies readonly Risk[];

/** How risky a playbook is: always the same, or at least so much and more by what was found. */
export type RiskOf<Facts> = Risk | { readonly floor: Risk; readonly of: (facts: Facts) => Risk };

export const floorOf = <Facts>(risk: RiskOf<Facts>): Risk => (typeof risk === 'string' ? risk : risk.floor);

/** The risk of a plan with these facts, never below the floor. */
export function riskWith<Facts>(risk: RiskOf<Facts>, facts: Facts): Risk {
  if (typeof risk === 'string') return risk;
  return RISKS[Math.max(RISKS.indexOf(risk.floor), RISKS.indexOf(risk.of(facts)))] ?? 'dangerous';
}
