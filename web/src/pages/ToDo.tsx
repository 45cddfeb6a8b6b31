import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FocusEvent } from 'react';
import { Link } from 'wouter';
import { call, get, of, type Group, type Mapping, type Mend, type Suggestion } from '../api';
import { Card } from '../components/Card';
import { SkipDialog, useRetry, useTell } from '../components/dialogs';
import { ReferenceSelect } from '../components/ReferenceSelect';
import { Reason } from '../components/Reason';
import { Empty, Failure, Loading, PageHead, ReadOnly } from '../components/states';
import { count, money, relative, sums } from '../format';
import { SuggestedItem } from '../components/SuggestedItem';
import { useTranslation, type Key } from '../i18n';
import { rowOf } from '../mapping';
import { placeOf } from '../postings';
import { useMay } from '../session';
import { ExactSignInProblem, useExactSignIn } from './Settings';
import { GoingThrough, type Release } from './todo/GoingThrough';

/** Causes that rows of the mapping mend. */
const ofMapping = ['mapping_error', 'missing_item', 'missing_gl_account', 'missing_cost_center', 'missing_vat_code', 'missing_warehouse'];

/** One choice mends all that share the cause: the row is written, and the server plans anew what it held. */
function MappingMend({ connection, group, mend, onReleased }: { connection: string; group: Group; mend: Mend; onReleased: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const column = t(`column.${mend.column}` as Key);
  const isItem = mend.column === 'exact_item';
  const label = isItem ? t('todo.mapItem', { sku: mend.sku }) : t('todo.mapCode', { column, row: mend.row === '*' ? t('todo.everySku') : mend.row });
  const suggestions = useQuery({ queryKey: ['suggestions', connection], queryFn: () => get<{ skus: Suggestion[] }>(`${of(connection)}/mapping/suggestions`), enabled: isItem, staleTime: 60_000 });
  const suggestion = suggestions.data?.skus.find((each) => each.sku === mend.sku)?.suggestion;
  const present = useQuery({ queryKey: ['mapping', connection], queryFn: () => get<Mapping>(`${of(connection)}/mapping`), enabled: mend.code !== '' });
  // A code that the row itself does not have comes from elsewhere, such as an item of the same code as its SKU.
  const removable = mend.code !== '' && present.data !== undefined && rowOf(present.data, mend.row)[mend.column] === mend.code;
  const map = useMutation({
    mutationFn: async (next: string) => {
      const mapping = await get<Mapping>(`${of(connection)}/mapping`);
      return call('PATCH', `${of(connection)}/mapping`, { revision: mapping.revision, rows: [{ ...rowOf(mapping, mend.row), [mend.column]: next }] });
    },
    onSuccess: () => {
      tell.done(t('todo.released', { n: group.count }));
      onReleased();
      void client.invalidateQueries();
    },
    onError: tell.failed,
  });
  return (
    <form
      className="row bottom"
      onSubmit={(event) => {
        event.preventDefault();
        if (code) map.mutate(code);
      }}
    >
      <div className="grow">
        {suggestion && !code && (
          <div style={{ marginBottom: 6 }}>
            <SuggestedItem suggestion={suggestion} onTake={setCode} />
          </div>
        )}
        <ReferenceSelect connection={connection} kind={mend.kind} value={code} onChange={setCode} label={label} description={mend.code ? t('todo.present', { code: mend.code }) : mend.product} />
      </div>
      <Button type="submit" loading={map.isPending} disabled={!code}>
        {t(isItem ? 'todo.mend' : 'todo.mendCode')}
      </Button>
      {removable && (
        <Button variant="default" loading={map.isPending} title={t(mend.row === '*' ? 'todo.removeCodeOfAll' : 'todo.removeCodeText')} onClick={() => map.mutate('')}>
          {t('todo.removeCode')}
        </Button>
      )}
    </form>
  );
}

function SignInMend({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const signIn = useExactSignIn(connection, `/c/${encodeURIComponent(connection)}/todo`);
  return (
    <Button loading={signIn.isPending} onClick={() => signIn.mutate()}>
      {t('todo.signIn')}
    </Button>
  );
}

function GroupCard({ connection, group, onSkip, onReleased }: { connection: string; group: Group; onSkip: (keys: string[]) => void; onReleased: (release: Release) => void }) {
  const { t, word } = useTranslation();
  const mayAct = useMay('operator');
  const isAdministrator = useMay('administrator');
  const retry = useRetry(connection);
  const subject = group.mend ? (group.mend.row === '*' ? group.mend.code : group.mend.sku) : '';
  const released = () => onReleased({ id: Date.now(), title: `${word('cause', group.cause)} ${subject}`.trim(), keys: group.keys, samples: group.samples });
  const at = `/c/${encodeURIComponent(connection)}`;
  // A count is confirmed where its lines are seen.
  const isCount = group.cause === 'confirmation_needed' && group.keys.every((key) => key.startsWith('stock-count/'));
  const isSettlement = group.keys.every((key) => key.startsWith('settlement/'));
  const worth = Object.values(group.totals).some((total) => total !== 0);
  return (
    <Card
      label={word('cause', group.cause)}
      testId="todo-group"
      title={
        <>
          {word('cause', group.cause)} {subject && <span className="mono">{subject}</span>}
        </>
      }
      text={isCount ? t('todo.countText') : <Reason cause={group.cause} message={group.message} />}
      aside={
        <div className="number">
          <strong>{t(group.by_itself ? 'todo.again' : 'todo.held', { n: count(group.count) })}</strong>
          <div className="small dim">
            {worth && `${t('todo.worth', { amount: sums(group.totals) })} · `}
            {relative(group.newest)}
          </div>
        </div>
      }
    >
      <div className="stack">
        {mayAct && group.cause === 'authentication_failed' && <ReadOnly role="administrator" />}
        {mayAct && group.mend && <MappingMend connection={connection} group={group} mend={group.mend} onReleased={released} />}
        {isCount && (
          <div>
            <Button component={Link} href={`${at}/inventory`}>
              {t('todo.lookAtCount')}
            </Button>
          </div>
        )}
        {!isCount && (
          <div>
            <h3 className="small" style={{ margin: '0 0 4px' }}>{t(isSettlement ? 'todo.payouts' : 'todo.examples')}</h3>
            <div className="row small">
              {group.samples.map((sample) => (
                <Link key={sample.key} href={placeOf(connection, sample.key, sample.source) ?? `${at}/orders`} className="mono">
                  {sample.source}
                  {sample.currency && ` (${money(sample.total, sample.currency)})`}
                </Link>
              ))}
              {group.count > group.samples.length && <span className="dim">{t('todo.andMore', { n: count(group.count - group.samples.length) })}</span>}
            </div>
          </div>
        )}
        {mayAct && !isCount && (
          <div className="row">
            {group.cause === 'authentication_failed' && isAdministrator && <SignInMend connection={connection} />}
            <Button variant="default" size="xs" loading={retry.isPending} onClick={() => retry.mutate(group.keys, { onSuccess: released })}>
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
            {ofMapping.includes(group.cause) && (
              <Link href={`${at}/mappings`} className="small">
                {t('nav.mappings')}
              </Link>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

const noGroups: Group[] = [];

/** The card in which the reader was goes when it is mended; the one that takes its place is next. */
function useNextCard(groups: Group[]) {
  const list = useRef<HTMLDivElement>(null);
  const last = useRef<{ card: Element; place: number } | null>(null);
  const cards = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-testid=todo-group]') ?? [])];
  const remember = (event: FocusEvent) => {
    const all = cards();
    const place = all.findIndex((card) => card.contains(event.target));
    last.current = place < 0 ? null : { card: all[place], place };
  };
  useEffect(() => {
    if (last.current === null || last.current.card.isConnected) return;
    if (document.activeElement === document.body) {
      const all = cards();
      const next = all[Math.min(last.current.place, all.length - 1)] ?? document.querySelector<HTMLElement>('h1');
      if (next) next.tabIndex = -1;
      next?.focus({ preventScroll: true });
    }
    last.current = null;
  }, [groups]);
  return { ref: list, onFocus: remember };
}

export default function ToDo({ connection }: { connection: string }) {
  const { t } = useTranslation();
  const [skipped, setSkipped] = useState<string[] | null>(null);
  const [releases, setReleases] = useState<Release[]>([]);
  const list = useQuery({
    queryKey: ['todo', connection],
    queryFn: () => get<{ groups: Group[]; groups_in_all: number }>(`${of(connection)}/todo`),
    meta: { live: true },
  });
  const groups = list.data?.groups ?? noGroups;
  const cards = useNextCard(groups);
  const card = (group: Group) => (
    <GroupCard key={`${group.cause} ${group.by_itself} ${group.mend ? `${group.mend.row} ${group.mend.code}` : group.message}`} connection={connection} group={group} onSkip={setSkipped} onReleased={(release) => setReleases((before) => [release, ...before])} />
  );
  const forPerson = groups.filter((group) => !group.by_itself);
  const byThemselves = groups.filter((group) => group.by_itself);
  return (
    <>
      <PageHead title={t('todo.title')} />
      <ReadOnly role="operator" />
      <ExactSignInProblem />
      {list.isPending && <Loading />}
      {list.isError && !list.data && <Failure error={list.error} retry={() => void list.refetch()} />}
      {releases.length > 0 && <GoingThrough connection={connection} releases={releases} onClose={(id) => setReleases((before) => before.filter((each) => each.id !== id))} />}
      {list.data && list.data.groups_in_all > groups.length && <p className="banner">{t('todo.notAll', { n: count(groups.length), all: count(list.data.groups_in_all) })}</p>}
      {list.data && forPerson.length === 0 && releases.length === 0 && (
        <div className="card">
          <Empty title={t('todo.empty')} text={t('todo.emptyText')} icon={<IconCircleCheck size={44} color="var(--good-mark)" aria-hidden />} />
        </div>
      )}
      <div className="stack" aria-live="polite" {...cards}>
        {forPerson.map(card)}
        {byThemselves.length > 0 && (
          <section className="stack" aria-label={t('todo.byItself')}>
            <div>
              <h2 className="listhead">{t('todo.byItself')}</h2>
              <p className="small dim">{t('todo.byItselfText')}</p>
            </div>
            {byThemselves.map(card)}
          </section>
        )}
      </div>
      <SkipDialog connection={connection} keys={skipped} onClose={() => setSkipped(null)} />
    </>
  );
}
