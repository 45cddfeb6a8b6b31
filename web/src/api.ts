/** The API of the connector. Amounts come as JSON numbers with at most six decimals and are only shown, never summed
 * here except for charts. */

export interface Caller {
  name: string | null;
  role: Role;
  csrf: string;
  second_factor?: boolean;
}
export type Role = 'viewer' | 'operator' | 'administrator';
export type Sums = Record<string, number>;

export interface Connection {
  name: string;
  market: string;
  division: number | null;
  paused: boolean;
  created_at: string;
  walmart_connected: boolean;
  exact_app_known: boolean;
  exact_connected: boolean;
  settings: Record<string, unknown>;
}
export interface Flow {
  name: string;
  last_started: string | null;
  last_succeeded: string | null;
  next_run: string | null;
  last_error: string | null;
}
export interface Budget {
  remaining: number;
  limit: number;
  reset: string;
}
export interface OverviewConnection {
  id: number;
  name: string;
  division: number | null;
  paused: boolean;
  walmart_connected: boolean;
  exact_connected: boolean;
  /** Being set up: it was never let go live, or cannot be. */
  unfinished: boolean;
  states: Record<string, number>;
  /** Of what waits for a person. */
  causes: Record<string, number>;
  for_person: number;
  on_the_way: number;
  stock_drift: { items: number; units: number } | null;
  live: {
    running: boolean;
    /** The stored key or sign-in was refused: a person must give another. */
    walmart_refuses: boolean;
    exact_refuses: boolean;
    flows: Flow[];
    exact_minute: Budget | null;
    exact_day: Budget | null;
    walmart_orders_left: number | null;
  };
}
/** Of all connections together. */
export interface PostedHour {
  from: string;
  currency: string;
  kind: string;
  count: number;
  total: number;
}
export interface Overview {
  now: string;
  /** Of all connections, listed or not. */
  totals: {
    connections: number;
    /** Whose name holds what was searched. */
    matching: number;
    /** With documents that wait for a person. */
    deciding: number;
    unfinished: number;
    for_person: number;
    on_the_way: number;
    posted: number;
    causes: number;
    stock_drift: { items: number; units: number } | null;
  };
  names: { id: number; name: string }[];
  /** Those that need a person first, and the one that was named. */
  connections: OverviewConnection[];
  posted_hours: PostedHour[];
}
export interface ListedOrder {
  purchase_order: string;
  customer_order: string;
  order_time: string;
  status: string;
  skus: string[];
  /** What Walmart charges for what was not cancelled. */
  totals: Sums;
  /** Invoices less credit memos in Exact. */
  booked: Sums;
  causes: string[];
  /** Its documents there; one without a number is found by its reference. */
  in_exact: { kind: string; number: string | null; reference: string }[];
  postings: number;
}
export interface AuditRecord {
  sequence: number;
  at: string;
  connection: number;
  actor: string;
  action: string;
  source: string | null;
  posting_key: string | null;
  attempt: number;
  cause: string | null;
  correlation_id: string | null;
  detail: Record<string, unknown> | null;
  previous_hash: string;
  hash: string;
}
export interface DocumentLine {
  line_number?: string;
  sku?: string;
  description?: string;
  exact_item?: string;
  quantity?: number;
  unit_price?: number;
  amount?: number;
  gl_account?: string;
  vat_code?: string;
}
export interface Posting {
  key: string;
  kind: string;
  state: string;
  cause: string | null;
  message: string | null;
  advice: string | null;
  source: string;
  reference: string | null;
  depends_on: string | null;
  total: number;
  currency: string | null;
  date: string | null;
  attempt: number;
  next_attempt_at: string | null;
  target_number: string | null;
  target_id: string | null;
  updated_at: string;
  document: { lines?: DocumentLine[] } | null;
  /** Of a day's invoice: the orders in it, or those that wait for it. */
  orders?: { key: string; purchase_order: string; total: number }[];
  /** Where Exact shows it: the document itself, or only the division that has it. */
  page: { address: string; shows: 'document' | 'division' } | null;
}
/** A posting as a list shows it. */
export type BriefPosting = Omit<Posting, 'document' | 'orders' | 'page'>;
export interface Day {
  day: string;
  documents: Posting[];
  trail: AuditRecord[];
}
export interface OrderLine {
  line_number: string;
  sku: string;
  product_name?: string;
  quantity: number;
  charges?: { type: string; name?: string; currency: string; amount: number; tax?: number }[];
  statuses?: { status: string; word?: string; quantity: number; ship_time?: string; tracking_number?: string }[];
}
export interface Order extends ListedOrder {
  facts: { lines?: OrderLine[]; order_type?: string; ship_node?: string; ship_to_state?: string } | null;
  /** In which a ship time becomes the date of a document. */
  booking_zone: string;
  documents: Posting[];
  trail: AuditRecord[];
}
export interface Mend {
  column: keyof MappingRow;
  kind: string;
  row: string;
  sku: string;
  product: string;
  code: string;
}
export interface Group {
  cause: string;
  advice: string;
  message: string;
  /** It is tried again without a person. */
  by_itself: boolean;
  count: number;
  totals: Sums;
  newest: string;
  mend: Mend | null;
  keys: string[];
  samples: { key: string; source: string; state: string; total: number; currency: string; message: string }[];
}
export interface MappingRow {
  sku: string;
  exact_item: string;
  gl_account: string;
  cost_center: string;
  cost_unit: string;
  vat_code: string;
  warehouse: string;
}
export interface Mapping {
  revision: string;
  rows: MappingRow[];
  ship_nodes: { ship_node: string; warehouse: string }[];
  kits: { sku: string; items: KitItem[] }[];
  aliases: { alias: string; sku: string }[];
}
export interface KitItem {
  exact_item: string;
  quantity: number;
  price_share: number;
}
export interface Reference {
  code: string;
  name: string;
  usable: boolean;
}
export interface Suggestion {
  sku: string;
  name: string;
  orders: number;
  exact_item: string | null;
  mapped: boolean;
  suggestion?: { exact_item: string; name: string; by: 'code' | 'barcode' | 'name' };
}
export interface Ping {
  reachable: boolean;
  asked: boolean;
  signed_in: boolean;
  identity: string | null;
  latency_ms: number | null;
  budget: string;
  cause?: string;
  message?: string;
}
export interface PreviewOrder {
  purchase_order: string;
  before_go_live: boolean;
  documents: { key: string; kind: string; reference: string; date?: string; currency: string; total: number; lines?: DocumentLine[] }[];
  problems: { key: string; cause: string; message: string }[];
}
export interface Preview {
  orders_read: number;
  documents: number;
  problems: number;
  totals: Sums;
  orders: PreviewOrder[];
}
export interface User {
  name: string;
  role: Role;
  disabled: boolean;
  has_password: boolean;
  invited_until: string | null;
  created_at: string;
  signed_in_at: string | null;
  second_factor: boolean;
}
export interface Token {
  id: number;
  name: string;
  scope: Role;
  created_by: string;
  created_at: string;
  used_at: string | null;
}

export interface DriftPoint {
  at: string;
  units: number;
  items_different: number;
  items_compared: number;
}
export interface StockLine {
  item: string;
  skus: string[];
  in_hand: number;
  pending: number;
  expected: number;
  exact: number;
  difference: number;
}
export interface StockCount {
  key: string;
  state: string;
  cause: string | null;
  message: string | null;
  reference: string | null;
  target_number: string | null;
  created_at: string;
  updated_at: string;
  document: { warehouse?: string; comparison?: { ship_nodes: string[]; exact_read_at: string; lines: StockLine[] } } | null;
}
export interface Inventory {
  idle: 'off' | 'no_ship_nodes' | null;
  confirm_units: number;
  drift: DriftPoint[];
  latest: {
    at: string;
    skus_read: number;
    warehouses: { warehouse: string; ship_nodes: string[]; items_compared: number; items_different: number; units_moved: number; count: string | null }[];
    left_to_the_next_run: { item: string; warehouse: string }[];
  } | null;
  counts: StockCount[];
  notices: { subject: string; message: string }[];
}
export interface StockRow {
  sku: string;
  ship_node: string;
  walmart: number | null;
  item: string | null;
  warehouse: string | null;
  exact: number | null;
  pending: number | null;
  difference: number | null;
  moving: boolean;
  /** The difference was counted away since. */
  counted: boolean;
}
export interface ItemDrift {
  at: string;
  difference: number;
  in_hand: number | null;
  pending: number | null;
  exact: number | null;
}
export interface FeedItem {
  sku: string;
  state: string;
  error: string;
}
export interface PricePosting {
  key: string;
  kind: string;
  state: string;
  cause: string | null;
  message: string | null;
  reference: string | null;
  currency: string | null;
  created_at: string;
  updated_at: string;
  prices: number;
  subject?: string;
  amount?: number;
  feed: string | null;
  succeeded: number | null;
  failed_count: number;
  failed: FeedItem[];
  warnings: FeedItem[];
}
export interface KeptBack {
  sku: string;
  item: string;
  from: number | null;
  to: number;
  message: string;
}
export interface Prices {
  to_walmart: boolean;
  to_exact: boolean;
  guards: { currency: string; floor: number | null; ceiling: number | null; max_change_percent: number | null };
  latest: {
    at: string;
    skus_read: number;
    to_walmart: { unchanged: number; without_list_price: number; changes: unknown[]; kept_back: KeptBack[] };
    to_exact: { unchanged: number; changes: unknown[]; kept_back: KeptBack[]; skus_without_item: string[] };
  } | null;
  postings: PricePosting[];
}
export interface PricedSku {
  sku: string;
  state: string;
  amount: number;
  posting: string | null;
  error: string | null;
}

export interface SettledOrder {
  purchase_order_id: string;
  verdict: string;
  settled_sales?: number;
  invoiced?: number;
  settled_refunds?: number;
  credited?: number;
}
/** A payout of Walmart's; positive amounts are the seller's. */
export interface Settlement {
  payout_date: string;
  period_start?: string;
  period_end?: string;
  total_payable: number;
  currency?: string;
  amounts: { transaction_type?: string; description?: string; amount_type?: string; amount: number }[];
  booked: { key: string; gl_account: string | null; amount: number }[];
  /** `open`: the first thousand; not told of each payout of a list. */
  comparison: { orders: number; agree: number; open_in_all: number; open?: SettledOrder[] };
  /** Null where nothing is booked. */
  posting: BriefPosting | null;
}
export interface Settlements {
  mode: 'post' | 'report' | 'off';
  payout_is_mapped: boolean;
  settlements: Settlement[];
}

/** One item of an order, or of a day's invoice, on both sides; `cause` is null where they agree. */
export interface ReconciledLine {
  /** A purchase order, "return/ID", or the reference of a day's invoice. */
  source: string;
  currency: string;
  item: string;
  sku: string;
  walmart_quantity: number;
  walmart_amount: number;
  exact_quantity: number;
  exact_amount: number;
  difference: number;
  exact_documents: string;
  cause: string | null;
  explanation: string | null;
}
export interface ReconciledCurrency {
  currency: string;
  walmart_charged: number;
  tax_left_out: number;
  walmart: number;
  exact: number;
  difference: number;
  explained: Record<string, number>;
}
export interface Reconciliation {
  from: string;
  to: string;
  balances: boolean;
  orders: number;
  exact_documents: number;
  differences: number;
  currencies: ReconciledCurrency[];
  lines: ReconciledLine[];
  notes: string[];
}

export interface BadRow {
  row: number;
  column: string;
  message: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** Of the server's closed list; empty where the answer was not the server's. */
    readonly cause: string,
    message: string,
    readonly badRows: BadRow[] = [],
    readonly codeNeeded = false,
  ) {
    super(message);
  }
}

let csrf = '';
export function useCsrf(token: string) {
  csrf = token;
}

async function failure(answer: Response): Promise<ApiError> {
  const body = await answer.json().catch(() => null);
  const error = body?.error;
  return new ApiError(answer.status, error?.cause ?? '', error?.message ?? `HTTP ${answer.status}`, error?.bad_rows, error?.code_needed);
}

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = {};
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
  const isText = typeof body === 'string';
  if (body !== undefined) headers['Content-Type'] = isText ? 'text/csv' : 'application/json';
  const answer = await fetch('/api/v1' + path, {
    method,
    headers,
    credentials: 'same-origin',
    body: body === undefined ? undefined : isText ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw await failure(answer);
  return answer.json();
}

export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, body: unknown = {}) => call<T>('POST', path, body);
export const of = (connection: string) => '/connections/' + encodeURIComponent(connection);
export function query(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return given.length ? '?' + new URLSearchParams(given.map(([name, value]) => [name, String(value)])) : '';
}
