#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/daily_summary.h"
#include "flows/record_order.h"
#include "store/store.h"

namespace connector::flows {

/// How daily summaries go through the posting protocol (docs/daily-summary.md): an order's document is a posting of its
/// own, as in every mode, but marked `in_summary`: it waits for the posting of its day ("daily/DATE/CURRENCY/n"), which
/// is the one that is sent. What the day's invoice holds is fixed, and written into its document, when its body is
/// frozen; from then on these orders are frozen too. Orders that come later go into the day's next invoice.

/// True for a share whose day's invoice was frozen with it, or is as good as sent.
domain::Result<bool> is_summarized(store::Reader& reader, const store::PostingRow& row);

/// Makes `row` (of an in_summary document) wait for the open invoice of its day, which is made if there is none.
domain::Result<void> assign_to_day(store::Transaction& transaction, const PlanningContext& context,
                                   const domain::Document& share, store::PostingRow& row, domain::UtcTime now);

/// The invoice of a day, of all shares that are ready. Those that Exact is known to refuse stay out and are held later
/// by themselves. Error: why none is ready. For the freezer.
using ShareCheck = std::function<domain::Result<void>(const domain::Document&)>;
domain::Result<domain::Document> frozen_summary(store::Reader& reader, const store::PostingRow& row,
                                                const ShareCheck& check);

/// A share is posted with its day's invoice; this says with which. Error: why it is not in it. One that would be ready
/// now becomes out of date, so that it is planned into the next invoice.
domain::Result<std::string> share_body(store::Reader& reader, store::PostingRow& row, const domain::Document& share,
                                       const ShareCheck& check);

/// Lets the invoices of the days leave that were over by `read_to`, up to when all orders were read. Returns how many.
/// Orders that wait for a day's invoice are planned anew once document_mode is another.
domain::Result<std::size_t> close_days(store::Transaction& transaction, const PlanningContext& context,
                                       std::optional<domain::UtcTime> read_to, domain::UtcTime now);

/// True for sources of daily invoices ("2026-11-23"), which are no orders.
bool is_day(std::string_view source_id);
/// Plans the orders of a day's held invoices anew, so that they are moved where settings or periods now send them.
domain::Result<void> replan_day(store::Transaction& transaction, const PlanningContext& context, const std::string& day,
                                domain::UtcTime now);

/// A person skipped a day's invoice: its orders are skipped with it.
domain::Result<void> skip_shares(store::Transaction& transaction, const store::PostingRow& daily,
                                 const std::string& reason, domain::UtcTime now);

}  // namespace connector::flows
