export { isLongerThan, shortened, trackingLimits } from './limits.js';
export { trackingNameProblem } from './names.js';
export { runName } from './run-name.js';
export { parseFilter } from './search-filter.js';
export {
  experimentGrammar,
  loggedModelGrammar,
  type Parsed,
  runGrammar,
  type SearchComparator,
  type SearchComparison,
  type SearchEntity,
  type SearchGrammar,
  type SearchOrder,
} from './search-grammar.js';
export { parseOrder, parseOrders } from './search-order.js';
export { offsetOf, pageMark } from './search-page.js';
