import { useIsMutating } from '@tanstack/react-query';
import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { useTranslation } from './i18n';
import { leave } from './leaving';
import { Empty, Failure, Loading, PageHead } from './components/states';
import type { Caller } from './api';
import { CallerContext, useSession } from './session';
import { Shell, signingOut } from './shell';
import { fetched, PageBoundary } from './pageParts';
import { Overview } from './pages/Overview';
import { Orders } from './pages/Orders';
import { Invitation, SignIn, SignInAgain } from './pages/SignIn';

const OrderPage = fetched(() => import('./pages/Order'));
const DayPage = fetched(() => import('./pages/Day'));
const ToDo = fetched(() => import('./pages/ToDo'));
const Mappings = fetched(() => import('./pages/Mappings'));
const Inventory = fetched(() => import('./pages/Inventory'));
const Prices = fetched(() => import('./pages/Prices'));
const Settlements = fetched(() => import('./pages/Settlements'));
const SettlementPage = fetched(() => import('./pages/Settlement'));
const Reconciliation = fetched(() => import('./pages/Reconciliation'));
const Audit = fetched(() => import('./pages/Audit'));
const Settings = fetched(() => import('./pages/Settings'));
const Users = fetched(() => import('./pages/Users'));
const Setup = fetched(() => import('./pages/Setup'));

function NotHere() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('error.noPage')} />
      <div className="card">
        <Empty title={t('error.noPageText')}>
          <Link href="/">{t('nav.overview')}</Link>
        </Empty>
      </div>
    </>
  );
}

/** The page of the address, while it is on its way and when it cannot be shown. */
function Page({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  return (
    <PageBoundary path={path}>
      <Suspense fallback={<Loading />}>{children}</Suspense>
    </PageBoundary>
  );
}

/** Whose pages are shown: who is signed in, or was when the session ended. Another one gets nothing of what is here. */
function useShownTo(present: Caller | undefined): Caller | null {
  const last = useRef<Caller | null>(null);
  const first = useRef<string | null>(null);
  if (present?.name) last.current = present;
  const name = last.current?.name ?? null;
  useEffect(() => {
    if (first.current === null) first.current = name;
    else if (first.current !== name) window.location.reload();
  }, [name]);
  return last.current;
}

export function App() {
  const session = useSession();
  const { t } = useTranslation();
  const caller = useShownTo(session.data);
  const isSigningOut = useIsMutating({ mutationKey: signingOut }) > 0;
  if (window.location.pathname === '/invitation') return <Invitation />;
  if (session.isPending) return <div className="signin" role="status">{t('common.loading')}</div>;
  // Who is signed in is known: a lost line is no reason to take the page away.
  if (session.isError && !session.data) {
    return (
      <main className="signin">
        <Failure error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  }
  if (!caller) return <SignIn />;
  return (
    <CallerContext.Provider value={caller} key={caller.name}>
      <Router aroundNav={(navigate, to, options) => leave(() => navigate(to, options))}>
        <Shell>
          <Page>
            <Switch>
              <Route path="/" component={Overview} />
              <Route path="/audit" component={Audit} />
              <Route path="/users" component={Users} />
              <Route path="/setup">{() => <Setup connection={null} />}</Route>
              <Route path="/c/:connection/setup">{(at) => <Setup key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/orders">{(at) => <Orders key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/orders/:order">
                {(at) => <OrderPage key={at.order} connection={at.connection} order={at.order} />}
              </Route>
              <Route path="/c/:connection/days/:day">{(at) => <DayPage key={at.day} connection={at.connection} day={at.day} />}</Route>
              <Route path="/c/:connection/todo">{(at) => <ToDo key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/mappings">{(at) => <Mappings key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/inventory">{(at) => <Inventory key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/prices">{(at) => <Prices key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/settlements">{(at) => <Settlements key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/settlements/:payout">{(at) => <SettlementPage key={at.payout} connection={at.connection} payout={at.payout} />}</Route>
              <Route path="/c/:connection/reconciliation">{(at) => <Reconciliation key={at.connection} connection={at.connection} />}</Route>
              <Route path="/c/:connection/settings">{(at) => <Settings key={at.connection} connection={at.connection} />}</Route>
              <Route component={NotHere} />
            </Switch>
          </Page>
        </Shell>
      </Router>
      <SignInAgain name={caller.name ?? ''} opened={!session.data.name && !isSigningOut} />
    </CallerContext.Provider>
  );
}
