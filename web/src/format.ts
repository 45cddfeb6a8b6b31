import type { Sums } from './api';

let locale = 'en';
export function useLocale(language: string) {
  locale = language === 'nl' ? 'nl-NL' : navigator.language.startsWith('en') ? navigator.language : 'en-GB';
}

export function money(amount: number, currency: string | null | undefined): string {
  if (!currency) return new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(amount);
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}
/** For axes: no cents. */
export function wholeMoney(amount: number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 0, notation: amount >= 100_000 ? 'compact' : 'standard' }).format(amount);
}
/** With its sign, for differences. */
export const signed = (value: number) => new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' }).format(value);
export function clock(text: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(text));
}
export function sums(totals: Sums): string {
  const parts = Object.entries(totals).map(([currency, total]) => money(total, currency));
  return parts.length ? parts.join(' + ') : '–';
}
export const count = (value: number) => new Intl.NumberFormat(locale).format(value);
export function dateTime(text: string | null | undefined, seconds = false): string {
  if (!text) return '–';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: seconds ? 'medium' : 'short' }).format(new Date(text));
}
/** As the clocks of a zone such as Europe/Amsterdam show it, with its name; a zone that the browser does not know is UTC. */
export function dateTimeIn(text: string, zone: string): string {
  const shown = (timeZone: string) => `${new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(text))} ${timeZone}`;
  try {
    return shown(zone);
  } catch {
    return shown('UTC');
  }
}
export function day(text: string | Date): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(new Date(text));
}
export function date(text: string | null | undefined): string {
  if (!text) return '–';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(text));
}
/** A month such as 2026-11, in words. */
export function month(text: string): string {
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${text}-01T00:00:00Z`));
}
/** "3 minutes ago", "in 20 seconds". */
export function relative(text: string, now = Date.now()): string {
  const seconds = (new Date(text).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(Math.round(seconds), 'second');
}
/** When a day such as 2026-11-23 begins in the reader's zone, or so many days later; nothing of no day. */
export function beginOf(day: string, later = 0): string {
  const [year, month, date] = day.split('-').map(Number);
  return year && month && date ? new Date(year, month - 1, date + later).toISOString() : '';
}
