import { ActionIcon, Badge, Select, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconAdjustments, IconArrowsLeftRight, IconChecklist, IconHistory, IconLayoutDashboard, IconLogout, IconMenu2, IconMoon, IconPackage, IconReportMoney, IconScale, IconSun, IconTag, IconBuildingWarehouse, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { call, get, query, type Overview } from './api';
import { AccountDialog } from './components/AccountDialog';
import { useTranslation, type Language } from './i18n';
import { LeaveQuestion } from './leaving';
import { useLiveChanges } from './live';
import { useCaller, useMay } from './session';

/** So many connections are listed unless more are asked for. */
export const mostListed = 24;

/** While this goes on, an ended session is what was asked for. */
export const signingOut = ['sign-out'];

const remembered = 'connection';

/** The connection of the address, or the one looked at last, whether or not there is one. */
function useNamed(): string {
  const [path] = useLocation();
  const named = /^\/c\/([^/]+)/.exec(path)?.[1];
  return named ? decodeURIComponent(named) : (sessionStorage.getItem(remembered) ?? '');
}

/** What all pages know of the connections. The one of the address is listed whatever is searched. */
export function useOverview({ search = '', limit = mostListed, refetchInterval }: { search?: string; limit?: number; refetchInterval?: number } = {}) {
  const connection = useNamed();
  return useQuery({
    queryKey: ['overview', connection, search, limit],
    queryFn: () => get<Overview>(`/overview${query({ connection, search, limit })}`),
    placeholderData: keepPreviousData,
    meta: { live: true },
    refetchInterval,
  });
}

/** The connection that the pages are of: the one of the address or looked at last, or the first there is. */
function useChosen(overview: Overview | undefined) {
  const named = useNamed();
  const names = overview?.names ?? [];
  const name = names.some((each) => each.name === named) ? named : (names[0]?.name ?? null);
  if (name) sessionStorage.setItem(remembered, name);
  return { name, chosen: overview?.connections.find((connection) => connection.name === name) };
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
  const overview = useOverview();
  const connected = useLiveChanges(() => undefined);
  const names = overview.data?.names ?? [];
  const { name, chosen } = useChosen(overview.data);
  const held = chosen?.for_person ?? 0;
  const at = name ? `/c/${encodeURIComponent(name)}` : null;
  const signOut = useMutation({
    mutationKey: signingOut,
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
          {names.length > 1 && (
            <Select
              label={t('nav.connection')}
              data={names.map((each) => each.name)}
              searchable={names.length > mostListed}
              limit={mostListed * 4}
              nothingFoundMessage={t('overview.noneFound')}
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
                  <NavigationLink href={`${at}/reconciliation`} icon={<IconScale size={20} aria-hidden />}>
                    {t('nav.reconciliation')}
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
