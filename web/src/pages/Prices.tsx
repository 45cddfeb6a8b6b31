import { Badge, Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconTag } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get, of, query, type FeedItem, type KeptBack, type PricedSku, type PricePosting, type Prices as Data } from '../api';
import { Status } from '../components/badges';
import { Pager } from '../components/Pager';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { count, dateTime, money, relative } from '../format';
import { useTranslation, type Key } from '../i18n';

const stateColors: Record<string, string> = { accepted: 'green', equal: 'green', sent: 'blue', again: 'blue', refused: 'yellow', person: 'gray' };
const states = ['refused', 'again', 'sent', 'accepted', 'equal', 'person'];

function Guards({ data }: { data: Data }) {
  const { t } = useTranslation();
  const { guards } = data;
  const amount = (value: number | null) => (value === null ? t('prices.noLimit') : money(value, guards.currency));
  return (
    <section className="card">
      <div className="cardhead">
        <h2>{t('prices.guards')}</h2>
        {data.latest && <span className="dim small">{t('inventory.comparedAt', { when: relative(data.latest.at) })}</span>}
      </div>
      <dl className="facts">
        <div>
          <dt>{t('prices.direction')}</dt>
          <dd>{t(data.to_walmart && data.to_exact ? 'prices.bothWays' : data.to_walmart ? 'prices.toWalmart' : 'prices.toExact')}</dd>
        </div>
        <div>
          <dt>{t('prices.floor')}</dt>
          <dd>{amount(guards.floor)}</dd>
        </div>
        <div>
          <dt>{t('prices.ceiling')}</dt>
          <dd>{amount(guards.ceiling)}</dd>
        </div>
        <div>
          <dt>{t('prices.maxChange')}</dt>
          <dd>{guards.max_change_percent === null ? t('prices.noLimit') : `${count(guards.max_change_percent)} %`}</dd>
        </div>
      </dl>
    </section>
  );
}

function Kept({ rows, currency }: { rows: KeptBack[]; currency: string }) {
  const { t } = useTranslation();
  return (
    <section className="card" aria-label={t('prices.kept')}>
      <div className="cardhead">
        <div>
          <h2>{t('prices.kept')}</h2>
          <p className="dim small">{t('prices.keptText')}</p>
        </div>
      </div>
      <div className="tablebox">
        <table className="list tight">
          <thead>
            <tr>
              <th scope="col">{t('inventory.sku')}</th>
              <th scope="col" className="number">{t('prices.from')}</th>
              <th scope="col" className="number">{t('prices.to')}</th>
              <th scope="col">{t('prices.why')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, 200).map((row) => (
              <tr key={row.sku}>
                <td className="mono wrap">{row.sku}</td>
                <td className="number">{row.from === null ? '–' : money(row.from, currency)}</td>
                <td className="number">{money(row.to, currency)}</td>
                <td className="wrap">{row.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > 200 && <p className="dim small">{t('todo.andMore', { n: count(rows.length - 200) })}</p>}
    </section>
  );
}

function ItemErrors({ items, title }: { items: FeedItem[]; title: string }) {
  if (items.length === 0) return null;
  return (
    <details>
      <summary className="small">{title}</summary>
      <ul className="bulleted small">
        {items.map((item) => (
          <li key={item.sku} className="wrap">
            <span className="mono">{item.sku}</span> · {item.state}
            {item.error && `: ${item.error}`}
          </li>
        ))}
      </ul>
    </details>
  );
}

function PostingRow({ posting }: { posting: PricePosting }) {
  const { t, word } = useTranslation();
  return (
    <tr>
      <td className="nowrap">{dateTime(posting.updated_at)}</td>
      <td className="wrap">
        {word('kind', posting.kind)}
        <div className="small dim mono">{posting.subject ?? posting.reference}</div>
      </td>
      <td className="number">
        {posting.amount !== undefined && posting.prices === 1 ? money(posting.amount, posting.currency) : count(posting.prices)}
      </td>
      <td>
        <Status group="state" value={posting.state} />
        {posting.cause && (
          <div className="small dim wrap">
            {word('cause', posting.cause)}: {posting.message}
          </div>
        )}
      </td>
      <td className="wrap">
        {posting.succeeded !== null && <div>{t('prices.taken', { n: count(posting.succeeded) })}</div>}
        <ItemErrors items={posting.failed} title={t('prices.refused', { n: posting.failed_count })} />
        <ItemErrors items={posting.warnings} title={t('prices.warnings', { n: posting.warnings.length })} />
      </td>
    </tr>
  );
}

function Skus({ connection, currency }: { connection: string; currency: string }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  const [cursors, setCursors] = useState<string[]>([]);
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const after = cursors[cursors.length - 1] ?? '';
  const skus = useQuery({
    queryKey: ['priced-skus', connection, wanted, state, after],
    queryFn: () => get<{ rows: PricedSku[]; next: string | null; total: number }>(`${of(connection)}/prices/skus${query({ search: wanted, state, after, limit: 50 })}`),
    placeholderData: keepPreviousData,
    meta: { live: true },
  });
  const rows = skus.data?.rows ?? [];
  return (
    <section aria-label={t('prices.perSku')}>
      <h2 style={{ fontSize: 17, margin: '8px 0 10px' }}>{t('prices.perSku')}</h2>
      <div className="row" style={{ marginBottom: 12 }}>
        <TextInput
          className="grow"
          type="search"
          aria-label={t('prices.search')}
          placeholder={t('prices.search')}
          leftSection={<IconSearch size={17} aria-hidden />}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setCursors([]);
          }}
        />
        <Select
          aria-label={t('orders.status')}
          value={state}
          allowDeselect={false}
          w={250}
          onChange={(value) => {
            setState(value ?? '');
            setCursors([]);
          }}
          data={[{ value: '', label: t('prices.anyState') }, ...states.map((each) => ({ value: each, label: t(`price.${each}` as Key) }))]}
        />
      </div>
      {skus.isPending && <Loading />}
      {skus.isError && <Failure error={skus.error} retry={() => void skus.refetch()} />}
      {skus.data && rows.length === 0 && (
        <div className="card">
          <Empty title={t(wanted || state ? 'orders.nothingFound' : 'prices.noSkus')} text={wanted || state ? undefined : t('prices.noSkusText')} icon={<IconTag size={40} aria-hidden />} />
        </div>
      )}
      {rows.length > 0 && (
        <>
          <div className="card flush tablebox">
            <table className="list">
              <caption className="visually-hidden">{t('prices.perSku')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('inventory.sku')}</th>
                  <th scope="col" className="number">{t('prices.listPrice')}</th>
                  <th scope="col">{t('orders.status')}</th>
                  <th scope="col">{t('prices.why')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.sku}>
                    <td className="mono wrap">{row.sku}</td>
                    <td className="number">{money(row.amount, currency)}</td>
                    <td>
                      <Badge variant="light" tt="none" radius="sm" fw={600} color={stateColors[row.state] ?? 'gray'}>
                        {t(`price.${row.state}` as Key)}
                      </Badge>
                    </td>
                    <td className="wrap small">{row.error ?? <span className="dim">–</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursors={cursors} next={skus.data?.next} onChange={setCursors} />
        </>
      )}
    </section>
  );
}

export default function Prices({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const prices = useQuery({ queryKey: ['prices', connection], queryFn: () => get<Data>(`${of(connection)}/prices`), refetchInterval: 15_000, meta: { live: true } });
  const data = prices.data;
  const off = data && !data.to_walmart && !data.to_exact;
  const kept = data?.latest ? [...(data.latest.to_walmart?.kept_back ?? []), ...(data.latest.to_exact?.kept_back ?? [])] : [];
  return (
    <>
      <PageHead title={t('nav.prices')} text={t('prices.intro')} />
      {prices.isPending && <Loading rows={10} />}
      {prices.isError && !data && <Failure error={prices.error} retry={() => void prices.refetch()} />}
      {data && (
        <div className="stack">
          {off && (
            <div className="card">
              <Empty title={t('prices.off')} text={t('prices.offText')} icon={<IconTag size={40} aria-hidden />}>
                <Button component={Link} href={`/c/${encodeURIComponent(connection)}/settings`}>
                  {t('nav.settings')}
                </Button>
              </Empty>
            </div>
          )}
          {!off && <Guards data={data} />}
          {kept.length > 0 && <Kept rows={kept} currency={data.guards.currency} />}
          {data.postings.length > 0 && (
            <section className="card" aria-label={t('prices.feeds')}>
              <div className="cardhead">
                <h2>{t('prices.feeds')}</h2>
              </div>
              <div className="tablebox">
                <table className="list tight">
                  <thead>
                    <tr>
                      <th scope="col">{t('inventory.when')}</th>
                      <th scope="col">{t('prices.feed')}</th>
                      <th scope="col" className="number">{t('nav.prices')}</th>
                      <th scope="col">{t('orders.status')}</th>
                      <th scope="col">{t('prices.outcome')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.postings.map((posting) => (
                      <PostingRow key={posting.key} posting={posting} />
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          )}
          {!off && data.postings.length === 0 && (
            <div className="card">
              <Empty title={t('prices.noFeeds')} text={t('prices.noFeedsText')} icon={<IconTag size={40} aria-hidden />} />
            </div>
          )}
          {data.to_walmart && <Skus connection={connection} currency={data.guards.currency} />}
        </div>
      )}
    </>
  );
}
