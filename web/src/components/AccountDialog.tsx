import { Button, Modal, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { encode } from 'uqr';
import { post } from '../api';
import { useTranslation } from '../i18n';
import { useCaller } from '../session';
import { useTell } from './dialogs';
import { Failure } from './states';

/** Drawn here: neither a picture from elsewhere nor an inlined one. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = useMemo(() => encode(text, { border: 0 }), [text]);
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} fill="#000" />
    </svg>
  );
}

function Password({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => post('/session/password', { present, next }),
    onSuccess: () => {
      tell.done(t('password.changed'));
      onDone();
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <h3 className="part">{t('shell.password')}</h3>
      <PasswordInput label={t('password.present')} autoComplete="current-password" required value={present} onChange={(event) => setPresent(event.currentTarget.value)} />
      <PasswordInput label={t('invitation.password')} description={t('invitation.hint')} autoComplete="new-password" required minLength={10} value={next} onChange={(event) => setNext(event.currentTarget.value)} />
      {change.isError && <Failure error={change.error} />}
      <div className="row end">
        <Button type="submit" loading={change.isPending}>
          {t('shell.password')}
        </Button>
      </div>
    </form>
  );
}

function SecondFactor() {
  const { t } = useTranslation();
  const caller = useCaller();
  const tell = useTell();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const again = () => {
    setCode('');
    void client.invalidateQueries({ queryKey: ['session'] });
  };
  const begin = useMutation({ mutationFn: () => post<{ secret: string; address: string }>('/session/second-factor') });
  const confirm = useMutation({
    mutationFn: () => post('/session/second-factor/confirm', { code }),
    onSuccess: () => {
      tell.done(t('factor.on'));
      begin.reset();
      again();
    },
  });
  const end = useMutation({
    mutationFn: () => post('/session/second-factor/end', { code }),
    onSuccess: () => {
      tell.done(t('factor.off'));
      again();
    },
  });
  const active = caller.second_factor === true;
  const act = active ? end : confirm;
  return (
    <div className="stack">
      <h3 className="part">{t('factor.title')}</h3>
      <p className="dim small">{t(active ? 'factor.activeText' : 'factor.text')}</p>
      {begin.isError && <Failure error={begin.error} />}
      {!active && !begin.data && (
        <div>
          <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
            {t('factor.begin')}
          </Button>
        </div>
      )}
      {!active && begin.data && (
        <div className="row" style={{ alignItems: 'flex-start' }}>
          <QrCode text={begin.data.address} label={t('factor.qr')} />
          <div className="grow stack">
            <p className="small">{t('factor.scan')}</p>
            <TextInput label={t('factor.secret')} value={begin.data.secret} readOnly classNames={{ input: 'mono' }} onFocus={(event) => event.currentTarget.select()} />
          </div>
        </div>
      )}
      {(active || begin.data) && (
        <form
          className="row bottom"
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate();
          }}
        >
          <TextInput className="grow" label={t('signIn.code')} inputMode="numeric" autoComplete="one-time-code" required maxLength={6} value={code} onChange={(event) => setCode(event.currentTarget.value.replace(/\D/g, ''))} />
          <Button type="submit" color={active ? 'red' : undefined} loading={act.isPending} disabled={code.length !== 6}>
            {t(active ? 'factor.end' : 'factor.confirm')}
          </Button>
        </form>
      )}
      {act.isError && <Failure error={act.error} />}
    </div>
  );
}

/** What concerns the signed-in person alone. */
export function AccountDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('shell.account')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="stack" style={{ gap: 28 }}>
        <SecondFactor />
        <Password onDone={onClose} />
      </div>
    </Modal>
  );
}
