import { Badge, Button, Modal, Select, TextInput } from '@mantine/core';
import { IconCopy, IconKey, IconUserPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call, get, post, type Role, type Token, type User } from '../api';
import { Card } from '../components/Card';
import { Confirm, useTell } from '../components/dialogs';
import { Empty, Failure, Loading, PageHead } from '../components/states';
import { Table } from '../components/Table';
import { dateTime } from '../format';
import { useTranslation, type Key } from '../i18n';
import { useCaller } from '../session';

const roles: Role[] = ['viewer', 'operator', 'administrator'];

/** Something that is shown once, to be copied: only its own button closes it. */
function Secret({ title, text, value, onClose }: { title: string; text: string; value: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const field = useRef<HTMLInputElement>(null);
  const [notCopied, setNotCopied] = useState<string | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value ?? '');
      tell.done(t('common.copied'));
    } catch {
      // Browsers have no clipboard for pages of plain HTTP, and a person can forbid it.
      field.current?.select();
      setNotCopied(value);
    }
  };
  return (
    <Modal opened={value !== null} onClose={onClose} title={title} size="lg" closeOnClickOutside={false} closeOnEscape={false} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="stack">
        <p>{text}</p>
        <TextInput ref={field} aria-label={title} value={value ?? ''} readOnly className="mono" data-autofocus onFocus={(event) => event.currentTarget.select()} />
        {notCopied !== null && notCopied === value && (
          <p className="banner" role="status">
            {t('common.notCopied')}
          </p>
        )}
        <div className="row end">
          <Button leftSection={<IconCopy size={17} aria-hidden />} onClick={() => void copy()}>
            {t('common.copy')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function useRoleOptions() {
  const { t, word } = useTranslation();
  return roles.map((role) => ({ value: role, label: `${word('role', role)}: ${t(`role.${role}.text` as Key)}` }));
}

function AddDialog({ opened, title, nameLabel, scopeLabel, onClose, submit }: { opened: boolean; title: string; nameLabel: string; scopeLabel: string; onClose: () => void; submit: (name: string, role: Role) => Promise<void> }) {
  const { t } = useTranslation();
  const options = useRoleOptions();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useMutation({
    mutationFn: () => submit(name, role),
    onSuccess: () => {
      setName('');
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <TextInput label={nameLabel} required value={name} data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
        <Select label={scopeLabel} data={options} value={role} allowDeselect={false} onChange={(value) => value && setRole(value as Role)} />
        {add.isError && <Failure error={add.error} />}
        <div className="row end">
          <Button type="submit" loading={add.isPending}>
            {t('common.add')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function UserRow({ user, onLink, onRemove }: { user: User; onLink: (name: string, link: string) => void; onRemove: () => void }) {
  const { t, word } = useTranslation();
  const caller = useCaller();
  const tell = useTell();
  const client = useQueryClient();
  const at = `/users/${encodeURIComponent(user.name)}`;
  const change = useMutation({
    mutationFn: (body: { role?: Role; disabled?: boolean }) => call('PATCH', at, body),
    onSettled: () => void client.invalidateQueries({ queryKey: ['users'] }),
    onError: tell.failed,
  });
  const invite = useMutation({
    mutationFn: () => post<{ link: string }>(`${at}/invitation`),
    onSuccess: ({ link }) => onLink(user.name, link),
    onError: tell.failed,
  });
  const reset = useMutation({
    mutationFn: () => call('DELETE', `${at}/second-factor`),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['users'] }),
    onError: tell.failed,
  });
  const [color, state] = user.disabled ? (['red', 'users.locked'] as const) : user.has_password ? (['green', 'users.active'] as const) : user.invited_until ? (['blue', 'users.invited'] as const) : (['gray', 'users.noPassword'] as const);
  const isMe = user.name === caller.name;
  const [asking, setAsking] = useState<'lock' | 'factor' | null>(null);
  const asked = { onSuccess: () => setAsking(null) };
  const [role, setRole] = useState<Role | null>(null);
  return (
    <tr>
      <th scope="row" className="wrap" style={{ color: 'inherit', fontSize: 'inherit' }}>
        {user.name}
      </th>
      <td>
        {isMe ? word('role', user.role) : <Select aria-label={`${t('users.role')}: ${user.name}`} size="xs" w={150} data={roles.map((role) => ({ value: role, label: word('role', role) }))} value={user.role} allowDeselect={false} onChange={(role) => role && role !== user.role && setRole(role as Role)} />}
      </td>
      <td>
        <Badge variant="light" tt="none" radius="sm" color={color}>
          {t(state)}
        </Badge>
        {user.second_factor && <div className="small dim">{t('users.secondFactor')}</div>}
      </td>
      <td className="nowrap">{user.signed_in_at ? dateTime(user.signed_in_at) : t('common.never')}</td>
      <td>
        <div className="row end" role="group" aria-label={t('users.actions', { name: user.name })}>
          <Button size="xs" variant="default" loading={invite.isPending} onClick={() => invite.mutate()}>
            {t('users.newLink')}
          </Button>
          {!isMe && (
            <>
              {user.second_factor && (
                <Button size="xs" variant="default" onClick={() => setAsking('factor')}>
                  {t('users.resetFactor')}
                </Button>
              )}
              <Button size="xs" variant="default" onClick={() => (user.disabled ? change.mutate({ disabled: false }) : setAsking('lock'))}>
                {t(user.disabled ? 'users.unlock' : 'users.lock')}
              </Button>
              <Button size="xs" variant="outline" color="red" onClick={onRemove}>
                {t('common.remove')}
              </Button>
            </>
          )}
        </div>
        <Confirm
          opened={asking !== null}
          title={t(asking === 'factor' ? 'users.resetFactor' : 'users.lock')}
          text={t(asking === 'factor' ? 'users.resetFactorText' : 'users.lockText', { name: user.name })}
          action={t(asking === 'factor' ? 'users.resetFactor' : 'users.lock')}
          busy={change.isPending || reset.isPending}
          onConfirm={() => (asking === 'factor' ? reset.mutate(undefined, asked) : change.mutate({ disabled: true }, asked))}
          onClose={() => setAsking(null)}
        />
        <Confirm
          opened={role !== null}
          title={t('users.roleTitle')}
          text={t('users.roleText', { name: user.name, role: word('role', role ?? user.role), what: t(`role.${role ?? user.role}.text` as Key) })}
          action={t('users.roleTitle')}
          busy={change.isPending}
          onConfirm={() => role && change.mutate({ role }, { onSuccess: () => setRole(null) })}
          onClose={() => setRole(null)}
        />
      </td>
    </tr>
  );
}

function Tokens() {
  const { t, word } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const [withdrawn, setWithdrawn] = useState<Token | null>(null);
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => get<{ tokens: Token[] }>('/tokens') });
  const again = () => client.invalidateQueries({ queryKey: ['tokens'] });
  const withdraw = useMutation({
    mutationFn: (token: Token) => call('DELETE', `/tokens/${token.id}`),
    onSuccess: () => {
      setWithdrawn(null);
      void again();
    },
    onError: tell.failed,
  });
  return (
    <Card
      title={t('users.tokens')}
      text={t('users.tokensText')}
      aside={
        <Button variant="default" leftSection={<IconKey size={17} aria-hidden />} onClick={() => setAdding(true)}>
          {t('users.addToken')}
        </Button>
      }
    >
      {tokens.isError && <Failure error={tokens.error} retry={() => void tokens.refetch()} />}
      {tokens.data?.tokens.length === 0 && <p className="dim">{t('users.noTokens')}</p>}
      {tokens.data && tokens.data.tokens.length > 0 && (
        <Table tight columns={[t('users.tokenName'), t('users.scope'), t('users.lastUsed'), { label: t('users.actionsColumn'), hidden: true }]}>
          {tokens.data.tokens.map((token) => (
            <tr key={token.id}>
              <td className="wrap">{token.name}</td>
              <td>{word('role', token.scope)}</td>
              <td>{token.used_at ? dateTime(token.used_at) : t('common.never')}</td>
              <td className="number">
                <Button size="xs" variant="outline" color="red" onClick={() => setWithdrawn(token)}>
                  {t('users.withdraw')}
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <AddDialog
        opened={adding}
        title={t('users.addToken')}
        nameLabel={t('users.tokenName')}
        scopeLabel={t('users.scope')}
        onClose={() => setAdding(false)}
        submit={async (name, scope) => {
          const made = await post<{ token: string }>('/tokens', { name, scope });
          setShown(made.token);
          void again();
        }}
      />
      <Secret title={t('users.tokenTitle')} text={t('users.tokenText')} value={shown} onClose={() => setShown(null)} />
      <Confirm
        opened={withdrawn !== null}
        title={t('users.withdraw')}
        text={t('users.withdrawText', { name: withdrawn?.name ?? '' })}
        action={t('users.withdraw')}
        busy={withdraw.isPending}
        onConfirm={() => withdrawn && withdraw.mutate(withdrawn)}
        onClose={() => setWithdrawn(null)}
      />
    </Card>
  );
}

export default function Users() {
  const { t } = useTranslation();
  const tell = useTell();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<{ name: string; link: string } | null>(null);
  const [removed, setRemoved] = useState<User | null>(null);
  const users = useQuery({ queryKey: ['users'], queryFn: () => get<{ users: User[] }>('/users') });
  const remove = useMutation({
    mutationFn: (user: User) => call('DELETE', `/users/${encodeURIComponent(user.name)}`),
    onSuccess: () => {
      setRemoved(null);
      void client.invalidateQueries({ queryKey: ['users'] });
    },
    onError: tell.failed,
  });
  return (
    <>
      <PageHead title={t('users.title')}>
        <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => setAdding(true)}>
          {t('users.add')}
        </Button>
      </PageHead>
      {users.isPending && <Loading />}
      {users.isError && <Failure error={users.error} retry={() => void users.refetch()} />}
      {users.data && users.data.users.length === 0 && <Empty title={t('common.none')} />}
      {users.data && (
        <div className="card flush" style={{ marginBottom: 16 }}>
          <Table caption={t('users.title')} columns={[t('users.name'), t('users.role'), t('users.status'), t('users.lastSignIn'), { label: t('users.actionsColumn'), hidden: true }]}>
            {users.data.users.map((user) => (
              <UserRow key={user.name} user={user} onLink={(name, made) => setLink({ name, link: made })} onRemove={() => setRemoved(user)} />
            ))}
          </Table>
        </div>
      )}
      <Tokens />
      <AddDialog
        opened={adding}
        title={t('users.add')}
        nameLabel={t('users.name')}
        scopeLabel={t('users.role')}
        onClose={() => setAdding(false)}
        submit={async (name, role) => {
          const made = await post<{ link: string }>('/users', { name, role });
          setLink({ name, link: made.link });
          void client.invalidateQueries({ queryKey: ['users'] });
        }}
      />
      <Secret title={t('users.linkTitle', { name: link?.name ?? '' })} text={t('users.linkText', { name: link?.name ?? '' })} value={link?.link ?? null} onClose={() => setLink(null)} />
      <Confirm
        opened={removed !== null}
        title={t('users.removeTitle', { name: removed?.name ?? '' })}
        text={t('users.removeText', { name: removed?.name ?? '' })}
        action={t('common.remove')}
        busy={remove.isPending}
        onConfirm={() => removed && remove.mutate(removed)}
        onClose={() => setRemoved(null)}
      />
    </>
  );
}
