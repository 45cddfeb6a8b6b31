import { useQueryClient, type Query } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

interface Change {
  sequence: number;
  records: { action: string; connection: number; order: string; posting_key: string }[];
}

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
    const source = new EventSource('/api/v1/events');
    source.addEventListener('change', (event) => {
      window.clearTimeout(lost);
      setConnected(true);
      const change = JSON.parse((event as MessageEvent<string>).data) as Change;
      if (change.records.length === 0) return;
      told.current(change);
      if (timer === 0) timer = window.setTimeout(refresh, Math.max(50, 500 - (Date.now() - last)));
    });
    // Each answer ends the line and begins another: only a longer silence is a loss.
    source.onerror = () => {
      window.clearTimeout(lost);
      lost = window.setTimeout(() => setConnected(false), 5000);
      if (source.readyState === EventSource.CLOSED) void client.invalidateQueries({ queryKey: ['session'] });
    };
    source.onopen = () => {
      window.clearTimeout(lost);
      setConnected(true);
    };
    return () => {
      source.close();
      window.clearTimeout(timer);
      window.clearTimeout(lost);
    };
  }, [client]);
  return connected;
}
