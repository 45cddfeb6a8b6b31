import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { IconCircleCheck, IconPlugConnected } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { call, get, of, post, query, type Connection, type Mapping, type MappingRow, type Ping, type Preview, type Suggestion } from '../api';
import { useTell } from '../components/dialogs';
import { Reason } from '../components/Reason';
import { ReferenceSelect } from '../components/ReferenceSelect';
import { Empty, Failure, Loading, PageHead, ReadOnly } from '../components/states';
import { SuggestedItem } from '../components/SuggestedItem';
import { Table } from '../components/Table';
import { count, date, dateTime, money, sums } from '../format';
import { useTranslation } from '../i18n';
import { rowOf } from '../mapping';
import { CredentialForm, ExactSignInProblem, localInput, PingResult, useExactSignIn } from './Settings';

const steps = ['name', 'walmart', 'exact', 'mappings', 'preview', 'live'] as const;
type Step = (typeof steps)[number];
const previewDays = 7;

/** Where the set-up stands, so that coming back another day goes on there. */
function firstOpenStep(connection: Connection): Step {
  if (!connection.walmart_connected) return 'walmart';
  if (!connection.exact_connected || connection.division === null) return 'exact';
  return 'mappings';
}
/** The last step that can be shown: what follows both sign-ins needs them. */
function lastOpenStep(connection: Connection): Step {
  const first = firstOpenStep(connection);
  return first === 'mappings' ? 'live' : first;
}

function NameStep({ onDone }: { onDone: (name: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('shop');
  const add = useMutation({
    mutationFn: () => post<Connection>('/connections', { name }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['overview'] });
      onDone(name);
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <TextInput label={t('setup.name')} description={t('setup.nameHint')} required value={name} autoFocus onChange={(event) => setName(event.currentTarget.value)} />
      {add.isError && <Failure error={add.error} />}
      <div>
        <Button type="submit" loading={add.isPending}>
          {t('common.next')}
        </Button>
      </div>
    </form>
  );
}

/** What the two systems really answer, shown as soon as there is something to call. */
function LivePing({ connection, systems }: { connection: string; systems: string[] }) {
  const ping = useQuery({
    queryKey: ['ping', connection],
    queryFn: () => post<Record<string, Ping>>(`${of(connection)}/ping`),
    staleTime: 0,
  });
  if (ping.isError) return <Failure error={ping.error} retry={() => void ping.refetch()} />;
  if (!ping.data) return <Loading rows={2} />;
  return <PingResult ping={Object.fromEntries(Object.entries(ping.data).filter(([system]) => systems.includes(system)))} />;
}

function WalmartStep({ connection, onStored, onDone }: { connection: Connection; onStored: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [another, setAnother] = useState(false);
  return (
    <div className="stack">
      <p className="dim">{t('setup.walmartText')}</p>
      {connection.walmart_connected && !another ? (
        <>
          <LivePing connection={connection.name} systems={['walmart']} />
          <div className="row">
            <Button onClick={onDone}>{t('common.next')}</Button>
            <Button variant="default" onClick={() => setAnother(true)}>
              {t('setup.anotherKey')}
            </Button>
          </div>
        </>
      ) : (
        <CredentialForm
          label={t('setup.walmartConnect')}
          submit={(id, secret) => call('PUT', `${of(connection.name)}/walmart`, { client_id: id, client_secret: secret })}
          onCancel={connection.walmart_connected ? () => setAnother(false) : undefined}
          onDone={() => {
            onStored();
            setAnother(false);
            void client.invalidateQueries({ queryKey: ['ping', connection.name] });
            void client.invalidateQueries({ queryKey: ['connection', connection.name] });
          }}
        />
      )}
    </div>
  );
}

interface Division {
  division: number;
  name: string;
  currency: string;
  country: string;
}

function DivisionChoice({ connection, onDone }: { connection: Connection; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const divisions = useQuery({ queryKey: ['divisions', connection.name], queryFn: () => get<{ divisions: Division[] }>(`${of(connection.name)}/divisions`) });
  const [chosen, setChosen] = useState(connection.division === null ? null : String(connection.division));
  const choose = useMutation({
    mutationFn: async () => {
      if (chosen !== String(connection.division)) await call('PATCH', of(connection.name), { division: Number(chosen) });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['connection', connection.name] });
      onDone();
    },
  });
  if (divisions.isError) return <Failure error={divisions.error} retry={() => void divisions.refetch()} />;
  if (!divisions.data) return <Loading rows={2} />;
  if (divisions.data.divisions.length === 0) return <Empty title={t('setup.noDivisions')} text={t('setup.noDivisionsText')} icon={<IconPlugConnected size={36} aria-hidden />} />;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        choose.mutate();
      }}
    >
      <Select
        label={t('setup.division')}
        description={t('setup.divisionHint')}
        searchable
        allowDeselect={false}
        value={chosen}
        onChange={setChosen}
        data={divisions.data.divisions.map((division) => ({ value: String(division.division), label: `${division.name} (${division.division}, ${division.currency})` }))}
      />
      {choose.isError && <Failure error={choose.error} />}
      <div>
        <Button type="submit" loading={choose.isPending} disabled={!chosen}>
          {t('common.next')}
        </Button>
      </div>
    </form>
  );
}

function ExactStep({ connection, onDone }: { connection: Connection; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const signIn = useExactSignIn(connection.name, `/c/${encodeURIComponent(connection.name)}/setup?step=exact`);
  const [another, setAnother] = useState(false);
  const asksApp = !connection.exact_app_known || another;
  return (
    <div className="stack">
      <ExactSignInProblem />
      {(!connection.exact_connected || asksApp) && (
        <>
          <p className="dim">{t('setup.exactText')}</p>
          <TextInput label={t('setup.redirect')} readOnly classNames={{ input: 'mono' }} value={`${window.location.origin}/oauth/exact/callback`} onFocus={(event) => event.currentTarget.select()} />
        </>
      )}
      {asksApp && (
        <CredentialForm
          label={t('common.next')}
          submit={(id, secret) => call('PUT', `${of(connection.name)}/exact`, { client_id: id, client_secret: secret })}
          onCancel={connection.exact_app_known ? () => setAnother(false) : undefined}
          onDone={() => {
            setAnother(false);
            void client.invalidateQueries({ queryKey: ['connection', connection.name] });
          }}
        />
      )}
      {!asksApp && connection.exact_connected && <LivePing connection={connection.name} systems={['exact']} />}
      {!asksApp && (
        <div className="row">
          <Button variant={connection.exact_connected ? 'default' : 'filled'} size={connection.exact_connected ? 'xs' : undefined} loading={signIn.isPending} onClick={() => signIn.mutate()}>
            {t(connection.exact_connected ? 'todo.signIn' : 'setup.exactSignIn')}
          </Button>
          <Button variant="default" size={connection.exact_connected ? 'xs' : undefined} onClick={() => setAnother(true)}>
            {t('setup.anotherApp')}
          </Button>
        </div>
      )}
      {!asksApp && connection.exact_connected && <DivisionChoice connection={connection} onDone={onDone} />}
    </div>
  );
}

const charges = [
  ['@shipping', 'setup.shipping'],
  ['@fee', 'setup.fee'],
  ['@discount', 'setup.discount'],
] as const;

interface Draft {
  revision: string;
  fallback: MappingRow;
  items: Record<string, string>;
  chosen: Record<string, string>;
}
const draftName = (connection: string) => `setup ${connection}`;
/** What was chosen and not saved yet, unless the mapping is another one by now. */
function draftOf(connection: string, mapping: Mapping): Draft | null {
  try {
    const draft = JSON.parse(sessionStorage.getItem(draftName(connection)) ?? 'null') as Draft | null;
    return draft?.revision === mapping.revision ? draft : null;
  } catch {
    return null;
  }
}

function MappingForm({ connection, mapping, skus, onDone }: { connection: string; mapping: Mapping; skus: Suggestion[]; onDone: () => void }) {
  const { t } = useTranslation();
  const known = (sku: string) => rowOf(mapping, sku);
  const [draft] = useState(() => draftOf(connection, mapping));
  const [fallback, setFallback] = useState<MappingRow>(draft?.fallback ?? known('*'));
  const [items, setItems] = useState<Record<string, string>>(() => draft?.items ?? Object.fromEntries(charges.map(([sku]) => [sku, known(sku).exact_item])));
  const [chosen, setChosen] = useState<Record<string, string>>(draft?.chosen ?? {});
  useEffect(() => {
    const next: Draft = { revision: mapping.revision, fallback, items, chosen };
    sessionStorage.setItem(draftName(connection), JSON.stringify(next));
  }, [connection, mapping.revision, fallback, items, chosen]);
  const open = skus.filter((sku) => sku.exact_item === null);
  const save = useMutation({
    mutationFn: () => {
      const rows: MappingRow[] = [fallback];
      for (const [sku] of charges) if (items[sku]) rows.push({ ...known(sku), exact_item: items[sku] });
      for (const [sku, item] of Object.entries(chosen)) if (item) rows.push({ ...known(sku), exact_item: item });
      return call('PATCH', `${of(connection)}/mapping`, { rows, revision: mapping.revision });
    },
    onSuccess: () => {
      sessionStorage.removeItem(draftName(connection));
      onDone();
    },
  });
  const part = (column: 'gl_account' | 'cost_center' | 'vat_code' | 'warehouse') => (
    <ReferenceSelect connection={connection} kind={column} label={t(`column.${column}`)} value={fallback[column]} onChange={(code) => setFallback((before) => ({ ...before, [column]: code }))} />
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <fieldset className="plain">
        <legend>{t('setup.defaults')}</legend>
        <p className="small dim">{t('setup.defaultsHint')}</p>
        <div className="grid two">
          {part('gl_account')}
          {part('vat_code')}
          {part('cost_center')}
          {part('warehouse')}
        </div>
      </fieldset>
      <fieldset className="plain">
        <legend>{t('setup.charges')}</legend>
        <p className="small dim">{t('setup.chargesHint')}</p>
        <div className="grid two">
          {charges.map(([sku, label]) => (
            <ReferenceSelect key={sku} connection={connection} kind="item" label={t(label)} value={items[sku]} onChange={(code) => setItems((before) => ({ ...before, [sku]: code }))} />
          ))}
        </div>
      </fieldset>
      <section>
        <div className="cardhead">
          <h2 style={{ fontSize: 16 }}>{t('setup.skus')}</h2>
          {open.some((sku) => sku.suggestion) && (
            <Button variant="default" size="xs" onClick={() => setChosen(Object.fromEntries(open.filter((sku) => sku.suggestion).map((sku) => [sku.sku, sku.suggestion!.exact_item])))}>
              {t('setup.acceptAll')}
            </Button>
          )}
        </div>
        {skus.length === 0 ? (
          <p className="dim">{t('setup.noSkus')}</p>
        ) : (
          <Table tight columns={[t('column.sku'), t('column.exact_item')]}>
            {[...open, ...skus.filter((sku) => sku.exact_item !== null)].map((sku) => (
              <tr key={sku.sku}>
                <td className="wrap">
                  <div className="mono">{sku.sku}</div>
                  <div className="small dim">{sku.name}</div>
                </td>
                <td style={{ minWidth: 280 }}>
                  {sku.exact_item !== null ? (
                    <span className="row">
                      <IconCircleCheck size={18} color="var(--good-mark)" aria-hidden />
                      <span className="mono">{sku.exact_item}</span>
                      <span className="small dim">{!sku.mapped && t('setup.sameCode')}</span>
                    </span>
                  ) : (
                    <>
                      <ReferenceSelect connection={connection} kind="item" hideLabel label={t('map.cell', { column: t('column.exact_item'), sku: sku.sku })} placeholder={t('setup.noItem')} value={chosen[sku.sku] ?? ''} onChange={(code) => setChosen((before) => ({ ...before, [sku.sku]: code }))} />
                      {sku.suggestion && !chosen[sku.sku] && <SuggestedItem suggestion={sku.suggestion} onTake={(item) => setChosen((before) => ({ ...before, [sku.sku]: item }))} />}
                    </>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </section>
      {save.isError && <Failure error={save.error} />}
      <div>
        <Button type="submit" loading={save.isPending}>
          {t('setup.saveMappings')}
        </Button>
      </div>
    </form>
  );
}

function MappingsStep({ connection, onDone }: { connection: string; onDone: () => void }) {
  const { t } = useTranslation();
  const prepared = useQuery({
    queryKey: ['setup-mappings', connection],
    queryFn: async () => {
      await post(`${of(connection)}/references/refresh`);
      const mapping = await get<Mapping>(`${of(connection)}/mapping`);
      const { skus } = await get<{ skus: Suggestion[] }>(`${of(connection)}/mapping/suggestions?from=walmart`);
      return { mapping, skus };
    },
    staleTime: 0,
    gcTime: 0,
  });
  if (prepared.isError) return <Failure error={prepared.error} retry={() => void prepared.refetch()} />;
  if (!prepared.data) {
    return (
      <>
        <p className="dim" style={{ marginBottom: 10 }}>
          {t('setup.readLists')}
        </p>
        <Loading rows={5} />
      </>
    );
  }
  return <MappingForm connection={connection} mapping={prepared.data.mapping} skus={prepared.data.skus} onDone={onDone} />;
}

/** The most frequent first, each with what one of them says. */
function problemsByCause(preview: Preview): { cause: string; n: number; message: string }[] {
  const causes = new Map<string, { cause: string; n: number; message: string }>();
  for (const { cause, message } of preview.orders.flatMap((order) => order.problems)) {
    const known = causes.get(cause);
    if (known) known.n += 1;
    else causes.set(cause, { cause, n: 1, message });
  }
  return [...causes.values()].sort((a, b) => b.n - a.n);
}

const deciding = ['document_mode', 'tax_policy', 'invoice_completion', 'closed_period', 'booking_zone', 'customer_account', 'sales_journal'];

/** The settings that the preview follows, so that nobody goes live without having seen them. */
function BookedBy({ connection }: { connection: Connection }) {
  const { t, word } = useTranslation();
  const shown = (name: string) => {
    const value = String(connection.settings[name] ?? '');
    if (value === '') return t('setup.ownChoice');
    const text = word('setting', `${name}.${value}`);
    return text === `${name} ${value}`.replace(/[_.]/g, ' ') ? value : text;
  };
  return (
    <section className="card stack" aria-label={t('setup.bookedBy')}>
      <div className="row between">
        <h2 style={{ fontSize: 16 }}>{t('setup.bookedBy')}</h2>
        <Link href={`/c/${encodeURIComponent(connection.name)}/settings`} className="small">
          {t('setup.changeSettings')}
        </Link>
      </div>
      <dl className="facts">
        {deciding.filter((name) => name in connection.settings).map((name) => (
          <div key={name}>
            <dt>{word('setting', name)}</dt>
            <dd>{shown(name)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function PreviewStep({ connection: previewed, onDone }: { connection: Connection; onDone: () => void }) {
  const { t, word } = useTranslation();
  const connection = previewed.name;
  const preview = useQuery({
    queryKey: ['preview', connection],
    queryFn: () => get<Preview>(`${of(connection)}/preview${query({ days: previewDays })}`),
    staleTime: 0,
    gcTime: 0,
  });
  if (preview.isError) return <Failure error={preview.error} retry={() => void preview.refetch()} />;
  if (!preview.data) return <Loading rows={8} />;
  const data = preview.data;
  return (
    <div className="stack">
      <p className="dim">{t('setup.previewText', { n: previewDays })}</p>
      <div className={data.problems > 0 ? 'hero attention' : 'hero'} role="status">
        <div>
          <strong>{t('setup.previewSummary', { orders: count(data.orders_read), documents: count(data.documents), total: sums(data.totals) })}</strong>
          {data.problems > 0 && (
            <>
              <p>{t('setup.previewProblems', { n: data.problems })}</p>
              <ul className="bulleted small">
                {problemsByCause(data).map(({ cause, n, message }) => (
                  <li key={cause}>
                    <strong>
                      {word('cause', cause)}: {count(n)}
                    </strong>
                    <Reason cause={cause} message={message} />
                  </li>
                ))}
              </ul>
              <Link href={`/c/${encodeURIComponent(connection)}/setup?step=mappings`}>{t('setup.backToMappings')}</Link>
            </>
          )}
        </div>
      </div>
      <BookedBy connection={previewed} />
      {data.orders.length === 0 && <Empty title={t('setup.previewEmpty')} text={t('setup.previewEmptyText')} />}
      {data.orders.slice(0, 20).map((order) => (
        <article key={order.purchase_order} className="card stack">
          {order.problems.map((problem) => (
            <div key={problem.key} className="banner" style={{ marginBottom: 0 }}>
              <strong>{word('cause', problem.cause)}</strong>
              <Reason cause={problem.cause} message={problem.message} />
            </div>
          ))}
          {order.documents.map((document) => (
            <div key={document.key}>
              <div className="row between">
                <strong>
                  {word('kind', document.kind)} <span className="mono">{document.reference}</span>
                </strong>
                <strong className="number">{money(document.total, document.currency)}</strong>
              </div>
              <div className="small dim">{date(document.date)}</div>
              {(document.lines ?? []).map((line, index) => (
                <div key={index} className="row between small">
                  <span className="wrap">
                    {count(line.quantity ?? 0)} × <span className="mono">{line.exact_item || line.sku}</span> {line.description}
                  </span>
                  <span className="number">{money(line.amount ?? 0, document.currency)}</span>
                </div>
              ))}
            </div>
          ))}
        </article>
      ))}
      {data.orders.length > 20 && <p className="dim">{t('todo.andMore', { n: data.orders.length - 20 })}</p>}
      <div>
        <Button onClick={onDone}>{t('common.next')}</Button>
      </div>
    </div>
  );
}

function LiveStep({ connection, onDone }: { connection: Connection; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const present = typeof connection.settings.go_live === 'string' && connection.settings.go_live ? connection.settings.go_live : null;
  const [shown] = useState(() => localInput(present ?? new Date().toISOString()));
  const [from, setFrom] = useState(shown);
  // The field has no seconds: what was not changed in it stays as it is to the second.
  const goLive = () => (present !== null && from === shown ? present : new Date(from).toISOString());
  const [understood, setUnderstood] = useState(false);
  const live = useMutation({
    mutationFn: () => call('PATCH', of(connection.name), { settings: { go_live: goLive() }, paused: false }),
    onSuccess: () => {
      void client.invalidateQueries();
      onDone();
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        live.mutate();
      }}
    >
      {present !== null && (
        <p className="banner" role="status">
          {t(connection.paused ? 'setup.livePaused' : 'setup.liveAlready', { when: dateTime(present) })}
        </p>
      )}
      <TextInput type="datetime-local" label={t('setup.liveFrom')} description={t('settings.goLiveHint')} required value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      <Checkbox label={t('setup.liveText', { division: connection.division ?? '' })} checked={understood} onChange={(event) => setUnderstood(event.currentTarget.checked)} />
      {live.isError && <Failure error={live.error} />}
      <div>
        <Button type="submit" loading={live.isPending} disabled={!understood}>
          {t('setup.liveSubmit')}
        </Button>
      </div>
    </form>
  );
}

export default function Setup({ connection: name }: { connection: string | null }) {
  const { t } = useTranslation();
  const tell = useTell();
  const [, go] = useLocation();
  const at = (step: Step) => `/c/${encodeURIComponent(name ?? '')}/setup?step=${step}`;
  const setChosen = (step: Step) => go(at(step));
  const connection = useQuery({ queryKey: ['connection', name], queryFn: () => get<Connection>(of(name!)), enabled: name !== null });
  // The step stands in the address: the browser's own back, forward and reload work.
  const wanted = steps.indexOf(new URLSearchParams(useSearch()).get('step') as Step);
  const last = connection.data ? steps.indexOf(lastOpenStep(connection.data)) : 0;
  const index = connection.data ? (wanted > 0 ? Math.min(wanted, last) : steps.indexOf(firstOpenStep(connection.data))) : 0;
  const step = steps[index];
  const list = useRef<HTMLOListElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    // A long step was left at its end; the next one is read from its beginning.
    list.current?.scrollIntoView({ block: 'nearest' });
    list.current?.querySelector<HTMLElement>('[aria-current]')?.focus({ preventScroll: true });
  }, [step]);
  return (
    <>
      <PageHead title={t('setup.title')} text={name ?? undefined} />
      <ReadOnly role="administrator" />
      <ol className="steps" ref={list}>
        {steps.map((each, place) => {
          const text = `${place + 1}. ${t(`setup.step.${each}`)}`;
          return (
            <li key={each} aria-current={place === index ? 'step' : undefined} tabIndex={place === index ? -1 : undefined} className={place < index ? 'done' : undefined}>
              {place > 0 && place < index ? <Link href={at(each)}>{text}</Link> : text}
            </li>
          );
        })}
      </ol>
      <div className="card">
        {name !== null && connection.isPending && <Loading rows={4} />}
        {connection.isError && <Failure error={connection.error} retry={() => void connection.refetch()} />}
        {name === null && <NameStep onDone={(made) => go(`/c/${encodeURIComponent(made)}/setup`)} />}
        {connection.data && step === 'walmart' && <WalmartStep connection={connection.data} onStored={() => setChosen('walmart')} onDone={() => setChosen('exact')} />}
        {connection.data && step === 'exact' && <ExactStep connection={connection.data} onDone={() => setChosen('mappings')} />}
        {connection.data && step === 'mappings' && <MappingsStep connection={connection.data.name} onDone={() => setChosen('preview')} />}
        {connection.data && step === 'preview' && <PreviewStep connection={connection.data} onDone={() => setChosen('live')} />}
        {connection.data && step === 'live' && (
          <LiveStep
            connection={connection.data}
            onDone={() => {
              tell.done(t('setup.liveDone', { name: connection.data.name }));
              go(`/c/${encodeURIComponent(connection.data.name)}/orders`);
            }}
          />
        )}
      </div>
      {name !== null && index > 1 && (
        <div style={{ marginTop: 14 }}>
          <Button variant="subtle" onClick={() => setChosen(steps[index - 1])}>
            {t('common.back')}
          </Button>
        </div>
      )}
    </>
  );
}
