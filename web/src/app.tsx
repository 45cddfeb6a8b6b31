import { lazy, Suspense } from 'react';
import { Link, Route, Router, Switch } from 'wouter';
import { useTranslation } from './i18n';
import { leave } from './leaving';
import { Empty, Failure, Loading, PageHead } from './components/states';
import { CallerContext, useSession } from './session';
import { Shell } from './shell';
import { Overview } from './pages/Overview';
import { Orders } from './pages/Orders';
import { Invitation, SignIn } from './pages/SignIn';

const OrderPage = lazy(() => import('./pages/Order'));
const DayPage = lazy(() => import('./pages/Day'));
const ToDo = lazy(() => import('./pages/ToDo'));
const Mappings = lazy(() => import('./pages/Mappings'));
const Inventory = lazy(() => import('./pages/Inventory'));
const Prices = lazy(() => import('./pages/Prices'));
const Settlements = lazy(() => import('./pages/Settlements'));
const SettlementPage = lazy(() => import('./pages/Settlement'));
const Reconciliation = lazy(() => import('./pages/Reconciliation'));
const Audit = lazy(() => import('./pages/Audit'));
const Settings = lazy(() => import('./pages/Settings'));
const Users = lazy(() => import('./pages/Users'));
const Setup = lazy(() => import('./pages/Setup'));

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

export function App() {
  const session = useSession();
  const { t } = useTranslation();
  if (window.location.pathname === '/invitation') return <Invitation />;
  if (session.isPending) return <div className="signin" role="status">{t('common.loading')}</div>;
  if (session.isError) {
    return (
      <main className="signin">
        <Failure error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  }
  if (!session.data.name) return <SignIn />;
  return (
    <CallerContext.Provider value={session.data}>
      <Router aroundNav={(navigate, to, options) => leave(() => navigate(to, options))}>
        <Shell>
          <Suspense fallback={<Loading />}>
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
          </Suspense>
        </Shell>
      </Router>
    </CallerContext.Provider>
  );
}
