import { IconArrowLeft, IconFileInvoice } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get, of, type Order, type OrderLine, type Posting } from '../api';
import { Status } from '../components/badges';
import { Card } from '../components/Card';
import { SkipDialog } from '../components/dialogs';
import { PostingCard } from '../components/PostingCard';
import { Empty, PageHead, Unready } from '../components/states';
import { Table } from '../components/Table';
import { Timeline } from '../components/Timeline';
import { count, date, dateTime, dateTimeIn, money, sums } from '../format';
import { useTranslation, type Key } from '../i18n';
import { dayOf, listOfOrders } from '../postings';

/** Ship times are those of the zone in which documents are dated, so that both name the same day. */
function WalmartLine({ line, zone }: { line: OrderLine; zone: string }) {
  const { t, word } = useTranslation();
  return (
    <tr>
      <td>{line.line_number}</td>
      <td className="wrap">
        <div className="mono">{line.sku}</div>
        <div className="small dim">{line.product_name}</div>
        {line.statuses?.map((status, index) => (
          <div key={index} className="small">
            {count(status.quantity)} × {word('line', status.word ?? status.status)}
            {status.ship_time && <span className="dim"> · {dateTimeIn(status.ship_time, zone)}</span>}
            {status.tracking_number && <div className="dim mono">{status.tracking_number}</div>}
          </div>
        ))}
      </td>
      <td className="number">{count(line.quantity)}</td>
      <td className="number">
        {line.charges?.map((charge, index) => (
          <div key={index}>
            {money(charge.amount, charge.currency)}
            <div className="small dim">
              {word('charge', charge.name ?? charge.type.toLowerCase())}
              {charge.tax ? <div>{t('order.tax', { amount: money(charge.tax, charge.currency) })}</div> : null}
            </div>
          </div>
        ))}
      </td>
    </tr>
  );
}

/** An order's share of a day's invoice leads to that. */
function DayOf({ posting, connection }: { posting: Posting; connection: string }) {
  const { t } = useTranslation();
  const [kind, day] = posting.depends_on?.split('/') ?? [];
  if (kind !== 'daily') return null;
  return (
    <p className="small">
      <Link href={dayOf(connection, day)}>{t('day.of', { day: date(day) })}</Link>
    </p>
  );
}

/** Why an order has no document, where it is not that the goods are still to leave. */
const texts: Record<string, Key> = { cancelled: 'order.cancelledText', before_go_live: 'order.beforeText' };

export default function OrderPage({ connection, order: number }: { connection: string; order: string }) {
  const { t } = useTranslation();
  const [skipped, setSkipped] = useState<string[] | null>(null);
  const order = useQuery({
    queryKey: ['order', connection, number],
    queryFn: () => get<Order>(`${of(connection)}/orders/${encodeURIComponent(number)}`),
    meta: { live: true },
  });
  const data = order.data;
  if (!data) return <Unready title={t('order.title', { number })} error={order.error} rows={12} retry={() => void order.refetch()} />;
  const lines = data.facts?.lines ?? [];
  return (
    <>
      <Link href={listOfOrders(connection)} className="row small" style={{ marginBottom: 10 }}>
        <IconArrowLeft size={16} aria-hidden /> {t('order.back')}
      </Link>
      <PageHead
        title={t('order.title', { number: data.purchase_order })}
        text={data.customer_order && `${t('order.customerOrder', { number: data.customer_order })} · ${dateTime(data.order_time)}`}
      >
        {data.status && <Status group="status" value={data.status} />}
        {data.totals && (
          <dl className="facts">
            {([['orders.total', data.totals], ['orders.booked', data.booked]] as const).map(([name, amounts]) => (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd>{sums(amounts)}</dd>
              </div>
            ))}
          </dl>
        )}
      </PageHead>
      <div className="grid beside">
        <Card title={t('order.walmart')}>
          {lines.length === 0 ? (
            <p className="dim">{t('order.unreadable')}</p>
          ) : (
            <Table tight columns={[t('order.line'), t('order.product'), { label: t('order.quantity'), number: true }, { label: t('order.amount'), number: true }]}>
              {lines.map((line) => (
                <WalmartLine key={line.line_number} line={line} zone={data.booking_zone} />
              ))}
            </Table>
          )}
        </Card>
        <section className="stack" aria-label={t('order.exact')}>
          {data.documents.length === 0 && (
            <div className="card">
              <Empty title={t('order.noDocuments')} text={t(texts[data.status] ?? 'order.noDocumentsText')} icon={<IconFileInvoice size={36} aria-hidden />} />
            </div>
          )}
          {data.documents.map((posting) => (
            <PostingCard key={posting.key} posting={posting} connection={connection} onSkip={(key) => setSkipped([key])}>
              <DayOf posting={posting} connection={connection} />
            </PostingCard>
          ))}
        </section>
      </div>
      <Timeline trail={data.trail} />
      <SkipDialog connection={connection} keys={skipped} onClose={() => setSkipped(null)} />
    </>
  );
}
