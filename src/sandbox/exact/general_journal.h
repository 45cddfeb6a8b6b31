#pragma once

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// POST generaljournalentry/GeneralJournalEntries (exact.md 4.8): a general journal, lines that balance to zero with
/// their VAT, and a party on receivable and payable accounts.
Outcome create_general_journal_entry(Call& call);
Outcome delete_general_journal_entry(Call& call);

}  // namespace connector::sandbox::exact
