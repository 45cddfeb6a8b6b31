import { Button } from '@mantine/core';
import { IconReportMoney } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get, of, query, type BriefPosting, type Settlement } from '../api';
import { Status } from '../components/badges';
import { Card } from '../components/Card';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { Table } from '../components/Table';
import { count, date, money } from '../format';
import { useTranslation } from '../i18n';
import { placeOf, settlementAt, settlementKey } from '../postings';
import { idleReason, useSettlements } from '../settlements';

function Idle({ connection, reason }: { connection: string; reason: 'off' | 'unmapped' }) {
  const { t } = useTranslation();
  const at = `/c/${encodeURIComponent(connection)}`;
  return (
    <div className="card">
      <Empty title={t(reason === 'off' ? 'settlements.off' : 'settlements.unmapped')} text={t(reason === 'off' ? 'settlements.offText' : 'settlements.unmappedText')} icon={<IconReportMoney size={40} aria-hidden />}>
        <div className="row" style={{ justifyContent: 'center' }}>
          {reason === 'unmapped' && (
            <Button component={Link} href={`${at}/mappings`}>
              {t('nav.mappings')}
            </Button>
          )}
          <Button component={Link} href={`${at}/settings`} variant={reason === 'unmapped' ? 'default' : 'filled'}>
            {t('nav.settings')}
          </Button>
        </div>
      </Empty>
    </div>
  );
}

/** What became of a payout's journal entry. */
function EntryState({ posting }: { posting: BriefPosting | null }) {
  const { t, word, plain } = useTranslation();
  if (!posting) return <span className="dim">{t('settlements.reportOnly')}</span>;
  return (
    <>
      <Status group="state" value={posting.state} />
      {posting.cause && (
        <div className="small dim wrap">
          {word('cause', posting.cause)}: <span lang="en">{plain(posting.message ?? '')}</span>
        </div>
      )}
    </>
  );
}

function Row({ connection, settlement }: { connection: string; settlement: Settlement }) {
  const { t } = useTranslation();
  const { payout_date: day, period_start: from, period_end: to, comparison, posting } = settlement;
  return (
    <tr>
      <td>
        <Link href={settlementAt(connection, day)}>{date(day)}</Link>
        {from && to && <div className="small dim">{t('settlements.period', { from: date(from), to: date(to) })}</div>}
      </td>
      <td className="number">{money(settlement.total_payable, settlement.currency)}</td>
      <td className="number">
        {count(comparison.orders)}
        {comparison.orders > 0 && <div className="small dim">{t('settlements.agree', { n: count(comparison.agree) })}</div>}
      </td>
      <td className="wrap">
        <EntryState posting={posting} />
      </td>
      <td className="mono wrap">{posting?.target_number ?? <span className="dim">–</span>}</td>
    </tr>
  );
}

/** Entries that wait for a person and whose payout is not in the list. */
function Others({ connection, listed }: { connection: string; listed: Set<string> }) {
  const { t } = useTranslation();
  const held = useQuery({
    queryKey: ['held-entries', connection],
    queryFn: () => get<{ postings: BriefPosting[] }>(`${of(connection)}/postings${query({ kind: 'journal_entry', state: 'held', limit: 200 })}`),
    meta: { live: true },
  });
  const others = held.data?.postings.filter((posting) => !listed.has(posting.key)) ?? [];
  if (others.length === 0) return null;
  return (
    <Card title={t('settlements.others')} text={t('settlements.othersText')} label={t('settlements.others')}>
      <Table tight columns={[t('settlements.payout'), t('orders.status')]}>
        {others.map((posting) => (
          <tr key={posting.key}>
            <td>
              <Link href={placeOf(connection, posting.key, posting.source) ?? ''} className="mono">
                {posting.source}
              </Link>
            </td>
            <td className="wrap">
              <EntryState posting={posting} />
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

export default function Settlements({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const settlements = useSettlements(connection);
  const data = settlements.data;
  const idle = data && idleReason(data);
  const rows = data?.settlements ?? [];
  return (
    <>
      <PageHead title={t('nav.settlements')} text={t('settlements.intro')} />
      {settlements.isPending && <Loading rows={10} />}
      {settlements.isError && !data && <Failure error={settlements.error} retry={() => void settlements.refetch()} />}
      {data && (
        <div className="stack">
          {idle && <Idle connection={connection} reason={idle} />}
          <Others connection={connection} listed={new Set(rows.map((row) => settlementKey(row.payout_date)))} />
          {rows.length > 0 && (
            <div className="card flush">
              <Table
                caption={t('settlements.list')}
                columns={[t('settlements.payout'), { label: t('order.amount'), number: true }, { label: t('settlements.orders'), number: true }, t('orders.status'), t('settlements.number')]}
              >
                {rows.map((row) => (
                  <Row key={row.payout_date} connection={connection} settlement={row} />
                ))}
              </Table>
            </div>
          )}
          {rows.length === 0 && !idle && (
            <div className="card">
              <Empty title={t('settlements.none')} text={t('settlements.noneText')} icon={<IconReportMoney size={40} aria-hidden />} />
            </div>
          )}
        </div>
      )}
    </>
  );
}
