import { useQueryClient, type Query } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { query } from './api';

interface Change {
  sequence: number;
  records: { action: string; connection: number; order: string; posting_key: string }[];
}

/** An answer comes at the latest after twenty seconds, also when nothing happened. */
const longestSilence = 40_000;
/** A server that starts anew is not lost. */
const patience = 5_000;

/** Asks for what is shown anew when something happened, at most twice a second; whether the line stands. */
export function useLiveChanges(onChange: (change: Change) => void): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  const told = useRef(onChange);
  told.current = onChange;
  useEffect(() => {
    let timer = 0;
    let last = 0;
    let lost = 0;
    let newest = 0;
    const isLive = { predicate: (query: Query) => query.meta?.live === true };
    const refresh = () => {
      // A slow answer is not thrown away for a newer one that would be as slow: then the page would never change.
      if (client.isFetching(isLive) > 0) {
        timer = window.setTimeout(refresh, 250);
        return;
      }
      timer = 0;
      last = Date.now();
      void client.invalidateQueries(isLive);
    };
    let source: EventSource;
    let failures = 0;
    let again = 0;
    const loseIn = (time: number) => {
      window.clearTimeout(lost);
      lost = window.setTimeout(() => setConnected(false), time);
    };
    const heard = () => {
      failures = 0;
      loseIn(longestSilence);
      setConnected(true);
    };
    const begin = () => {
      source = new EventSource('/api/v1/events' + (newest ? query({ after: newest }) : ''));
      source.onopen = heard;
      source.addEventListener('change', (event) => {
        heard();
        const change = JSON.parse((event as MessageEvent<string>).data) as Change;
        newest = change.sequence;
        if (change.records.length === 0) return;
        told.current(change);
        if (timer === 0) timer = window.setTimeout(refresh, Math.max(50, 500 - (Date.now() - last)));
      });
      source.onerror = () => {
        // Each answer ends the line and begins another: only one that ends without an answer is a loss.
        failures += 1;
        const isClosed = source.readyState === EventSource.CLOSED;
        if (failures === 2 || (isClosed && failures === 1)) loseIn(patience);
        if (!isClosed) return;
        // The browser gives up on an answer that is no event: the session has ended, or something between answered.
        void client.invalidateQueries({ queryKey: ['session'] });
        again = window.setTimeout(begin, 3_000);
      };
    };
    loseIn(longestSilence);
    begin();
    return () => {
      source.close();
      for (const each of [timer, lost, again]) window.clearTimeout(each);
    };
  }, [client]);
  return connected;
}
