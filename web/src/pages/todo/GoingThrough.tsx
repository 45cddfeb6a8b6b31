import { CloseButton } from '@mantine/core';
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get, of, query, type Group } from '../../api';
import { Meter } from '../../components/Meter';
import { count } from '../../format';
import { useTranslation } from '../../i18n';
import { placeOf } from '../../postings';

/** What a mended cause let go. */
export interface Release {
  id: number;
  title: string;
  keys: string[];
  samples: Group['samples'];
}

const openStates = ['held', 'planned', 'sending', 'retry'];
const listed = 500;

/** What is held still after so long was not let go: another cause holds it. */
const releasedWithin = 8_000;

interface Open {
  /** The state of all that is not in Exact yet, by key. */
  states: Map<string, string>;
  at: number;
}

/** Null when they are too many to say. */
async function openPostings(connection: string): Promise<Open | null> {
  const at = Date.now();
  const answers = await Promise.all(openStates.map((state) => get<{ postings: { key: string }[]; next: string | null }>(`${of(connection)}/postings${query({ state, limit: listed })}`)));
  if (answers.some((answer) => answer.next !== null)) return null;
  return { states: new Map(answers.flatMap((answer, index) => answer.postings.map((posting): [string, string] => [posting.key, openStates[index]]))), at };
}

function Progress({ connection, release, open, onClose }: { connection: string; release: Release; open: Open | null; onClose: () => void }) {
  const { t } = useTranslation();
  const all = release.keys.length;
  const done = open === null ? 0 : release.keys.filter((key) => !open.states.has(key)).length;
  const heldAgain = open === null || open.at < release.id + releasedWithin ? 0 : release.keys.filter((key) => open.states.get(key) === 'held').length;
  const finished = open !== null && done === all;
  return (
    <div className={finished ? 'hero' : heldAgain > 0 ? 'hero attention' : 'hero busy'} data-testid="going-through">
      {finished ? <IconCircleCheck className="mark" size={32} aria-hidden /> : <IconRefresh className="mark" size={32} aria-hidden />}
      <div className="grow stack" style={{ gap: 6 }}>
        <div className="row between">
          <strong className="wrap">{release.title}</strong>
          <span role="status">{finished ? t('todo.done', { n: count(all) }) : open === null ? t('todo.goingMany') : t('todo.going', { done: count(done), all: count(all) })}</span>
        </div>
        <Meter part={all > 0 ? done / all : 1} good />
        {heldAgain > 0 && <p className="small">{t('todo.heldAgain', { n: heldAgain })}</p>}
        <div className="row small">
          {release.samples.map((sample) => {
            const place = placeOf(connection, sample.key, sample.source);
            return (
              place && (
                <Link key={sample.key} href={place} className="mono">
                  {sample.source}
                </Link>
              )
            );
          })}
        </div>
      </div>
      <CloseButton aria-label={t('common.close')} onClick={onClose} />
    </div>
  );
}

/** What was released, on its way: asked for anew with every event of the server until all of it arrived. */
export function GoingThrough({ connection, releases, onClose }: { connection: string; releases: Release[]; onClose: (id: number) => void }) {
  const open = useQuery({
    // A list of before this release would say that all of it arrived.
    queryKey: ['open-postings', connection, releases[0].id],
    queryFn: () => openPostings(connection),
    refetchInterval: 5_000,
    meta: { live: true },
  });
  return (
    <div className="stack" style={{ marginBottom: 16 }}>
      {releases.map((release) => (
        <Progress key={release.id} connection={connection} release={release} open={open.data ?? null} onClose={() => onClose(release.id)} />
      ))}
    </div>
  );
}
