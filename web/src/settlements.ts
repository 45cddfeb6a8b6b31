import { useQuery } from '@tanstack/react-query';
import { get, of, type Posting, type Settlement, type Settlements } from './api';

/** All payouts, without their orders. */
export const useSettlements = (connection: string) => useQuery({ queryKey: ['settlements', connection], queryFn: () => get<Settlements>(`${of(connection)}/settlements`), refetchInterval: 15_000 });

/** One payout with the orders that do not agree; not asked for with every event, for they may be many. */
export const useSettlement = (connection: string, payout: string) => useQuery({ queryKey: ['settlement', connection, payout], queryFn: () => get<Settlement>(`${of(connection)}/settlements/${encodeURIComponent(payout)}`), refetchInterval: 60_000 });

/** Why there is nothing to book or compare; null where there is. */
export function idleReason(data: Settlements): 'off' | 'unmapped' | null {
  if (data.mode === 'off') return 'off';
  return data.mode === 'post' && !data.payout_is_mapped ? 'unmapped' : null;
}

const prefix = '@settlement/';
export const payoutKey = `${prefix}payout`;
export const settlementParts = ['payout', 'receivable', 'commission', 'fee', 'wfs', 'advertising', 'tax', 'reserve', 'suspense'] as const;
/** What is booked by a row of the mapping; null for a row that is named after Walmart's words. */
export function partOf(key: string): (typeof settlementParts)[number] | null {
  const name = key.startsWith(prefix) ? key.slice(prefix.length) : key === '@tax' ? 'tax' : '';
  return settlementParts.find((part) => part === name) ?? null;
}

/** One line of a payout's journal entry: positive is the debit side. Its account is null where none is mapped, and absent where that is not known. */
export interface BookedLine {
  key: string;
  account?: string | null;
  amount: number;
}

/** As the entry has them, whatever the mapping says by now. */
export function linesOfEntry(posting: Posting | undefined): BookedLine[] {
  const lines = posting?.state === 'withdrawn' ? [] : (posting?.document?.lines ?? []);
  return lines.map((line) => ({ key: line.sku ?? '', account: line.gl_account || null, amount: line.amount ?? 0 }));
}

/** As the present mapping would book it. */
export function linesOfMapping(settlement: Settlement, payoutAccount: string | null | undefined): BookedLine[] {
  const payout = { key: payoutKey, account: payoutAccount, amount: settlement.total_payable };
  return [...(payout.amount === 0 ? [] : [payout]), ...settlement.booked.map(({ key, gl_account, amount }) => ({ key, account: gl_account, amount: -amount }))];
}
