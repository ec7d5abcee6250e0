export {
  type ApprovalField,
  type ApprovalForm,
  type ApprovalRules,
  type ApprovalValues,
  type ApproverRole,
  type PromotionWindow,
  type Weekday,
  weekdays,
} from './approval-rules.js';
export { type FormProblem, formProblems } from './form.js';
export { keyNamedBy } from './key-name.js';
export {
  type ApprovalFact,
  expiryOf,
  flawOf,
  type GrantFlaw,
  mayDecide,
  mayPromote,
  type PromotionFacts,
  type PromotionRefusal,
  type PromotionStanding,
} from './may-promote.js';
export { flawTexts, refusalText } from './refusal-text.js';
export {
  deliveryPatienceMilliseconds,
  deliveryPause,
  type WebhookTopic,
  webhookTopicOf,
  webhookTopics,
} from './webhook-topics.js';
export { isOpen, isTimezone, opensAt } from './windows.js';
