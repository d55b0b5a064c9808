import type { LowerSignature } from '../abi/functions.ts';
import { holds } from '../plan/holds.ts';
import type { FuncTypeIndex, Plan } from '../plan/plan.ts';
import type { Builtin } from './builtins.ts';
import type { ResourceHandle } from './resources.ts';
import { releaseLenders, type Side } from './side.ts';
import { Wait } from './trampoline.ts';

/**
 * Whether it can be seen that a handle is lent while the caller waits for the host: by another task, which runs meanwhile if the function is async, or by
 * another argument, which gives a handle away.
 */
export function showsLending(plan: Plan, type: FuncTypeIndex): boolean {
  const func = plan.functions[type];
  if (func === undefined || !func.params.some((param) => holds(plan, param.type, ['borrow']))) return false;
  return func.async || func.params.some((param) => holds(plan, param.type, ['own']));
}

/** A call of the host that counts what it is lent until it is over. */
export function lowerLending(side: Side, signature: LowerSignature, lower: (signature: LowerSignature) => Builtin): Builtin {
  let lenders: ResourceHandle[] = [];
  const liftParams: LowerSignature['liftParams'] = (cx, values) => {
    side.scope = { lenders };
    const params = signature.liftParams(cx, values);
    side.scope = {};
    return params;
  };
  const run = lower({ ...signature, liftParams });
  return (flat) => {
    const own: ResourceHandle[] = [];
    lenders = own;
    const answer = run(flat);
    if (answer instanceof Wait)
      return new Wait(
        answer.result.finally(() => releaseLenders(own)),
        answer.freezes,
      );
    releaseLenders(own);
    return answer;
  };
}
