import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Posting } from '../api';
import { count, date, money, relative } from '../format';
import { useTranslation } from '../i18n';
import { useMay } from '../session';
import { Status } from './badges';
import { useRetry } from './dialogs';
import { Reason } from './Reason';
import { Table } from './Table';

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

const invoices = ['sales_invoice', 'daily_invoice', 'credit_memo'];
const ofSalesOrders = ['sales_order', 'sales_order_change'];

/** Whether Exact books the lines on the accounts of their items, whatever the mapping says: so of all that a sales order becomes. */
const hasItemAccounts = ({ kind, depends_on }: Posting) => ofSalesOrders.includes(kind) || (kind === 'sales_invoice' && depends_on?.startsWith('delivery/') === true);

/** The account that a line is booked on; one that no mapping names is the item's too. */
function Account({ posting, code }: { posting: Posting; code?: string }) {
  const { t } = useTranslation();
  if (code && !hasItemAccounts(posting)) return <span className="mono">{code}</span>;
  return invoices.includes(posting.kind) || hasItemAccounts(posting) ? <span className="small dim">{t('order.itemAccount')}</span> : <>–</>;
}

/** One posting as the document it is or becomes in Exact: its state, why it waits, its lines, and what can be done. */
export function PostingCard({ posting, connection, onSkip, heading: Heading = 'h3', children }: { posting: Posting; connection: string; onSkip: (key: string) => void; heading?: 'h2' | 'h3'; children?: ReactNode }) {
  const { t, word } = useTranslation();
  const mayAct = useMay('operator');
  const retry = useRetry(connection);
  const lines = posting.document?.lines ?? [];
  // What leaves stock is booked by Exact alone.
  const isDelivery = posting.kind === 'goods_delivery';
  return (
    <article className="card" aria-label={posting.key}>
      <div className="cardhead">
        <div>
          <Heading style={{ margin: 0, fontSize: 16 }}>
            {word('kind', posting.kind)} {posting.target_number && <span className="mono">{posting.target_number}</span>}
          </Heading>
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
        <Table tight columns={[t('order.item'), ...(['order.quantity', 'order.price', 'order.amount'] as const).map((key) => ({ label: t(key), number: true })), ...(isDelivery ? [] : [t('order.account')])]}>
          {lines.map((line, index) => (
            <tr key={index}>
              <td className="wrap">
                <span className="mono">{line.exact_item || '–'}</span>
                <div className="small dim">{line.description || line.sku}</div>
              </td>
              <td className="number">{count(line.quantity ?? 0)}</td>
              <td className="number">{money(line.unit_price ?? 0, posting.currency)}</td>
              <td className="number">{money(line.amount ?? 0, posting.currency)}</td>
              {!isDelivery && (
                <td className="wrap">
                  <Account posting={posting} code={line.gl_account} />
                </td>
              )}
            </tr>
          ))}
        </Table>
      )}
      {children}
      {mayAct && undecided.includes(posting.state) && (
        <div className="row" style={{ marginTop: 12 }}>
          <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate([posting.key])}>
            {t(posting.state === 'planned' && posting.attempt === 0 ? 'order.sendNow' : 'order.retry')}
          </Button>
          <Button size="xs" variant="default" onClick={() => onSkip(posting.key)}>
            {t('order.skip')}
          </Button>
        </div>
      )}
    </article>
  );
}
