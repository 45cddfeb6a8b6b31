import { Alert, Button, Checkbox, PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { call, get, of, post, type Connection, type Ping } from '../api';
import { Confirm, useTell } from '../components/dialogs';
import { Card } from '../components/Card';
import { Reason } from '../components/Reason';
import { ReferenceSelect } from '../components/ReferenceSelect';
import { SaveBar } from '../components/SaveBar';
import { Failure, PageHead, ReadOnly, Unready } from '../components/states';
import { dateTime } from '../format';
import { useTranslation, type Key } from '../i18n';
import { useMay } from '../session';
import { useOverview } from '../shell';

const choices: Record<string, string[]> = {
  document_mode: ['direct_invoice', 'sales_order_and_invoice', 'invoice_only', 'daily_summary'],
  tax_policy: ['exclude', 'clearing_account', 'include'],
  invoice_completion: ['leave_open', 'process_with_ship_date'],
  charge_reading: ['line_total', 'per_unit'],
  closed_period: ['hold', 'first_open_day'],
  sales_order_moment: ['acknowledged', 'created'],
  replacement_prices: ['zero', 'as_charged'],
  returns_before_go_live: ['hold', 'post', 'ignore'],
  stock_counts: ['post', 'report', 'off'],
  settlements: ['post', 'report', 'off'],
};
/** Settings that this version of the page does not know stand in the last part. */
const parts: [Key, string[]][] = [
  ['settings.documents', ['document_mode', 'sales_order_moment', 'invoice_completion', 'reference_prefix', 'customer_account', 'sales_journal', 'exact_sign_in_of']],
  ['settings.money', ['tax_policy', 'charge_reading', 'replacement_prices', 'closed_period', 'booking_zone', 'credit_note_quantities_negative']],
  ['settings.orders', ['go_live', 'returns_before_go_live', 'ship_node_types', 'acknowledge_orders']],
  ['settings.stock', ['stock_counts', 'stock_confirm_units']],
  ['settings.prices', ['prices_to_walmart', 'prices_to_exact', 'walmart_priced_skus', 'price_currency', 'price_floor', 'price_ceiling', 'price_max_change_percent']],
  ['settings.settlements', ['settlements', 'settlement_journal']],
  ['settings.schedules', ['orders_schedule', 'returns_schedule', 'inventory_schedule', 'prices_schedule', 'settlements_schedule']],
];
const nodeTypes = ['SellerFulfilled', 'WFSFulfilled', '3PLFulfilled'];

/** "2026-11-23T10:30" in the reader's zone, as the browser's own input takes it. */
export function localInput(iso: string): string {
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function Field({ connection, name, value, onChange, disabled }: { connection: string; name: string; value: unknown; onChange: (value: unknown) => void; disabled: boolean }) {
  const { t, word } = useTranslation();
  const label = word('setting', name);
  if (choices[name]) {
    return (
      <Select
        aria-label={label}
        data={choices[name].map((choice) => ({ value: choice, label: word('setting', `${name}.${choice}`) }))}
        value={String(value)}
        allowDeselect={false}
        disabled={disabled}
        onChange={onChange}
      />
    );
  }
  if (typeof value === 'boolean') {
    return <Switch aria-label={label} checked={value} disabled={disabled} label={t(value ? 'settings.on' : 'settings.off')} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  if (name === 'ship_node_types') {
    const types = value as string[];
    return (
      <Checkbox.Group aria-label={label} value={types} onChange={onChange}>
        <div className="stack" style={{ gap: 6 }}>
          {nodeTypes.map((type) => (
            <Checkbox key={type} value={type} label={word('setting', `ship_node_types.${type}`)} disabled={disabled || (types.length === 1 && types[0] === type)} />
          ))}
        </div>
      </Checkbox.Group>
    );
  }
  if (Array.isArray(value)) {
    const list = (text: string) => text.split(',').map((each) => each.trim());
    return <TextInput aria-label={label} value={value.join(', ')} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value === '' ? [] : list(event.currentTarget.value))} />;
  }
  if (name === 'go_live') {
    return (
      <TextInput
        type="datetime-local"
        aria-label={label}
        description={t('settings.goLiveHint')}
        value={typeof value === 'string' && value ? localInput(value) : ''}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value ? new Date(event.currentTarget.value).toISOString() : null)}
      />
    );
  }
  if ((name === 'sales_journal' || name === 'settlement_journal') && !disabled) {
    return <ReferenceSelect connection={connection} kind="journal" label={label} hideLabel value={String(value)} onChange={onChange} />;
  }
  return <TextInput aria-label={label} placeholder={name.endsWith('_schedule') ? t('settings.installation') : undefined} value={String(value ?? '')} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** Settings that the next documents are made by. */
const documentSettings = ['document_mode', 'sales_order_moment', 'tax_policy', 'charge_reading', 'replacement_prices', 'booking_zone', 'customer_account', 'sales_journal', 'settlement_journal', 'reference_prefix', 'credit_note_quantities_negative'];
const priceGuards = ['price_floor', 'price_ceiling', 'price_max_change_percent'];

/** What saving these changes leads to outside of this page, to be said before; nothing of most settings. */
function useConsequences() {
  const { t, word } = useTranslation();
  return (changes: Record<string, unknown>, present: Record<string, unknown>): string[] => {
    const said: string[] = [];
    const turnedTo = (name: string, value: unknown) => changes[name] === value;
    const changed = (names: string[]) => names.some((name) => name in changes);
    const next: Record<string, unknown> = { ...present, ...changes };
    const was = typeof present.go_live === 'string' ? present.go_live : null;
    if ('go_live' in changes) {
      const date = typeof changes.go_live === 'string' ? changes.go_live : null;
      if (date === null) said.push(t('asks.goLiveEmpty'));
      else said.push(t(was !== null && new Date(date) < new Date(was) ? 'asks.goLiveEarlier' : 'asks.goLiveLater', { when: dateTime(date) }));
    }
    if (turnedTo('invoice_completion', 'process_with_ship_date')) said.push(t('asks.processed'));
    if (changed(documentSettings)) said.push(t('asks.documents'));
    if (turnedTo('closed_period', 'first_open_day')) said.push(t('asks.firstOpenDay'));
    if (changed(['ship_node_types'])) {
      const [before, after] = [present.ship_node_types, changes.ship_node_types].map((types) => types as string[]);
      const named = (types: string[]) => types.map((type) => word('setting', `ship_node_types.${type}`)).join(', ');
      const added = after.filter((type) => !before.includes(type));
      const gone = before.filter((type) => !after.includes(type));
      if (added.length > 0) said.push(t('asks.shipNodesAdded', { who: named(added) }));
      if (gone.length > 0) said.push(t('asks.shipNodesGone', { who: named(gone) }));
    }
    if (turnedTo('returns_before_go_live', 'post')) said.push(t('asks.oldReturns'));
    if (turnedTo('acknowledge_orders', true)) said.push(t('asks.acknowledged'));
    if (next.stock_counts === 'post' && changed(['stock_counts', 'stock_confirm_units'])) said.push(t('asks.stock', { n: String(next.stock_confirm_units) }));
    if (turnedTo('prices_to_walmart', true)) said.push(t('asks.pricesToWalmart'));
    if (turnedTo('prices_to_exact', true)) said.push(t('asks.pricesToExact'));
    if (next.prices_to_walmart === true || next.prices_to_exact === true) {
      if (changed(priceGuards)) said.push(t('asks.priceGuards'));
      if (changed(['price_currency'])) said.push(t('asks.priceCurrency', { currency: String(next.price_currency) }));
    }
    if (next.prices_to_walmart === true && next.prices_to_exact === true && changed(['walmart_priced_skus'])) said.push(t('asks.pricedSkus'));
    if (turnedTo('settlements', 'post')) said.push(t('asks.settlements'));
    return said;
  };
}

function Accounting({ connection }: { connection: Connection }) {
  const { t, word, about } = useTranslation();
  const mayEdit = useMay('administrator');
  const tell = useTell();
  const client = useQueryClient();
  const [changes, setChanges] = useState<Record<string, unknown>>({});
  const save = useMutation({
    mutationFn: () => call<Connection>('PATCH', of(connection.name), { settings: Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, Array.isArray(value) ? value.filter((each) => each !== '') : value])) }),
    onSuccess: (next) => {
      client.setQueryData(['connection', connection.name], next);
      setChanges({});
      setAsked([]);
      tell.done(t('common.saved'));
    },
    onError: () => setAsked([]),
  });
  const consequences = useConsequences();
  const [asked, setAsked] = useState<string[]>([]);
  const ask = () => {
    const said = consequences(changes, connection.settings);
    if (said.length > 0) setAsked(said);
    else save.mutate();
  };
  const change = (name: string, value: unknown) =>
    setChanges((before) => {
      const next = { ...before, [name]: value };
      if (JSON.stringify(value) === JSON.stringify(connection.settings[name])) delete next[name];
      return next;
    });
  const discard = () => {
    setChanges({});
    save.reset();
  };
  const known = new Set(parts.flatMap(([, names]) => names));
  const present = Object.keys(connection.settings);
  const shown: [Key, string[]][] = [
    ...parts.map(([title, names]): [Key, string[]] => [title, names.filter((name) => present.includes(name))]),
    ['settings.others', present.filter((name) => !known.has(name))],
  ];
  return (
    <div className="stack">
      {shown
        .filter(([, names]) => names.length > 0)
        .map(([title, names]) => (
          <Card key={title} label={t(title)} title={t(title)}>
            {names.map((name) => (
              <div key={name} className="setting">
                <div>
                  <div className="name">{word('setting', name)}</div>
                  <div className="small dim">{about('setting', name)}</div>
                </div>
                <Field connection={connection.name} name={name} value={name in changes ? changes[name] : connection.settings[name]} disabled={!mayEdit} onChange={(next) => change(name, next)} />
              </div>
            ))}
          </Card>
        ))}
      {Object.keys(changes).length > 0 && (
        <SaveBar text={t('settings.unsaved')} saving={save.isPending} error={save.error} onDiscard={discard} onSave={ask} />
      )}
      <Confirm opened={asked.length > 0} title={t('asks.title')} text={t('asks.text')} action={t('common.save')} busy={save.isPending} onConfirm={() => save.mutate()} onClose={() => setAsked([])}>
        <ul className="bulleted">
          {asked.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </Confirm>
    </div>
  );
}

export function CredentialForm({ submit, label, onDone, onCancel }: { submit: (id: string, secret: string) => Promise<unknown>; label: string; onDone: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const [id, setId] = useState('');
  const [secret, setSecret] = useState('');
  const store = useMutation({
    mutationFn: () => submit(id.trim(), secret.trim()),
    onSuccess: () => {
      setSecret('');
      onDone();
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        store.mutate();
      }}
    >
      <TextInput label={t('settings.clientId')} required autoComplete="off" value={id} onChange={(event) => setId(event.currentTarget.value)} />
      <PasswordInput label={t('settings.clientSecret')} description={t('settings.secretHint')} required autoComplete="off" value={secret} onChange={(event) => setSecret(event.currentTarget.value)} />
      {store.isError && <Failure error={store.error} />}
      <div className="row">
        <Button type="submit" loading={store.isPending}>
          {label}
        </Button>
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}

export function PingResult({ ping }: { ping: Record<string, Ping> }) {
  const { t } = useTranslation();
  return (
    <div className="grid two">
      {Object.entries(ping).map(([system, answer]) => (
        <div key={system} className={answer.signed_in && !answer.message ? 'hero' : 'hero attention'} role="status">
          <div>
            <strong>{system === 'walmart' ? 'Walmart' : 'Exact'}</strong>
            {answer.identity && <div className="wrap">{answer.identity}</div>}
            <div className="small dim">
              {answer.reachable
                ? t('settings.reachable', { ms: answer.latency_ms ?? 0 })
                : t(answer.asked ? 'settings.unreachable' : 'settings.notAsked')}
            </div>
            {answer.budget && (
              <details className="small dim">
                <summary>{t('settings.callsLeft')}</summary>
                <span className="wrap">{answer.budget}</span>
              </details>
            )}
            {answer.message && <Reason cause={answer.cause ?? ''} message={answer.message} />}
          </div>
        </div>
      ))}
    </div>
  );
}

export function useExactSignIn(connection: string, returnTo: string) {
  const tell = useTell();
  return useMutation({
    mutationFn: () => post<{ address: string }>(`${of(connection)}/exact/authorization`, { return_to: returnTo }),
    onSuccess: ({ address }) => window.location.assign(address),
    onError: tell.failed,
  });
}

/** What a sign-in at Exact came back with, until another one begins. */
export function ExactSignInProblem() {
  const { t, word } = useTranslation();
  const cause = new URLSearchParams(useSearch()).get('exact');
  if (!cause) return null;
  const known = cause === 'permission_denied' || cause === 'authentication_failed';
  return (
    <Alert color="red" title={t('signInExact.failed')} icon={<IconAlertTriangle aria-hidden />} role="alert">
      <p>{known ? t(`signInExact.${cause}`) : t('signInExact.other', { cause: word('cause', cause) })}</p>
    </Alert>
  );
}

function ConnectionPart({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const mayAct = useMay('operator');
  const isAdministrator = useMay('administrator');
  const tell = useTell();
  const client = useQueryClient();
  const [pausing, setPausing] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const [replacingApp, setReplacingApp] = useState(false);
  const again = () => void client.invalidateQueries();
  // Without a date to go live from, resuming would post orders of any age.
  const neverLive = connection.paused && !connection.settings.go_live;
  const signIn = useExactSignIn(connection.name, `/c/${encodeURIComponent(connection.name)}/settings`);
  const ping = useMutation({ mutationFn: () => post<Record<string, Ping>>(`${of(connection.name)}/ping`) });
  const pause = useMutation({
    mutationFn: () => post(`${of(connection.name)}/paused`, { paused: !connection.paused }),
    onSuccess: () => {
      setPausing(false);
      again();
    },
    onError: tell.failed,
  });
  return (
    <div className="stack">
      <Card title={t('settings.connection')}>
        <div className="stack">
          <p>{t(connection.paused ? 'settings.pausedText' : 'settings.runningText')}</p>
          <p className="small dim">{t('settings.added', { when: dateTime(connection.created_at) })}</p>
          {mayAct && (
            <div className="row">
              <Button variant="default" loading={pause.isPending} onClick={() => (connection.paused && !neverLive ? pause.mutate() : setPausing(true))}>
                {t(connection.paused ? 'settings.resume' : 'settings.pause')}
              </Button>
              <Button variant="default" loading={ping.isPending} onClick={() => ping.mutate()}>
                {t('settings.ping')}
              </Button>
            </div>
          )}
          {isAdministrator && neverLive && (
            <Link href={`/c/${encodeURIComponent(connection.name)}/setup`}>{t('overview.goOn')}</Link>
          )}
          {ping.data && <PingResult ping={ping.data} />}
          {ping.isError && <Failure error={ping.error} />}
          <Confirm opened={pausing} title={t(neverLive ? 'settings.resumeTitle' : 'settings.pauseTitle', { name: connection.name })} text={t(neverLive ? 'settings.resumeText' : 'settings.pauseText')} action={t(neverLive ? 'settings.resume' : 'settings.pause')} busy={pause.isPending} onConfirm={() => pause.mutate()} onClose={() => setPausing(false)} />
        </div>
      </Card>
      {isAdministrator && (
        <div className="grid two">
          <Card title={t('settings.walmart')}>
            {replacing ? (
              <CredentialForm
                label={t('setup.walmartConnect')}
                submit={(id, secret) => call('PUT', `${of(connection.name)}/walmart`, { client_id: id, client_secret: secret })}
                onCancel={() => setReplacing(false)}
                onDone={() => {
                  setReplacing(false);
                  tell.done(t('common.saved'));
                  again();
                }}
              />
            ) : (
              <div className="stack">
                <p className="small dim">{t(connection.walmart_connected ? 'settings.secretHint' : 'settings.noCredential')}</p>
                <div>
                  <Button variant="default" onClick={() => setReplacing(true)}>
                    {t(connection.walmart_connected ? 'settings.replace' : 'common.add')}
                  </Button>
                </div>
              </div>
            )}
          </Card>
          <Card title={t('settings.exact')}>
            <div className="stack">
              {connection.division !== null && <p className="small dim">{t('overview.division', { division: connection.division })}</p>}
              <ExactSignInProblem />
              {replacingApp ? (
                <CredentialForm
                  label={t('common.save')}
                  submit={(id, secret) => call('PUT', `${of(connection.name)}/exact`, { client_id: id, client_secret: secret })}
                  onCancel={() => setReplacingApp(false)}
                  onDone={() => {
                    setReplacingApp(false);
                    tell.done(t('settings.appStored'));
                    again();
                  }}
                />
              ) : (
                <div className="row">
                  <Button variant="default" loading={signIn.isPending} onClick={() => signIn.mutate()}>
                    {t('settings.signInExact')}
                  </Button>
                  <Button variant="default" onClick={() => setReplacingApp(true)}>
                    {t('setup.anotherApp')}
                  </Button>
                </div>
              )}
            </div>
          </Card>
        </div>
      )}
    </div>
  );
}

function RemoveConnection({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [, go] = useLocation();
  const [removing, setRemoving] = useState(false);
  const [typed, setTyped] = useState('');
  const [givenUp, setGivenUp] = useState(false);
  const found = useOverview().data?.connections.find((each) => each.name === connection.name);
  const open = found ? found.for_person + found.on_the_way : 0;
  const remove = useMutation({
    mutationFn: () => call('DELETE', `${of(connection.name)}${givenUp ? '?force=true' : ''}`),
    onSuccess: () => {
      void client.invalidateQueries();
      go('/');
    },
    onError: (error) => {
      tell.failed(error);
      // What was planned since the dialog was drawn has to be given up as well.
      void client.invalidateQueries({ queryKey: ['overview'] });
    },
  });
  return (
    <Card
      danger
      title={t('settings.remove')}
      text={t('settings.removeHint')}
      aside={
        <Button variant="outline" color="red" onClick={() => setRemoving(true)}>
          {t('settings.remove')}
        </Button>
      }
    >
      <Confirm
        opened={removing}
        title={t('settings.remove')}
        text={t('settings.removeText', { name: connection.name })}
        action={t('settings.remove')}
        busy={remove.isPending}
        disabled={typed !== connection.name || (open > 0 && !givenUp)}
        onConfirm={() => remove.mutate()}
        onClose={() => setRemoving(false)}
      >
        <TextInput label={t('settings.removeConfirm')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} data-autofocus />
        {open > 0 && <Checkbox label={t('settings.removeOpen', { n: open })} checked={givenUp} onChange={(event) => setGivenUp(event.currentTarget.checked)} />}
      </Confirm>
    </Card>
  );
}

export default function Settings({ connection: name }: { connection: string }) {
  const { t } = useTranslation();
  const isAdministrator = useMay('administrator');
  const connection = useQuery({ queryKey: ['connection', name], queryFn: () => get<Connection>(of(name)) });
  if (!connection.data) return <Unready title={t('settings.title')} error={connection.error} rows={12} retry={() => void connection.refetch()} />;
  return (
    <>
      <PageHead title={t('settings.title')} text={name} />
      <ReadOnly role="administrator" />
      <div className="stack">
        <ConnectionPart connection={connection.data} />
        <Accounting connection={connection.data} />
        {isAdministrator && <RemoveConnection connection={connection.data} />}
      </div>
    </>
  );
}
