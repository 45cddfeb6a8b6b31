import { IconArrowLeft, IconFileInvoice } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get, of, type Day, type Posting } from '../api';
import { SkipDialog } from '../components/dialogs';
import { PostingCard } from '../components/PostingCard';
import { Empty, PageHead, Unready } from '../components/states';
import { Table } from '../components/Table';
import { Timeline } from '../components/Timeline';
import { date, money } from '../format';
import { useTranslation } from '../i18n';
import { listOfOrders, orderAt } from '../postings';

/** The orders in a day's invoice, or those that wait for it. */
function Members({ posting, connection }: { posting: Posting; connection: string }) {
  const { t } = useTranslation();
  if (!posting.orders?.length) return null;
  return (
    <details open={posting.orders.length <= 20} style={{ marginTop: 12 }}>
      <summary>{t(posting.state === 'posted' ? 'day.ordersIn' : 'day.ordersWaiting', { n: posting.orders.length })}</summary>
      <Table tight columns={[t('day.order'), { label: t('order.amount'), number: true }]}>
        {posting.orders.map((order) => (
          <tr key={order.key}>
            <td>
              <Link href={orderAt(connection, order.purchase_order)} className="mono">
                {order.purchase_order}
              </Link>
            </td>
            <td className="number">{posting.currency && money(order.total, posting.currency)}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}

/** With one invoice a day: what became of one day. */
export default function DayPage({ connection, day }: { connection: string; day: string }) {
  const { t } = useTranslation();
  const [skipped, setSkipped] = useState<string[] | null>(null);
  const found = useQuery({
    queryKey: ['day', connection, day],
    queryFn: () => get<Day>(`${of(connection)}/days/${encodeURIComponent(day)}`),
    meta: { live: true },
  });
  const title = t('day.title', { day: Number.isNaN(Date.parse(day)) ? day : date(day) });
  const data = found.data;
  if (!data) return <Unready title={title} error={found.error} rows={8} retry={() => void found.refetch()} />;
  return (
    <>
      <Link href={listOfOrders(connection)} className="row small" style={{ marginBottom: 10 }}>
        <IconArrowLeft size={16} aria-hidden /> {t('order.back')}
      </Link>
      <PageHead title={title} text={t('day.text')} />
      {data.documents.length === 0 && (
        <div className="card">
          <Empty title={t('day.none')} text={t('day.noneText')} icon={<IconFileInvoice size={36} aria-hidden />} />
        </div>
      )}
      <div className="stack">
        {data.documents.map((posting) => (
          <PostingCard key={posting.key} posting={posting} connection={connection} onSkip={(key) => setSkipped([key])} heading="h2">
            <Members posting={posting} connection={connection} />
          </PostingCard>
        ))}
      </div>
      <Timeline trail={data.trail} />
      <SkipDialog connection={connection} keys={skipped} onClose={() => setSkipped(null)} />
    </>
  );
}
