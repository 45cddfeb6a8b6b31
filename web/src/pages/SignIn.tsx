import { Button, Modal, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { ApiError, post, useCsrf, type Caller } from '../api';
import { Failure } from '../components/states';
import { useTranslation } from '../i18n';

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="signin">
      <div className="card">
        <div className="brand">
          <img src="/icon.svg" alt="" />
          ml-connector
        </div>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

function SignInForm({ known = '', children }: { known?: string; children?: ReactNode }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(known);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codeNeeded, setCodeNeeded] = useState(false);
  const signIn = useMutation({
    mutationFn: () => post<Caller>('/session', { name, password, code: code || undefined }),
    onError: (error) => {
      setCode('');
      if (error instanceof ApiError && error.codeNeeded) setCodeNeeded(true);
    },
    onSuccess: (caller) => {
      useCsrf(caller.csrf);
      client.setQueryData(['session'], caller);
      // What was refused while nobody was signed in.
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput label={t('signIn.name')} autoComplete="username" required autoFocus={known === ''} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <PasswordInput label={t('signIn.password')} autoComplete="current-password" required data-autofocus={known !== '' || undefined} value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
      {codeNeeded && (
        <TextInput label={t('signIn.code')} description={t('signIn.codeHint')} inputMode="numeric" autoComplete="one-time-code" required autoFocus maxLength={6} value={code} onChange={(event) => setCode(event.currentTarget.value.replace(/\D/g, ''))} />
      )}
      {signIn.isError && !(signIn.error instanceof ApiError && signIn.error.codeNeeded) && <Failure error={signIn.error} />}
      <Button type="submit" loading={signIn.isPending}>
        {t('signIn.submit')}
      </Button>
      {children}
    </form>
  );
}

export function SignIn() {
  const { t } = useTranslation();
  return (
    <Frame title={t('signIn.title')}>
      <SignInForm>
        <p className="small dim">{t('signIn.first')}</p>
      </SignInForm>
    </Frame>
  );
}

/** Over the page, which keeps what was typed: only signing in leads on. */
export function SignInAgain({ name, opened }: { name: string; opened: boolean }) {
  const { t } = useTranslation();
  const stay = () => undefined;
  return (
    <Modal opened={opened} onClose={stay} title={t('signIn.ended')} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} zIndex={400}>
      <div className="stack">
        <p>{t('signIn.endedText')}</p>
        <SignInForm known={name} />
      </div>
    </Modal>
  );
}

/** The one-time link: its token stands behind the '#', which browsers keep to themselves. */
export function Invitation() {
  const { t, word } = useTranslation();
  const [token] = useState(() => window.location.hash.slice(1));
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const invited = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => post<{ name: string; role: string }>('/invitation', { token }),
  });
  const accept = useMutation({
    mutationFn: () => post<Caller>('/invitation/accept', { token, password }),
    onSuccess: () => window.location.replace('/'),
  });
  const different = again !== '' && again !== password;
  if (invited.isPending) return <div className="signin" role="status">{t('common.loading')}</div>;
  if (invited.isError) {
    return (
      <Frame title={t('invitation.invalid')}>
        <div className="stack">
          <Failure error={invited.error} />
          <a href="/">{t('signIn.title')}</a>
        </div>
      </Frame>
    );
  }
  return (
    <Frame title={t('invitation.title')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (password === again) accept.mutate();
        }}
      >
        <p className="dim">{t('invitation.text', { name: invited.data.name, role: word('role', invited.data.role) })}</p>
        <input type="hidden" autoComplete="username" value={invited.data.name} readOnly />
        <PasswordInput label={t('invitation.password')} description={t('invitation.hint')} autoComplete="new-password" required minLength={10} autoFocus value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
        <PasswordInput label={t('invitation.repeat')} autoComplete="new-password" required value={again} error={different ? t('invitation.different') : undefined} onChange={(event) => setAgain(event.currentTarget.value)} />
        {accept.isError && <Failure error={accept.error} />}
        <Button type="submit" loading={accept.isPending} disabled={different}>
          {t('invitation.submit')}
        </Button>
      </form>
    </Frame>
  );
}
