import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { get, query, type AuditRecord } from '../api';
import { PagedList, useListState } from '../components/PagedList';
import { Failure, PageHead } from '../components/states';
import { beginOf, count, dateTime, money } from '../format';
import { useTranslation } from '../i18n';
import { placeOf } from '../postings';
import { mostListed, useOverview } from '../shell';

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
  // Of a digest or id the beginning tells it apart; the export has it whole.
  if (typeof value === 'string' && /^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(value)) return value.slice(0, 8) + '…';
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([name, inner]) => `${name} ${valueOf(inner)}`).join(', ');
}

function detailOf(record: AuditRecord): string {
  const { total, currency, ...others } = record.detail ?? {};
  const parts = Object.entries(others).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${valueOf(value)}`);
  const amount = Number(total ?? 0);
  if (amount !== 0) parts.unshift(money(amount, typeof currency === 'string' ? currency : null));
  const text = parts.join(' · ');
  return text.length > 260 ? text.slice(0, 260) + '…' : text;
}

const fileSize = 100_000;

interface Filter {
  order: string;
  actor: string;
  action: string;
  connection: string;
  from: string;
  to: string;
}

/** What the search finds as files; one is not too large for a spreadsheet, so those of a long trail are several. */
function Export({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const trail = useQuery({ queryKey: ['audit', 'newest'], queryFn: () => get<{ records: AuditRecord[] }>('/audit?limit=1') });
  const newest = trail.data?.records[0]?.sequence ?? 0;
  const address = (first = 1) => `/api/v1/audit/export${query({ format: 'csv', ...filter, after: first > 1 ? first - 1 : undefined, until: newest > fileSize && !filter.order ? first + fileSize - 1 : undefined })}`;
  const icon = <IconDownload size={17} aria-hidden />;
  if (filter.order || newest <= fileSize) {
    return (
      <Button component="a" variant="default" href={address()} leftSection={icon}>
        {t('audit.export')}
      </Button>
    );
  }
  const firsts = Array.from({ length: Math.ceil(newest / fileSize) }, (_, part) => part * fileSize + 1);
  return (
    <>
      <Button variant="default" leftSection={icon} onClick={() => setOpened(true)}>
        {t('audit.export')}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t('audit.export')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <p className="dim" style={{ marginBottom: 12 }}>
          {t('audit.exportParts', { n: count(fileSize) })}
        </p>
        <ul className="bulleted">
          {firsts.map((first) => (
            <li key={first}>
              <a href={address(first)}>{t('audit.exportPart', { first: count(first), last: count(Math.min(first + fileSize - 1, newest)) })}</a>
            </li>
          ))}
        </ul>
      </Modal>
    </>
  );
}

export default function Audit() {
  const { t, word, deed, plain } = useTranslation();
  const list = useListState();
  const order = list.value('order');
  const actor = list.value('actor');
  const action = list.value('action');
  const connection = list.value('connection');
  const [wantedOrder] = useDebouncedValue(order.trim(), 250);
  const [wantedActor] = useDebouncedValue(actor.trim(), 250);
  const from = list.value('from');
  const to = list.value('to');
  const filter = { order: wantedOrder, actor: wantedActor, action, connection, from: beginOf(from), to: beginOf(to, 1) };
  const { after } = list;
  const overview = useOverview();
  const names = useMemo(() => new Map(overview.data?.names.map((connection) => [connection.id, connection.name])), [overview.data?.names]);
  const records = useQuery({
    queryKey: ['audit', filter, after],
    queryFn: () => get<{ records: AuditRecord[]; next: string | null }>(`/audit${query({ ...filter, after, limit: 50 })}`),
    placeholderData: keepPreviousData,
    // A period is sought in the whole trail, and one that is over stays as it is.
    meta: { live: after === '' && from === '' && to === '' },
  });
  const verify = useMutation({ mutationFn: () => get<Verdict>('/audit/verify') });
  return (
    <>
      <PageHead title={t('audit.title')} text={t('audit.intro')}>
        <Button variant="default" leftSection={<IconShieldCheck size={17} aria-hidden />} loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('audit.verify')}
        </Button>
        <Export filter={filter} />
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
        <TextInput className="grow" label={t('audit.order')} value={order} onChange={(event) => list.restrict('order', event.currentTarget.value)} />
        <TextInput className="grow" label={t('audit.actor')} value={actor} onChange={(event) => list.restrict('actor', event.currentTarget.value)} />
        {([['from', 'audit.from', { max: to }], ['to', 'audit.to', { min: from }]] as const).map(([name, label, limits]) => (
          <TextInput key={name} type="date" label={t(label)} {...limits} value={list.value(name)} onChange={(event) => list.restrict(name, event.currentTarget.value)} />
        ))}
        {names.size > 1 && (
          <Select
            label={t('nav.connection')}
            value={connection}
            allowDeselect={false}
            searchable={names.size > mostListed}
            limit={mostListed * 4}
            onChange={(value) => list.restrict('connection', value ?? '')}
            data={[{ value: '', label: t('orders.any') }, ...[...names.values()].map((each) => ({ value: each, label: each }))]}
          />
        )}
        <Select
          label={t('audit.action')}
          value={action}
          allowDeselect={false}
          onChange={(value) => list.restrict('action', value ?? '')}
          data={[
            { value: '', label: t('audit.anyAction') },
            { value: 'posting.', label: t('audit.postings') },
            { value: 'mapping.', label: t('audit.mappings') },
            { value: 'connection.', label: t('audit.connections') },
            { value: 'user.', label: t('audit.users') },
          ]}
        />
      </div>
      <PagedList
        answer={records}
        rows={(answer) => answer.records}
        list={list}
        caption={t('audit.title')}
        columns={[{ label: t('audit.record'), number: true }, t('audit.when'), t('audit.actor'), t('audit.action'), t('audit.about'), t('audit.detail')]}
        empty={{ title: t('audit.empty'), text: t('audit.emptyText'), icon: <IconHistory size={40} aria-hidden /> }}
      >
        {(record) => {
          const name = names.get(record.connection);
          const place = name ? placeOf(name, record.posting_key, record.source) : null;
          return (
            <tr key={record.sequence}>
              <td className="number dim">{record.sequence}</td>
              <td className="when">{dateTime(record.at, true)}</td>
              <td className="wrap">{record.actor}</td>
              <td className="what">
                {deed(record.action, record.posting_key)}
                {record.cause && <div className="small dim">{word('cause', record.cause)}</div>}
              </td>
              <td className="wrap about">
                {place ? (
                  <Link className="mono" href={place}>
                    {record.posting_key ?? record.source}
                  </Link>
                ) : (
                  (record.posting_key ?? record.source ?? name ?? '–')
                )}
                {names.size > 1 && name && (record.posting_key ?? record.source) && <div className="small dim">{name}</div>}
              </td>
              <td className="small dim wrap detail">{plain(detailOf(record))}</td>
            </tr>
          );
        }}
      </PagedList>
    </>
  );
}
