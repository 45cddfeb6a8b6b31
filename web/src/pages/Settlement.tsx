import { Badge } from '@mantine/core';
import { IconArrowLeft, IconReportMoney } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { ApiError, get, of, query, type AuditRecord, type Mapping, type Posting, type SettledOrder, type Settlement } from '../api';
import { Card } from '../components/Card';
import { SkipDialog } from '../components/dialogs';
import { PostingCard } from '../components/PostingCard';
import { Empty, Failure, Loading, PageHead, ReadOnly, Unready } from '../components/states';
import { Table } from '../components/Table';
import { Timeline } from '../components/Timeline';
import { count, date, money } from '../format';
import { useTranslation, type Key } from '../i18n';
import { orderAt, settlementKey } from '../postings';
import { linesOfEntry, linesOfMapping, partOf, payoutKey, useSettlement, useSettlements, type BookedLine } from '../settlements';

const mostOrders = 200;

function Amount({ value, currency }: { value: number | undefined; currency: string | undefined }) {
  return value === undefined || value === 0 ? <span className="dim">–</span> : <>{money(value, currency)}</>;
}

function Booked({ connection, lines, currency }: { connection: string; lines: BookedLine[]; currency: string | undefined }) {
  const { t } = useTranslation();
  const sumOf = (side: 1 | -1) => Math.round(lines.reduce((sum, line) => sum + Math.max(0, side * line.amount), 0) * 100) / 100;
  const nameOf = (key: string) => {
    const part = partOf(key);
    return part && t(`settlements.part.${part}`);
  };
  return (
    <Card title={t('settlements.booked')} text={t('settlements.bookedText')} label={t('settlements.booked')} aside={<Link href={`/c/${encodeURIComponent(connection)}/mappings`} className="small">{t('nav.mappings')}</Link>}>
      <Table tight columns={[t('settlements.partHead'), t('order.account'), ...(['settlements.debit', 'settlements.credit'] as const).map((key) => ({ label: t(key), number: true }))]}>
        {lines.map((line) => (
          <tr key={line.key}>
            <td className="wrap">
              {nameOf(line.key)}
              <div className={nameOf(line.key) ? 'small dim mono' : 'mono'}>{line.key}</div>
            </td>
            <td className="wrap">
              {line.account === null ? (
                <Badge variant="light" color="yellow" tt="none" fw={600} radius="sm">
                  {t('map.nodeUnmapped')}
                </Badge>
              ) : (
                <span className="mono">{line.account ?? '–'}</span>
              )}
            </td>
            <td className="number">{line.amount > 0 && money(line.amount, currency)}</td>
            <td className="number">{line.amount < 0 && money(-line.amount, currency)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{t('settlements.sum')}</th>
          <td />
          <td className="number">
            <strong>{money(sumOf(1), currency)}</strong>
          </td>
          <td className="number">
            <strong>{money(sumOf(-1), currency)}</strong>
          </td>
        </tr>
      </Table>
    </Card>
  );
}

function OpenOrder({ connection, order, currency }: { connection: string; order: SettledOrder; currency: string | undefined }) {
  const { t } = useTranslation();
  const verdict = t(`settlements.verdict.${order.verdict}` as Key);
  return (
    <tr>
      <td className="mono nowrap">{order.verdict === 'unknown_order' ? order.purchase_order_id : <Link href={orderAt(connection, order.purchase_order_id)}>{order.purchase_order_id}</Link>}</td>
      <td className="wrap">{order.verdict === 'settled_more' ? <strong>{verdict}</strong> : verdict}</td>
      {[order.settled_sales, order.invoiced, order.settled_refunds, order.credited].map((value, index) => (
        <td key={index} className="number">
          <Amount value={value} currency={currency} />
        </td>
      ))}
    </tr>
  );
}

function OpenOrders({ connection, settlement }: { connection: string; settlement: Settlement }) {
  const { t } = useTranslation();
  const { orders, open_in_all: inAll } = settlement.comparison;
  const whole = useSettlement(connection, settlement.payout_date);
  const shown = whole.data?.comparison.open?.slice(0, mostOrders) ?? [];
  return (
    <Card title={t('settlements.open')} text={t('settlements.openText')} label={t('settlements.open')}>
      {inAll === 0 && <p>{orders === 0 ? t('settlements.noOrders') : t('settlements.allAgree', { n: count(orders) })}</p>}
      {shown.length > 0 && (
        <Table tight columns={[t('orders.number'), t('settlements.verdictHead'), ...(['settlements.settled', 'settlements.invoiced', 'settlements.takenBack', 'settlements.credited'] as const).map((key) => ({ label: t(key), number: true }))]}>
          {shown.map((order) => (
            <OpenOrder key={order.purchase_order_id} connection={connection} order={order} currency={settlement.currency} />
          ))}
        </Table>
      )}
      {inAll > 0 && whole.isPending && <Loading rows={5} />}
      {whole.isError && !whole.data && <Failure error={whole.error} retry={() => void whole.refetch()} />}
      {whole.data && inAll > shown.length && <p className="dim small">{t('todo.andMore', { n: count(inAll - shown.length) })}</p>}
    </Card>
  );
}

function MadeOf({ settlement }: { settlement: Settlement }) {
  const { t } = useTranslation();
  return (
    <Card title={t('settlements.madeOf')} text={t('settlements.madeOfText')} label={t('settlements.madeOf')}>
      <Table tight columns={[t('settlements.transaction'), t('settlements.description'), t('settlements.amountType'), { label: t('order.amount'), number: true }]}>
        {settlement.amounts.map((each, index) => (
          <tr key={index}>
            {[each.transaction_type, each.description, each.amount_type].map((text, column) => (
              <td key={column} className="wrap" lang="en">
                {text}
              </td>
            ))}
            <td className="number">{money(each.amount, settlement.currency)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Back({ connection }: { connection: string }) {
  const { t } = useTranslation();
  return (
    <Link href={`/c/${encodeURIComponent(connection)}/settlements`} className="row small" style={{ marginBottom: 10 }}>
      <IconArrowLeft size={16} aria-hidden /> {t('settlements.back')}
    </Link>
  );
}

/** One payout of Walmart's: its journal entry, where it is booked, and its orders. One whose file could not be read has the entry alone. */
export default function SettlementPage({ connection, payout }: { connection: string; payout: string }) {
  const { t } = useTranslation();
  const [skipped, setSkipped] = useState<string[] | null>(null);
  const list = useSettlements(connection);
  const settlement = list.data?.settlements.find((each) => each.payout_date === payout);
  const isAsked = list.data !== undefined && (!settlement || settlement.posting !== null);
  const key = settlementKey(payout);
  const found = useQuery({
    queryKey: ['posting', connection, key],
    queryFn: () => get<Posting & { trail: AuditRecord[] }>(`${of(connection)}/posting${query({ key })}`),
    enabled: isAsked,
    retry: false,
    meta: { live: true },
  });
  const entry = found.data;
  const entered = linesOfEntry(entry);
  // Without an entry the present mapping tells where the payout would go.
  const asksMapping = settlement !== undefined && !found.isLoading && entered.length === 0;
  const mapping = useQuery({ queryKey: ['mapping', connection], queryFn: () => get<Mapping>(`${of(connection)}/mapping`), enabled: asksMapping });
  const payoutAccount = mapping.data && (mapping.data.rows.find((row) => row.sku.toLowerCase() === payoutKey)?.gl_account || null);
  const areLinesKnown = entered.length > 0 || (asksMapping && !mapping.isPending);
  const title = t('settlements.title', { day: Number.isNaN(Date.parse(payout)) ? payout : date(payout) });
  if (!list.data) return <Unready title={title} error={list.error} retry={() => void list.refetch()} />;
  if (!settlement && !entry) {
    const isAbsent = found.error instanceof ApiError && found.error.status === 404;
    if (!isAbsent) return <Unready title={title} error={found.error} retry={() => void found.refetch()} />;
    return (
      <>
        <Back connection={connection} />
        <PageHead title={title} />
        <div className="card">
          <Empty title={t('settlements.absent')} text={t('settlements.absentText')} icon={<IconReportMoney size={40} aria-hidden />} />
        </div>
      </>
    );
  }
  const posting = entry ?? settlement?.posting;
  const facts: [Key, ReactNode][] = settlement
    ? [
        ['order.amount', money(settlement.total_payable, settlement.currency)],
        ['settlements.orders', settlement.comparison.orders > 0 ? `${count(settlement.comparison.orders)} (${t('settlements.agree', { n: count(settlement.comparison.agree) })})` : count(0)],
      ]
    : [];
  return (
    <>
      <Back connection={connection} />
      <PageHead title={title} text={settlement?.period_start && settlement.period_end && t('settlements.period', { from: date(settlement.period_start), to: date(settlement.period_end) })} />
      <ReadOnly role="operator" />
      <div className="stack">
        {facts.length > 0 && (
          <dl className="facts">
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {found.isError && !entry && <Failure error={found.error} retry={() => void found.refetch()} />}
        {posting ? <PostingCard posting={{ ...posting, document: null, page: null }} connection={connection} onSkip={(each) => setSkipped([each])} heading="h2" /> : <Card title={t('settlements.reportOnly')} text={t('settlements.reportText')} />}
        {settlement && (
          <>
            {areLinesKnown ? <Booked connection={connection} lines={entered.length > 0 ? entered : linesOfMapping(settlement, payoutAccount)} currency={settlement.currency} /> : <Loading rows={5} />}
            <OpenOrders connection={connection} settlement={settlement} />
            <MadeOf settlement={settlement} />
          </>
        )}
      </div>
      {entry && <Timeline trail={entry.trail} />}
      <SkipDialog connection={connection} keys={skipped} onClose={() => setSkipped(null)} />
    </>
  );
}
