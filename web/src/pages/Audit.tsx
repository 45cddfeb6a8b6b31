import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get, query, type AuditRecord } from '../api';
import { Pager } from '../components/Pager';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { count, dateTime } from '../format';
import { useTranslation } from '../i18n';
import { overviewQuery } from '../shell';

interface Verdict {
  whole: boolean;
  records: number;
  problem: string | null;
}

const mostNames = 6;

/** One line: of lists the names of their entries, as far as they have any. */
function valueOf(value: unknown): string {
  if (Array.isArray(value)) {
    const names = value.map((entry) => (typeof entry === 'object' && entry !== null ? String(entry.sku ?? entry.ship_node ?? entry.name ?? '…') : String(entry)));
    return names.slice(0, mostNames).join(', ') + (names.length > mostNames ? ', …' : '');
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([name, inner]) => `${name} ${valueOf(inner)}`).join(', ');
}

function detailOf(record: AuditRecord): string {
  const parts = Object.entries(record.detail ?? {}).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${valueOf(value)}`);
  const text = parts.join(' · ');
  return text.length > 260 ? text.slice(0, 260) + '…' : text;
}

export default function Audit() {
  const { t, word } = useTranslation();
  const [order, setOrder] = useState('');
  const [actor, setActor] = useState('');
  const [action, setAction] = useState('');
  const [cursors, setCursors] = useState<string[]>([]);
  const [filter] = useDebouncedValue({ order: order.trim(), actor: actor.trim(), action }, 250);
  const after = cursors[cursors.length - 1] ?? '';
  const overview = useQuery(overviewQuery);
  const names = new Map(overview.data?.connections.map((connection) => [connection.id, connection.name]));
  const records = useQuery({
    queryKey: ['audit', filter, after],
    queryFn: () => get<{ records: AuditRecord[]; next: string | null }>(`/audit${query({ ...filter, after, limit: 50 })}`),
    placeholderData: keepPreviousData,
    meta: { live: after === '' },
  });
  const verify = useMutation({ mutationFn: () => get<Verdict>('/audit/verify') });
  const restart = (set: (value: string) => void) => (value: string) => {
    set(value);
    setCursors([]);
  };
  const rows = records.data?.records ?? [];
  return (
    <>
      <PageHead title={t('audit.title')} text={t('audit.intro')}>
        <Button variant="default" leftSection={<IconShieldCheck size={17} aria-hidden />} loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('audit.verify')}
        </Button>
        <Button component="a" variant="default" href={`/api/v1/audit/export${query({ format: 'csv' })}`} leftSection={<IconDownload size={17} aria-hidden />}>
          {t('audit.export')}
        </Button>
      </PageHead>
      <div role="status">
        {verify.data && (
          <div className={verify.data.whole ? 'hero' : 'hero attention'} style={{ marginBottom: 16 }}>
            {verify.data.whole ? t('audit.whole', { n: count(verify.data.records) }) : t('audit.broken', { problem: verify.data.problem ?? '' })}
          </div>
        )}
        {verify.isError && <Failure error={verify.error} />}
      </div>
      <div className="row bottom" style={{ marginBottom: 14 }}>
        <TextInput className="grow" label={t('audit.order')} value={order} onChange={(event) => restart(setOrder)(event.currentTarget.value)} />
        <TextInput className="grow" label={t('audit.actor')} value={actor} onChange={(event) => restart(setActor)(event.currentTarget.value)} />
        <Select
          label={t('audit.action')}
          value={action}
          allowDeselect={false}
          onChange={(value) => restart(setAction)(value ?? '')}
          data={[
            { value: '', label: t('audit.anyAction') },
            { value: 'posting.', label: t('audit.postings') },
            { value: 'mapping.', label: t('audit.mappings') },
            { value: 'connection.', label: t('audit.connections') },
            { value: 'user.', label: t('audit.users') },
          ]}
        />
      </div>
      {records.isPending && <Loading rows={10} />}
      {records.isError && <Failure error={records.error} retry={() => void records.refetch()} />}
      {records.data && rows.length === 0 && (
        <div className="card">
          <Empty title={t('audit.empty')} text={t('audit.emptyText')} icon={<IconHistory size={40} aria-hidden />} />
        </div>
      )}
      {rows.length > 0 && (
        <>
          <div className="card flush tablebox">
            <table className="list">
              <caption className="visually-hidden">{t('audit.title')}</caption>
              <thead>
                <tr>
                  <th scope="col" className="number">{t('audit.record')}</th>
                  <th scope="col">{t('audit.when')}</th>
                  <th scope="col">{t('audit.actor')}</th>
                  <th scope="col">{t('audit.action')}</th>
                  <th scope="col">{t('audit.about')}</th>
                  <th scope="col">{t('audit.detail')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((record) => {
                  const name = names.get(record.connection);
                  return (
                    <tr key={record.sequence}>
                      <td className="number dim">{record.sequence}</td>
                      <td className="nowrap">{dateTime(record.at, true)}</td>
                      <td className="wrap">{record.actor}</td>
                      <td>
                        {word('action', record.action)}
                        {record.cause && <div className="small dim">{word('cause', record.cause)}</div>}
                      </td>
                      <td className="wrap about">
                        {record.source && name ? (
                          <Link className="mono" href={`/c/${encodeURIComponent(name)}/orders/${encodeURIComponent(record.source)}`}>
                            {record.posting_key ?? record.source}
                          </Link>
                        ) : (
                          (name ?? '–')
                        )}
                      </td>
                      <td className="small dim wrap detail">{detailOf(record)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          <Pager cursors={cursors} next={records.data?.next} onChange={setCursors} />
        </>
      )}
    </>
  );
}
