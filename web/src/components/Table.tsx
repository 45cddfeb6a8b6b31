import { useEffect, useRef, useState, type CSSProperties, type ReactNode } from 'react';

/** A head of a column; of numbers it stands at the right, and some are only for those who do not see the page. */
export type Column = string | { label: string; number?: boolean; hidden?: boolean };

/** A box that the arrow keys can scroll, but only where there is something to scroll to. */
export function useScrollBox() {
  const ref = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const measure = () => setOverflows(box.scrollWidth > box.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return { ref, className: 'tablebox', tabIndex: overflows ? 0 : undefined };
}

export function head(column: Column) {
  const { label, number = false, hidden = false } = typeof column === 'string' ? { label: column } : column;
  return (
    <th key={label} scope="col" className={number ? 'number' : undefined}>
      {hidden ? <span className="visually-hidden">{label}</span> : label}
    </th>
  );
}

/** The heads as the style sheet repeats them before each cell, where a phone shows a row as a list. */
function headsOf(labels: string[]): CSSProperties {
  return Object.fromEntries(labels.map((label, index) => [`--head-${index + 1}`, JSON.stringify(label)]));
}

export function Table({ columns, caption, tight, children }: { columns: Column[]; caption?: string; tight?: boolean; children: ReactNode }) {
  const box = useScrollBox();
  return (
    <div {...box}>
      <table className={tight ? 'list stacked tight' : 'list stacked'} style={headsOf(columns.map((column) => (typeof column === 'string' ? column : column.hidden ? '' : column.label)))}>
        {caption && <caption className="visually-hidden">{caption}</caption>}
        <thead>
          <tr>
            {columns.map(head)}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
