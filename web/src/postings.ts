/** Where the console shows the source of a posting: an order, a stock count, or prices. */
export function placeOf(connection: string, key: string | null, source: string | null): string | null {
  const at = `/c/${encodeURIComponent(connection)}`;
  const kind = key?.split('/')[0];
  if (kind === 'stock-count') return `${at}/inventory`;
  if (kind === 'price-feed' || kind === 'item-price' || kind === 'urgent-price') return `${at}/prices`;
  if (kind === 'daily-invoice' || kind === 'daily') return null;
  return source ? `${at}/orders/${encodeURIComponent(source)}` : null;
}

const listName = (connection: string) => `orders ${connection}`;

/** Keeps what the list of orders is restricted to, so that an order leads back to the same rows. */
export const rememberList = (connection: string, search: string) => sessionStorage.setItem(listName(connection), search);

/** The list of orders as it was seen last. */
export function listOfOrders(connection: string): string {
  const search = sessionStorage.getItem(listName(connection));
  return `/c/${encodeURIComponent(connection)}/orders${search ? `?${search.replace(/^\?/, '')}` : ''}`;
}
