import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { get, useCsrf, type Caller, type Role } from './api';

export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: async () => {
      const caller = await get<Caller>('/session');
      useCsrf(caller.csrf ?? '');
      return caller;
    },
    staleTime: 60_000,
  });
}

const ranks: Record<Role, number> = { viewer: 0, operator: 1, administrator: 2 };
export const CallerContext = createContext<Caller>({ name: null, role: 'viewer', csrf: '' });
export const useCaller = () => useContext(CallerContext);
export function useMay(role: Role): boolean {
  return ranks[useCaller().role] >= ranks[role];
}
