import { ActionIcon, Badge, Select, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconAdjustments, IconArrowsLeftRight, IconChecklist, IconHistory, IconLayoutDashboard, IconLogout, IconMenu2, IconMoon, IconPackage, IconReportMoney, IconSun, IconTag, IconBuildingWarehouse, IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { call, get, type Overview } from './api';
import { AccountDialog } from './components/AccountDialog';
import { useTranslation, type Language } from './i18n';
import { LeaveQuestion } from './leaving';
import { useLiveChanges } from './live';
import { useCaller, useMay } from './session';

export const overviewQuery = { queryKey: ['overview'], queryFn: () => get<Overview>('/overview'), meta: { live: true } };

const remembered = 'connection';

/** The connection of the address, or the one looked at last. */
export function useConnection(names: string[]): string | null {
  const [path] = useLocation();
  const named = /^\/c\/([^/]+)/.exec(path)?.[1];
  const name = named ? decodeURIComponent(named) : sessionStorage.getItem(remembered);
  if (name && names.includes(name)) {
    sessionStorage.setItem(remembered, name);
    return name;
  }
  return names[0] ?? null;
}

function NavigationLink({ href, icon, children, count }: { href: string; icon: ReactNode; children: ReactNode; count?: number }) {
  const [path] = useLocation();
  const current = href === '/' ? path === '/' : path === href || path.startsWith(href + '/');
  return (
    <li>
      <Link href={href} aria-current={current ? 'page' : undefined}>
        {icon}
        {children}
        {count ? (
          <Badge className="count" size="sm" color="yellow" variant="light" data-testid="todo-count">
            {count > 999 ? '999+' : count}
          </Badge>
        ) : null}
      </Link>
    </li>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const { t, word, language, setLanguage } = useTranslation();
  const caller = useCaller();
  const isAdministrator = useMay('administrator');
  const client = useQueryClient();
  const [path, go] = useLocation();
  const [open, setOpen] = useState(false);
  const [account, setAccount] = useState(false);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const overview = useQuery(overviewQuery);
  const connected = useLiveChanges(() => undefined);
  const connections = overview.data?.connections ?? [];
  const name = useConnection(connections.map((connection) => connection.name));
  const chosen = connections.find((connection) => connection.name === name);
  const held = chosen?.for_person ?? 0;
  const at = name ? `/c/${encodeURIComponent(name)}` : null;
  const signOut = useMutation({
    mutationFn: () => call('DELETE', '/session'),
    onSettled: () => {
      client.clear();
      window.location.assign('/');
    },
  });
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('nav.skip')}
      </a>
      <div className={open ? 'side open' : 'side'} role="region" aria-label="ml-connector">
        <div className="row">
          <Link href="/" className="brand">
            <img src="/icon.svg" alt="" />
            ml-connector
          </Link>
          <ActionIcon className="menubutton" variant="default" size="lg" aria-label={t('nav.menu')} aria-expanded={open} onClick={() => setOpen(!open)}>
            <IconMenu2 size={20} />
          </ActionIcon>
        </div>
        <div className="collapsible">
          {connections.length > 1 && (
            <Select
              label={t('nav.connection')}
              data={connections.map((connection) => connection.name)}
              value={name}
              allowDeselect={false}
              onChange={(next) => next && go(`/c/${encodeURIComponent(next)}/orders`)}
            />
          )}
          <nav aria-label={t('nav.main')} onClick={() => setOpen(false)}>
            <ul className="nav">
              <NavigationLink href="/" icon={<IconLayoutDashboard size={20} aria-hidden />}>
                {t('nav.overview')}
              </NavigationLink>
              {at && (
                <>
                  <NavigationLink href={`${at}/orders`} icon={<IconPackage size={20} aria-hidden />}>
                    {t('nav.orders')}
                  </NavigationLink>
                  <NavigationLink href={`${at}/todo`} icon={<IconChecklist size={20} aria-hidden />} count={held}>
                    {t('nav.todo')}
                  </NavigationLink>
                  <NavigationLink href={`${at}/mappings`} icon={<IconArrowsLeftRight size={20} aria-hidden />}>
                    {t('nav.mappings')}
                  </NavigationLink>
                  <NavigationLink href={`${at}/inventory`} icon={<IconBuildingWarehouse size={20} aria-hidden />}>
                    {t('nav.inventory')}
                  </NavigationLink>
                  <NavigationLink href={`${at}/prices`} icon={<IconTag size={20} aria-hidden />}>
                    {t('nav.prices')}
                  </NavigationLink>
                  <NavigationLink href={`${at}/settlements`} icon={<IconReportMoney size={20} aria-hidden />}>
                    {t('nav.settlements')}
                  </NavigationLink>
                  <NavigationLink href={`${at}/settings`} icon={<IconAdjustments size={20} aria-hidden />}>
                    {t('nav.settings')}
                  </NavigationLink>
                </>
              )}
              <NavigationLink href="/audit" icon={<IconHistory size={20} aria-hidden />}>
                {t('nav.audit')}
              </NavigationLink>
              {isAdministrator && (
                <NavigationLink href="/users" icon={<IconUsers size={20} aria-hidden />}>
                  {t('nav.users')}
                </NavigationLink>
              )}
            </ul>
          </nav>
          <div className="foot">
            <div className="row">
              <Select
                aria-label={t('shell.language')}
                className="grow"
                size="xs"
                data={[
                  { value: 'en', label: 'English' },
                  { value: 'nl', label: 'Nederlands' },
                ]}
                value={language}
                allowDeselect={false}
                onChange={(next) => next && setLanguage(next as Language)}
              />
              <ActionIcon variant="default" size={30} aria-label={t('shell.theme')} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>
                {scheme === 'dark' ? <IconSun size={17} /> : <IconMoon size={17} />}
              </ActionIcon>
            </div>
            <div className="row between">
              <div className="small wrap">
                <button type="button" className="plain" onClick={() => setAccount(true)} title={t('shell.account')}>
                  <strong>{caller.name}</strong>
                </button>
                <div className="dim">{word('role', caller.role)}</div>
              </div>
              <ActionIcon variant="default" size={30} aria-label={t('shell.signOut')} onClick={() => signOut.mutate()}>
                <IconLogout size={17} />
              </ActionIcon>
            </div>
          </div>
        </div>
      </div>
      <main className="main" id="content" tabIndex={-1}>
        {!connected && (
          <div className="banner" role="status">
            {t('shell.disconnected')}
          </div>
        )}
        {chosen?.paused && path.startsWith('/c/') && !path.endsWith('/setup') && !path.endsWith('/settings') && (
          <div className="banner row between" role="status">
            <span>{t('overview.pausedText', { name: chosen.name })}</span>
            <Link href={`${at}/settings`}>{t('nav.settings')}</Link>
          </div>
        )}
        {children}
      </main>
      <LeaveQuestion />
      <AccountDialog opened={account} onClose={() => setAccount(false)} />
    </div>
  );
}
