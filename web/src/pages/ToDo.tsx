import { Button, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { call, get, of, post, type Group, type Mapping, type MappingRow, type Mend } from '../api';
import { SkipDialog, useTell, type Decided } from '../components/dialogs';
import { ReferenceSelect } from '../components/ReferenceSelect';
import { Empty, Failure, Loading, PageHead, ReadOnly } from '../components/states';
import { count, money, relative, sums } from '../format';
import { useTranslation, type Key } from '../i18n';
import { placeOf } from '../postings';
import { useMay } from '../session';

const emptyRow: MappingRow = { sku: '', exact_item: '', gl_account: '', cost_center: '', cost_unit: '', vat_code: '', warehouse: '' };

/** One choice mends all that share the cause: the row is written, and the server plans anew what it held. */
function MappingMend({ connection, group, mend }: { connection: string; group: Group; mend: Mend }) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const column = t(`column.${mend.column}` as Key);
  const isItem = mend.column === 'exact_item';
  const label = isItem ? t('todo.mapItem', { sku: mend.sku }) : t('todo.mapCode', { column, row: mend.row === '*' ? t('todo.everySku') : mend.row });
  const map = useMutation({
    mutationFn: async () => {
      const mapping = await get<Mapping>(`${of(connection)}/mapping`);
      const present = mapping.rows.find((row) => row.sku === mend.row) ?? { ...emptyRow, sku: mend.row };
      return call('PATCH', `${of(connection)}/mapping`, { revision: mapping.revision, rows: [{ ...present, [mend.column]: code }] });
    },
    onSuccess: () => {
      tell.done(t('todo.released', { n: group.count }));
      void client.invalidateQueries();
    },
    onError: tell.failed,
  });
  return (
    <form
      className="row bottom"
      onSubmit={(event) => {
        event.preventDefault();
        if (code) map.mutate();
      }}
    >
      <div className="grow">
        {mend.kind === 'cost_center' && mend.column === 'cost_unit' ? (
          <TextInput label={label} value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        ) : (
          <ReferenceSelect connection={connection} kind={mend.kind} value={code} onChange={setCode} label={label} description={mend.code ? t('todo.present', { code: mend.code }) : mend.product} />
        )}
      </div>
      <Button type="submit" loading={map.isPending} disabled={!code}>
        {t(isItem ? 'todo.mend' : 'todo.mendCode')}
      </Button>
    </form>
  );
}

function SignInMend({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const tell = useTell();
  const begin = useMutation({
    mutationFn: () => post<{ address: string }>(`${of(connection)}/exact/authorization`, { return_to: `/c/${encodeURIComponent(connection)}/todo` }),
    onSuccess: ({ address }) => window.location.assign(address),
    onError: tell.failed,
  });
  return (
    <Button loading={begin.isPending} onClick={() => begin.mutate()}>
      {t('todo.signIn')}
    </Button>
  );
}

function GroupCard({ connection, group, onSkip }: { connection: string; group: Group; onSkip: (keys: string[]) => void }) {
  const { t, word } = useTranslation();
  const mayAct = useMay('operator');
  const isAdministrator = useMay('administrator');
  const tell = useTell();
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => post<Decided>(`${of(connection)}/postings/retry`, { keys: group.keys }),
    onSuccess: (decided) => {
      tell.done(t('todo.retrying', { n: decided.postings.length }));
      tell.refused(decided);
      void client.invalidateQueries();
    },
    onError: tell.failed,
  });
  const at = `/c/${encodeURIComponent(connection)}`;
  // A count is confirmed where its lines are seen.
  const isCount = group.cause === 'confirmation_needed' && group.keys.every((key) => key.startsWith('stock-count/'));
  const worth = Object.values(group.totals).some((total) => total !== 0);
  return (
    <section className="card" aria-label={word('cause', group.cause)} data-testid="todo-group">
      <div className="cardhead">
        <div className="grow">
          <h2>
            {word('cause', group.cause)}
            {group.mend && <span className="mono"> {group.mend.row === '*' ? group.mend.code : group.mend.sku}</span>}
          </h2>
          <p className="dim small wrap">{isCount ? t('todo.countText') : group.message || group.advice}</p>
        </div>
        <div className="number">
          <strong>{t('todo.held', { n: count(group.count) })}</strong>
          <div className="small dim">
            {worth && `${t('todo.worth', { amount: sums(group.totals) })} · `}
            {relative(group.newest)}
          </div>
        </div>
      </div>
      <div className="stack">
        {mayAct && group.mend && <MappingMend connection={connection} group={group} mend={group.mend} />}
        {isCount && (
          <div>
            <Button component={Link} href={`${at}/inventory`}>
              {t('todo.lookAtCount')}
            </Button>
          </div>
        )}
        {!isCount && <div>
          <h3 className="small" style={{ margin: '0 0 4px' }}>{t('todo.examples')}</h3>
          <div className="row small">
            {group.samples.map((sample) => (
              <Link key={sample.key} href={placeOf(connection, sample.key, sample.source) ?? `${at}/orders`} className="mono">
                {sample.source}
                {sample.currency && ` (${money(sample.total, sample.currency)})`}
              </Link>
            ))}
            {group.count > group.samples.length && <span className="dim">{t('todo.andMore', { n: count(group.count - group.samples.length) })}</span>}
          </div>
        </div>}
        {mayAct && !isCount && (
          <div className="row">
            {group.cause === 'authentication_failed' && isAdministrator && <SignInMend connection={connection} />}
            <Button variant="default" size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
              {t(group.cause === 'confirmation_needed' ? 'todo.confirm' : 'todo.retry')}
            </Button>
            <Button variant="default" size="xs" onClick={() => onSkip(group.keys)}>
              {t('todo.skip')}
            </Button>
            {['authentication_failed', 'permission_denied', 'missing_journal', 'missing_customer', 'closed_period', 'bad_input'].includes(group.cause) && (
              <Link href={`${at}/settings`} className="small">
                {t('nav.settings')}
              </Link>
            )}
          </div>
        )}
      </div>
    </section>
  );
}

export default function ToDo({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const [skipped, setSkipped] = useState<string[] | null>(null);
  const list = useQuery({
    queryKey: ['todo', connection],
    queryFn: () => get<{ groups: Group[] }>(`${of(connection)}/todo`),
    meta: { live: true },
  });
  const groups = list.data?.groups ?? [];
  return (
    <>
      <PageHead title={t('todo.title')} />
      <ReadOnly role="operator" />
      {list.isPending && <Loading />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data && groups.length === 0 && (
        <div className="card">
          <Empty title={t('todo.empty')} text={t('todo.emptyText')} icon={<IconCircleCheck size={44} color="var(--good-mark)" aria-hidden />} />
        </div>
      )}
      <div className="stack" aria-live="polite">
        {groups.map((group) => (
          <GroupCard key={`${group.cause} ${group.mend ? `${group.mend.row} ${group.mend.code}` : group.message}`} connection={connection} group={group} onSkip={setSkipped} />
        ))}
      </div>
      <SkipDialog connection={connection} keys={skipped} onClose={() => setSkipped(null)} />
    </>
  );
}
