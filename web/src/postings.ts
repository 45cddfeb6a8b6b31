/** Where the console shows the source of a posting: an order, a day, a payout, a stock count, or prices. */
export function placeOf(connection: string, key: string | null, source: string | null): string | null {
  const at = `/c/${encodeURIComponent(connection)}`;
  const kind = key?.split('/')[0];
  if (kind === 'stock-count') return `${at}/inventory`;
  if (kind === 'price-feed' || kind === 'item-price' || kind === 'urgent-price') return `${at}/prices`;
  if (!source) return null;
  if (source.startsWith(payoutSource)) return settlementAt(connection, source.slice(payoutSource.length));
  return /^\d{4}-\d\d-\d\d$/.test(source) ? dayOf(connection, source) : orderAt(connection, source);
}

export const orderAt = (connection: string, order: string) => `/c/${encodeURIComponent(connection)}/orders/${encodeURIComponent(order)}`;
/** The page of a day's invoices; `day` as in 2026-11-23. */
export const dayOf = (connection: string, day: string) => `/c/${encodeURIComponent(connection)}/days/${encodeURIComponent(day)}`;

const payoutSource = 'payout-';
/** The page of a payout of Walmart's; `payout` is its day. */
export const settlementAt = (connection: string, payout: string) => `/c/${encodeURIComponent(connection)}/settlements/${encodeURIComponent(payout)}`;
/** The key of a payout's journal entry. */
export const settlementKey = (payout: string) => `settlement/${payoutSource}${payout}`;

const listName = (connection: string) => `orders ${connection}`;

/** Keeps what the list of orders is restricted to, so that an order leads back to the same rows. */
export const rememberList = (connection: string, search: string) => sessionStorage.setItem(listName(connection), search);

/** The list of orders as it was seen last. */
export function listOfOrders(connection: string): string {
  const search = sessionStorage.getItem(listName(connection));
  return `/c/${encodeURIComponent(connection)}/orders${search ? `?${search.replace(/^\?/, '')}` : ''}`;
}
