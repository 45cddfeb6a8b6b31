import type { ReactNode } from 'react';

/** A part of a page with its title, and at the right what concerns all of it. */
export function Card({ title, text, aside, children, label, danger, testId }: { title: ReactNode; text?: ReactNode; aside?: ReactNode; children?: ReactNode; label?: string; danger?: boolean; testId?: string }) {
  return (
    <section className={danger ? 'card danger' : 'card'} aria-label={label} data-testid={testId}>
      <div className="cardhead">
        <div>
          <h2 className="wrap">{title}</h2>
          {text && <p className="dim small wrap">{text}</p>}
        </div>
        {aside && <div className="aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
