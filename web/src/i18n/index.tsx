import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { useLocale } from '../format';
import { en, type Texts } from './en';
import { nl } from './nl';

export type Key = keyof Texts;
export type Language = 'en' | 'nl';
type Values = Record<string, string | number>;

const dictionaries: Record<Language, Texts> = { en, nl };

/** "{n} order|{n} orders" takes its form from n; "{name}" is replaced. */
function fill(text: string, values: Values): string {
  const forms = text.split('|');
  const form = forms.length === 2 && values.n !== undefined && String(values.n) !== '1' ? forms[1] : forms[0];
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** How the keys of postings begin that go to Walmart. */
const walmartKeys = ['price-feed/', 'urgent-price/', 'acknowledgement/'];

/** What a message of the server says for the command line, and where the same is done here. */
const commands: [RegExp, Key][] = [
  [/`?(run `)?posting retry( [\w-]+\/[^\s`,;]+| (this|the) posting)?`?/g, 'todo.retry'],
  [/`?(run `)?posting skip( [\w-]+\/[^\s`,;]+)?( --reason \w+)?`?/g, 'todo.skip'],
  [/(run: )?(ml-connector )?(the )?connect (exact|walmart)( command| \S+)?/g, 'nav.settings'],
  [/(run `)?mapping import( --ship-nodes)?`?/g, 'nav.mappings'],
  [/posting show/g, 'nav.inventory'],
];

interface Translation {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: Key, values?: Values) => string;
  /** What was done, as the trail names it; prices to Walmart and acknowledgements went there, all else to Exact. */
  deed: (action: string, postingKey: string | null) => string;
  /** A longer text about such a word, or nothing. */
  about: (group: 'setting' | 'cause', word: string) => string | undefined;
  /** A server's message with the settings and commands it names called as on their page. */
  plain: (message: string) => string;
  /** The text of a word from the server, such as a cause; the word itself when it is new here. */
  word: (group: 'cause' | 'state' | 'kind' | 'action' | 'flow' | 'status' | 'role' | 'setting' | 'line' | 'charge' | 'finding', word: string) => string;
}
const Context = createContext<Translation | null>(null);

function firstLanguage(): Language {
  const chosen = localStorage.getItem('language');
  if (chosen === 'en' || chosen === 'nl') return chosen;
  return navigator.language.startsWith('nl') ? 'nl' : 'en';
}

export function TranslationProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const texts = dictionaries[language];
  useLocale(language);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem('language', language);
  }, [language]);
  // A key made of a server's word may be new here; then the key itself is better than nothing.
  const t = (key: Key, values: Values = {}) => fill(texts[key] ?? key, values);
  const word: Translation['word'] = (group, word) => texts[`${group}.${word}` as Key] ?? word.replace(/[_.]/g, ' ');
  const deed = (action: string, postingKey: string | null) => {
    const toWalmart = walmartKeys.some((stem) => postingKey?.startsWith(stem));
    return (toWalmart && texts[`action.${action}.walmart` as Key]) || word('action', action);
  };
  const plain = (message: string) =>
    commands
      .reduce((text, [command, key]) => text.replace(command, `“${texts[key]}”`), message)
      .replace(/\bsetting "(\w+)"/g, (whole, key) => (texts[`setting.${key}` as Key] ? `“${texts[`setting.${key}` as Key]}”` : whole))
      .replace(/\b([a-z]+_[a-z_]+) to ([a-z]+(_[a-z]+)*)\b/g, (whole, key, value) => (texts[`setting.${key}.${value}` as Key] ? `${key} to “${texts[`setting.${key}.${value}` as Key]}”` : whole))
      .replace(/\b[a-z]+(_[a-z]+)+\b/g, (key) => (texts[`setting.${key}` as Key] ? `“${texts[`setting.${key}` as Key]}”` : key));
  const about: Translation['about'] = (group, word) => texts[`${group}.${word}.text` as Key];
  return <Context.Provider value={{ language, setLanguage, t, deed, word, about, plain }}>{children}</Context.Provider>;
}

export function useTranslation(): Translation {
  const translation = useContext(Context);
  if (!translation) throw new Error('used outside of TranslationProvider');
  return translation;
}
