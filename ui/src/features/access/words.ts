/** Words for rules and what follows from them. */
import type { FieldAccess, Rule, Scope } from "../../ipc/contract";
import type { LabelKey } from "../../kit/words";

export const ruleKey = (rule: Rule): LabelKey => `access.rules.${rule}`;
export const scopeKey = (scope: Scope): LabelKey => `access.scopes.${scope}`;
export const fieldAccessKey = (access: FieldAccess): LabelKey => `access.field_access.${access}`;
