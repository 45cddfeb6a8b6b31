import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, of, query, type Reference } from '../api';

interface Props {
  connection: string;
  kind: string;
  value: string;
  onChange: (code: string) => void;
  label: string;
  placeholder?: string;
  description?: string;
  /** Shown only to screen readers. */
  hideLabel?: boolean;
}

/** A code of one of Exact's lists, searched at the server by code, name or barcode. */
export function ReferenceSelect({ connection, kind, value, onChange, label, placeholder, description, hideLabel }: Props) {
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.includes(' – ') ? search.split(' – ')[0] : search, 200);
  const found = useQuery({
    queryKey: ['references', connection, kind, wanted],
    queryFn: () => get<{ rows: Reference[] }>(`${of(connection)}/references/${kind}${query({ search: wanted, limit: 40 })}`),
    placeholderData: (previous) => previous,
    staleTime: 30_000,
  });
  const options = (found.data?.rows ?? []).map((row) => ({
    value: row.code,
    label: row.name ? `${row.code} – ${row.name}` : row.code,
    disabled: !row.usable,
  }));
  if (value && !options.some((option) => option.value === value)) options.unshift({ value, label: value, disabled: false });
  return (
    <Select
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      description={description}
      placeholder={placeholder}
      data={options}
      value={value || null}
      onChange={(code) => onChange(code ?? '')}
      searchable
      clearable
      searchValue={search}
      onSearchChange={setSearch}
      filter={({ options }) => options}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}
