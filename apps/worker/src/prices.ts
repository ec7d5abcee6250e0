import { environment } from '@laurel/contracts';
import type { Prices } from '@laurel/domain';

const form = 'such as gpu=2.5,gpu/spot=0.9,nvidia-l4=0.7,cpu=0.04,currency=EUR';
const usualCurrency = 'USD';

/** Prices per hour by resource, from `name=number` pairs; what cannot be read goes to `problems`. */
export function parsePrices(text: string | undefined, problems: string[]): Prices | null {
  if (text === undefined || text.trim() === '') return null;
  const hourly: Record<string, number> = {};
  let currency = usualCurrency;
  for (const pair of text.split(',')) {
    const [name = '', value = ''] = pair.split('=').map((part) => part.trim());
    const amount = Number(value);
    if (name === 'currency' && /^[A-Z]{3}$/.test(value)) currency = value;
    else if (/^[\w.-]+(\/spot)?$/.test(name) && name !== 'currency' && value !== '' && amount >= 0 && amount < Infinity)
      hourly[name] = amount;
    else problems.push(`${environment.prices} has "${pair.trim()}" (${form})`);
  }
  return Object.keys(hourly).length === 0 ? null : { currency, hourly };
}
