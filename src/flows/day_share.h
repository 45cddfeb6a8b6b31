#pragma once

#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// An order's share of the invoice of its day: posted with that, which its body names; there is nothing to send.
inline bool is_share(const store::PostingRow& row) {
  return row.kind == domain::PostingKind::sales_invoice && row.depends_on.starts_with("daily/");
}

/// The outcome of a share: the ids of the invoice that its body names.
template <class Outcome>
Outcome posted_with_its_day(const store::PostingRow& row, typename Outcome::Kind kind) {
  Outcome outcome;
  outcome.kind = kind;
  if (auto body = json::parse(row.body)) {
    outcome.target_id = (*body)["InvoiceID"].text_or("");
    outcome.target_number = (*body)["InvoiceNumber"].text_or("");
  }
  return outcome;
}

}  // namespace connector::flows
