export { bucketCount, bucketOf, fnv1a32 } from './bucket.js';
export { chooseArm } from './choose-arm.js';
export {
  planNeeds,
  type RouterCapabilities,
  type RouterKind,
  type RouterNeeds,
  routerCapabilities,
  routerProblems,
  routingNeeds,
} from './router.js';
export {
  type GatewayRouterSpec,
  type IstioRouterSpec,
  type KserveRouterSpec,
  type RouterSpec,
  routedHeader,
} from './router-spec.js';
export { allTo, type ShiftInput, type SplitFrame, saltOf, shift } from './shift.js';
export type {
  Arm,
  ArmRole,
  BaselineVersion,
  HeaderRule,
  ServingPolicy,
  Split,
  SplitDraft,
  SplitState,
  VersionRef,
} from './split.js';
export { splitProblems } from './split-problems.js';
