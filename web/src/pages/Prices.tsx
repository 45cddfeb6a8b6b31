import { Badge, Button, Select } from '@mantine/core';
import { IconTag } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get, of, query, type FeedItem, type KeptBack, type PricedSku, type PricePosting, type Prices as Data } from '../api';
import { Status } from '../components/badges';
import { Card } from '../components/Card';
import { PagedList, SearchField, useListState } from '../components/PagedList';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { Table } from '../components/Table';
import { count, dateTime, money, relative, signed } from '../format';
import { useTranslation, type Key } from '../i18n';

const stateColors: Record<string, string> = { accepted: 'green', equal: 'green', sent: 'blue', again: 'blue', refused: 'yellow', person: 'gray' };
const states = ['refused', 'again', 'sent', 'accepted', 'equal', 'person'];

function Guards({ data }: { data: Data }) {
  const { t } = useTranslation();
  const { guards } = data;
  const amount = (value: number | null) => (value === null ? t('prices.noLimit') : money(value, guards.currency));
  return (
    <Card title={t('prices.guards')} aside={data.latest && <span className="dim small">{t('inventory.comparedAt', { when: relative(data.latest.at) })}</span>}>
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
    </Card>
  );
}

function Kept({ rows, currency }: { rows: KeptBack[]; currency: string }) {
  const { t, plain } = useTranslation();
  const whyKept = ({ from, to, message }: KeptBack) => {
    const limit = Number(/(price_floor|price_ceiling|price_max_change_percent) (\d+(\.\d+)?)$/.exec(message)?.[2]);
    if (message.includes('price_floor')) return t('prices.below', { limit: money(limit, currency) });
    if (message.includes('price_ceiling')) return t('prices.above', { limit: money(limit, currency) });
    if (from && message.includes('price_max_change_percent')) return t('prices.changes', { percent: signed(Math.round(((to - from) / from) * 100)), limit: count(limit) });
    return plain(message);
  };
  return (
    <Card title={t('prices.kept')} text={t('prices.keptText')} label={t('prices.kept')}>
      <Table tight columns={[t('inventory.sku'), { label: t('prices.from'), number: true }, { label: t('prices.to'), number: true }, t('prices.why')]}>
        {rows.slice(0, 200).map((row) => (
          <tr key={row.sku}>
            <td className="mono wrap">{row.sku}</td>
            <td className="number">{row.from === null ? '–' : money(row.from, currency)}</td>
            <td className="number">{money(row.to, currency)}</td>
            <td className="wrap">{whyKept(row)}</td>
          </tr>
        ))}
      </Table>
      {rows.length > 200 && <p className="dim small">{t('todo.andMore', { n: count(rows.length - 200) })}</p>}
    </Card>
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
  const { t, word, plain } = useTranslation();
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
            {word('cause', posting.cause)}: {plain(posting.message ?? '')}
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
  const list = useListState();
  const { wanted, after } = list;
  const state = list.value('state');
  const skus = useQuery({
    queryKey: ['priced-skus', connection, wanted, state, after],
    queryFn: () => get<{ rows: PricedSku[]; next: string | null; total: number }>(`${of(connection)}/prices/skus${query({ search: wanted, state, after, limit: 50 })}`),
    placeholderData: keepPreviousData,
    meta: { live: true },
  });
  return (
    <section aria-label={t('prices.perSku')}>
      <h2 className="listhead">{t('prices.perSku')}</h2>
      <div className="row" style={{ marginBottom: 12 }}>
        <SearchField label={t('prices.search')} value={list.search} onChange={list.setSearch} />
        <Select
          aria-label={t('orders.status')}
          value={state}
          allowDeselect={false}
          w={250}
          onChange={(value) => list.restrict('state', value ?? '')}
          data={[{ value: '', label: t('prices.anyState') }, ...states.map((each) => ({ value: each, label: t(`price.${each}` as Key) }))]}
        />
      </div>
      <PagedList
        answer={skus}
        rows={(answer) => answer.rows}
        list={list}
        caption={t('prices.perSku')}
        columns={[t('inventory.sku'), { label: t('prices.listPrice'), number: true }, t('orders.status'), t('prices.why')]}
        empty={{ title: t(wanted || state ? 'orders.nothingFound' : 'prices.noSkus'), text: wanted || state ? undefined : t('prices.noSkusText'), icon: <IconTag size={40} aria-hidden /> }}
      >
        {(row) => (
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
        )}
      </PagedList>
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
            <Card title={t('prices.feeds')} label={t('prices.feeds')}>
              <Table tight columns={[t('inventory.when'), t('prices.feed'), { label: t('nav.prices'), number: true }, t('orders.status'), t('prices.outcome')]}>
                {data.postings.map((posting) => (
                  <PostingRow key={posting.key} posting={posting} />
                ))}
              </Table>
            </Card>
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
