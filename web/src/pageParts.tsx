import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Component, lazy, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react';
import { PageHead } from './components/states';
import { useTranslation } from './i18n';

/** A part of the console that did not come: the line was lost, or a newer program has another of its name. */
class NotFetched extends Error {}

const secondTryAfter = 700;
const reloadedFor = 'reloaded';

/** Whether the server answers, so that a reload does not leave the browser's own error page behind. */
const serverAnswers = async () => (await fetch('/', { cache: 'no-store' }).catch(() => null))?.ok === true;

/** Asks twice. What an answering server still does not have is a part of an older program: then the page is loaded anew, once. */
async function fetchPart<Part>(load: () => Promise<Part>): Promise<Part> {
  const later = () => new Promise((done) => setTimeout(done, secondTryAfter)).then(load);
  try {
    const part = await load().catch(later);
    sessionStorage.removeItem(reloadedFor);
    return part;
  } catch (error) {
    if (sessionStorage.getItem(reloadedFor) !== import.meta.url && (await serverAnswers())) {
      sessionStorage.setItem(reloadedFor, import.meta.url);
      window.location.reload();
    }
    throw new NotFetched(String(error));
  }
}

/** How often somebody asked for what did not come; a part that failed is fetched again only when asked for again. */
let asked = 0;

/** A page that is fetched when it is shown first. */
export function fetched<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
  let failedAt: number | null = null;
  const begin = () =>
    lazy(() =>
      fetchPart(load).catch((error) => {
        failedAt = asked;
        throw error;
      }),
    );
  let Page: LazyExoticComponent<ComponentType<Props>> = begin();
  return function Fetched(props: Props) {
    if (failedAt !== null && failedAt !== asked) {
      failedAt = null;
      Page = begin();
    }
    return <Page {...props} />;
  };
}

function NotShown({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('error.notShown')} />
      <Alert color="red" title={t('error.title')} icon={<IconAlertTriangle aria-hidden />} role="alert">
        <p>{t(error instanceof NotFetched ? 'error.notFetched' : 'error.broken')}</p>
        <Button size="xs" variant="default" onClick={again}>
          {t('common.retry')}
        </Button>
      </Alert>
    </>
  );
}

interface Props {
  /** Another page is shown afresh. */
  path: string;
  children: ReactNode;
}

/** Says that a page could not be shown, in its place: all around it goes on. */
export class PageBoundary extends Component<Props, { error: unknown }> {
  state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  componentDidUpdate(before: Props) {
    if (before.path !== this.props.path && this.state.error !== null) this.again();
  }
  again = () => {
    asked += 1;
    this.setState({ error: null });
  };
  render() {
    return this.state.error === null ? this.props.children : <NotShown error={this.state.error} again={this.again} />;
  }
}
