import { Button } from '@mantine/core';
import { IconArrowLeft, IconFileInvoice } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get, of, post, type AuditRecord, type Order, type OrderLine, type Posting } from '../api';
import { Status } from '../components/badges';
import { SkipDialog, useTell, type Decided } from '../components/dialogs';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { count, date, dateTime, money, relative, sums } from '../format';
import { useTranslation } from '../i18n';
import { useMay } from '../session';

function WalmartLine({ line }: { line: OrderLine }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>{line.line_number}</td>
      <td className="wrap">
        <div className="mono">{line.sku}</div>
        <div className="small dim">{line.product_name}</div>
        {line.statuses?.map((status, index) => (
          <div key={index} className="small">
            {count(status.quantity)} × {status.word ?? status.status}
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
              {charge.name ?? charge.type.toLowerCase()}
              {charge.tax !== undefined && ` · ${t('order.tax', { amount: money(charge.tax, charge.currency) })}`}
            </div>
          </div>
        ))}
      </td>
    </tr>
  );
}

const undecided = ['planned', 'retry', 'held'];

function Document({ posting, connection, onSkip }: { posting: Posting; connection: string; onSkip: (key: string) => void }) {
  const { t, word } = useTranslation();
  const mayAct = useMay('operator');
  const tell = useTell();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => post<Decided>(`${of(connection)}/postings/retry`, { keys: [posting.key] }),
    onSuccess: (decided) => {
      tell.done(t('todo.retrying', { n: decided.postings.length }));
      tell.refused(decided);
      void client.invalidateQueries();
    },
    onError: tell.failed,
  });
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
        </div>
        <div className="number">
          <Status group="state" value={posting.state} />
          <div style={{ fontWeight: 650, marginTop: 4 }}>{posting.currency && money(posting.total, posting.currency)}</div>
        </div>
      </div>
      {posting.cause && (
        <div className="banner">
          <strong>{word('cause', posting.cause)}</strong>
          <div className="small wrap">{posting.message}</div>
          {posting.state === 'retry' && posting.next_attempt_at && <div className="small dim">{t('order.nextAttempt', { when: relative(posting.next_attempt_at) })}</div>}
        </div>
      )}
      {lines.length > 0 && (
        <div className="tablebox">
          <table className="list tight">
            <thead>
              <tr>
                <th scope="col">{t('order.item')}</th>
                <th scope="col" className="number">{t('order.quantity')}</th>
                <th scope="col" className="number">{t('order.price')}</th>
                <th scope="col" className="number">{t('order.amount')}</th>
                <th scope="col">{t('order.account')}</th>
              </tr>
            </thead>
            <tbody>
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
            </tbody>
          </table>
        </div>
      )}
      {mayAct && undecided.includes(posting.state) && (
        <div className="row" style={{ marginTop: 12 }}>
          <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
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
  const { t, word } = useTranslation();
  const reason = record.detail && typeof record.detail.reason === 'string' ? record.detail.reason : null;
  return (
    <li className={good.includes(record.action) ? 'good' : bad.includes(record.action) ? 'bad' : undefined}>
      <div className="row between">
        <strong>{word('action', record.action)}</strong>
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

export default function OrderPage({ connection, order: number }: { connection: string; order: string }) {
  const { t } = useTranslation();
  const [skipped, setSkipped] = useState<string[] | null>(null);
  const order = useQuery({
    queryKey: ['order', connection, number],
    queryFn: () => get<Order>(`${of(connection)}/orders/${encodeURIComponent(number)}`),
    meta: { live: true },
  });
  const data = order.data;
  if (order.isPending) return <Loading rows={12} />;
  if (!data) return <Failure error={order.error} retry={() => void order.refetch()} />;
  const lines = data.facts?.lines ?? [];
  return (
    <>
      <Link href={`/c/${encodeURIComponent(connection)}/orders`} className="row small" style={{ marginBottom: 10 }}>
        <IconArrowLeft size={16} aria-hidden /> {t('order.back')}
      </Link>
      <PageHead
        title={t('order.title', { number: data.purchase_order })}
        text={data.customer_order && `${t('order.customerOrder', { number: data.customer_order })} · ${dateTime(data.order_time)}`}
      >
        {data.status && <Status group="status" value={data.status} />}
        {data.totals && <strong style={{ fontSize: 20 }}>{sums(data.totals)}</strong>}
      </PageHead>
      <div className="grid two">
        <section className="card">
          <div className="cardhead">
            <h2>{t('order.walmart')}</h2>
          </div>
          {lines.length === 0 ? (
            <p className="dim">{t('order.unreadable')}</p>
          ) : (
            <div className="tablebox">
              <table className="list tight">
                <thead>
                  <tr>
                    <th scope="col">{t('order.line')}</th>
                    <th scope="col">{t('order.product')}</th>
                    <th scope="col" className="number">{t('order.quantity')}</th>
                    <th scope="col" className="number">{t('order.amount')}</th>
                  </tr>
                </thead>
                <tbody>
                  {lines.map((line) => (
                    <WalmartLine key={line.line_number} line={line} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
        <section className="stack" aria-label={t('order.exact')}>
          {data.documents.length === 0 && (
            <div className="card">
              <Empty title={t('order.noDocuments')} text={t('order.noDocumentsText')} icon={<IconFileInvoice size={36} aria-hidden />} />
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
