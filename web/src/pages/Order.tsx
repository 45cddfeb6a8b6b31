import { Button } from '@mantine/core';
import { IconArrowLeft, IconExternalLink, IconFileInvoice } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get, of, type AuditRecord, type Order, type OrderLine, type Posting } from '../api';
import { Status } from '../components/badges';
import { Card } from '../components/Card';
import { SkipDialog, useRetry } from '../components/dialogs';
import { Reason } from '../components/Reason';
import { Empty, PageHead, Unready } from '../components/states';
import { Table } from '../components/Table';
import { count, date, dateTime, money, relative, sums } from '../format';
import { useTranslation, type Key } from '../i18n';
import { listOfOrders } from '../postings';
import { useMay } from '../session';

function WalmartLine({ line }: { line: OrderLine }) {
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
            {status.ship_time && <span className="dim"> · {dateTime(status.ship_time)}</span>}
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

const undecided = ['planned', 'retry', 'held'];

/** To the document in Exact, in a window of its own; where its address is not known, to the division that has it. */
function LinkToExact({ posting }: { posting: Posting }) {
  const { t } = useTranslation();
  if (!posting.page) return null;
  const isDocument = posting.page.shows === 'document';
  return (
    <a className="small nowrap" href={posting.page.address} target="_blank" rel="noopener noreferrer" title={isDocument ? undefined : t('order.openDivision', { number: posting.target_number ?? posting.reference ?? '' })}>
      {t(isDocument ? 'order.openInExact' : 'order.openExact')} <IconExternalLink size={15} aria-hidden style={{ verticalAlign: '-2px' }} />
      <span className="visually-hidden">
        {posting.target_number} {t('order.newWindow')}
      </span>
    </a>
  );
}

function Document({ posting, connection, onSkip }: { posting: Posting; connection: string; onSkip: (key: string) => void }) {
  const { t, word } = useTranslation();
  const mayAct = useMay('operator');
  const retry = useRetry(connection);
  const lines = posting.document?.lines ?? [];
  return (
    <article className="card" aria-label={posting.key}>
      <div className="cardhead">
        <div>
          <h3 style={{ margin: 0, fontSize: 16 }}>
            {word('kind', posting.kind)} {posting.target_number && <span className="mono">{posting.target_number}</span>}
          </h3>
          <div className="small dim">
            {posting.date && <>{date(posting.date)} · </>}
            {posting.reference && t('order.reference', { reference: posting.reference })}
          </div>
          <LinkToExact posting={posting} />
        </div>
        <div className="number">
          <Status group="state" value={posting.state} />
          <div style={{ fontWeight: 650, marginTop: 4 }}>{posting.currency && money(posting.total, posting.currency)}</div>
        </div>
      </div>
      {posting.cause && (
        <div className="banner">
          <strong>{word('cause', posting.cause)}</strong>
          <Reason cause={posting.cause} message={posting.message} />
          {posting.state === 'retry' && posting.next_attempt_at && <div className="small dim">{t('order.nextAttempt', { when: relative(posting.next_attempt_at) })}</div>}
        </div>
      )}
      {lines.length > 0 && (
        <Table tight columns={[t('order.item'), ...(['order.quantity', 'order.price', 'order.amount'] as const).map((key) => ({ label: t(key), number: true })), t('order.account')]}>
          {lines.map((line, index) => (
            <tr key={index}>
              <td className="wrap">
                <span className="mono">{line.exact_item || '–'}</span>
                <div className="small dim">{line.description || line.sku}</div>
              </td>
              <td className="number">{count(line.quantity ?? 0)}</td>
              <td className="number">{money(line.unit_price ?? 0, posting.currency)}</td>
              <td className="number">{money(line.amount ?? 0, posting.currency)}</td>
              <td className="mono">{line.gl_account || '–'}</td>
            </tr>
          ))}
        </Table>
      )}
      {mayAct && undecided.includes(posting.state) && (
        <div className="row" style={{ marginTop: 12 }}>
          <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate([posting.key])}>
            {t('order.retry')}
          </Button>
          <Button size="xs" variant="default" onClick={() => onSkip(posting.key)}>
            {t('order.skip')}
          </Button>
        </div>
      )}
    </article>
  );
}

const good = ['posting.posted', 'posting.adopted', 'posting.released'];
const bad = ['posting.held', 'posting.unclear', 'order.unreadable'];

function Step({ record }: { record: AuditRecord }) {
  const { t, word, deed } = useTranslation();
  const reason = record.detail && typeof record.detail.reason === 'string' ? record.detail.reason : null;
  return (
    <li className={good.includes(record.action) ? 'good' : bad.includes(record.action) ? 'bad' : undefined}>
      <div className="row between">
        <strong>{deed(record.action, record.posting_key)}</strong>
        <span className="small dim">{dateTime(record.at, true)}</span>
      </div>
      <div className="small dim wrap">
        <span className="mono">{record.posting_key}</span>
        {record.attempt > 0 && ` · ${t('order.attempt', { n: record.attempt })}`}
        {record.actor !== 'system' && ` · ${record.actor}`}
        {record.cause && ` · ${word('cause', record.cause)}`}
        {reason && ` · “${reason}”`}
      </div>
    </li>
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
        {data.totals && <strong style={{ fontSize: 20 }}>{sums(data.totals)}</strong>}
      </PageHead>
      <div className="grid beside">
        <Card title={t('order.walmart')}>
          {lines.length === 0 ? (
            <p className="dim">{t('order.unreadable')}</p>
          ) : (
            <Table tight columns={[t('order.line'), t('order.product'), { label: t('order.quantity'), number: true }, { label: t('order.amount'), number: true }]}>
              {lines.map((line) => (
                <WalmartLine key={line.line_number} line={line} />
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
            <Document key={posting.key} posting={posting} connection={connection} onSkip={(key) => setSkipped([key])} />
          ))}
        </section>
      </div>
      <section className="card" style={{ marginTop: 16 }}>
        <div className="cardhead">
          <h2>{t('order.timeline')}</h2>
        </div>
        {data.trail.length === 0 && <p className="dim">{t('order.nothingHappened')}</p>}
        <ol className="timeline">
          {data.trail.map((record) => (
            <Step key={record.sequence} record={record} />
          ))}
        </ol>
      </section>
      <SkipDialog connection={connection} keys={skipped} onClose={() => setSkipped(null)} />
    </>
  );
}
