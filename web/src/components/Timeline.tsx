import type { AuditRecord } from '../api';
import { dateTime } from '../format';
import { useTranslation } from '../i18n';

const good = ['posting.posted', 'posting.adopted', 'posting.released'];
const bad = ['posting.held', 'posting.unclear', 'order.unreadable', 'settlement.unreadable'];

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

/** Every attempt and decision, from the audit trail. */
export function Timeline({ trail }: { trail: AuditRecord[] }) {
  const { t } = useTranslation();
  return (
    <section className="card" style={{ marginTop: 16 }}>
      <div className="cardhead">
        <h2>{t('order.timeline')}</h2>
      </div>
      {trail.length === 0 && <p className="dim">{t('order.nothingHappened')}</p>}
      <ol className="timeline">
        {trail.map((record) => (
          <Step key={record.sequence} record={record} />
        ))}
      </ol>
    </section>
  );
}
