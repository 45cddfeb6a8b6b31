#include "flows/look_up/exact_look_up.h"

#include <algorithm>

#include "flows/day_share.h"
#include "flows/look_up/customer_accounts.h"
#include "flows/look_up/goods_deliveries.h"
#include "flows/look_up/invoice_processings.h"
#include "flows/look_up/invoices.h"
#include "flows/look_up/journal_entries.h"
#include "flows/look_up/order_invoices.h"
#include "flows/look_up/sales_orders.h"
#include "flows/order_invoice.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::PostingKind;
using engine::LookUpOutcome;
using ports::Task;
using store::PostingRow;

namespace {

struct LookUpMethod {
  Task<void> (*look_up)(LookUpSources sources, LookUpBatch batch);
  std::size_t rows_per_batch = ExactLookUp::unclear_per_call;
};

/// An order of a day's invoice was posted with it: nothing is asked.
Task<void> look_up_shares(LookUpSources /*sources*/, LookUpBatch batch) {
  for (const std::size_t index : batch.indices) {
    batch.outcome(index) = posted_with_its_day<LookUpOutcome>(batch.row(index), LookUpOutcome::Kind::found);
  }
  co_return;
}

LookUpMethod method_for(const PostingRow& row) {
  switch (row.kind) {
    case PostingKind::sales_order:
      if (read_placed_order(row.target_data).id.empty()) return {look_up_orders};
      return {look_up_placed_orders, ExactLookUp::accepted_per_call};
    case PostingKind::sales_order_change:
      return {look_up_order_changes};
    case PostingKind::goods_delivery:
      return {look_up_deliveries};
    case PostingKind::invoice_processing:
      return {look_up_processings};
    case PostingKind::customer_account:
      return {look_up_accounts};
    case PostingKind::journal_entry:
      return {look_up_journal_entries};
    default:
      if (is_share(row)) return {look_up_shares};
      if (is_order_invoice(row)) return {look_up_order_invoices, ExactLookUp::accepted_per_call};
      return {look_up_by_reference};
  }
}

}  // namespace

Task<std::vector<LookUpOutcome>> ExactLookUp::look_up(std::vector<PostingRow> rows, domain::UtcTime not_after) {
  exact::Client client = client_.reading_until(not_after);
  std::vector<LookUpOutcome> outcomes(rows.size());
  std::vector<std::pair<LookUpMethod, std::vector<std::size_t>>> batches;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const LookUpMethod method = method_for(rows[i]);
    const auto open = std::find_if(batches.begin(), batches.end(), [method](const auto& batch) {
      return batch.first.look_up == method.look_up && batch.second.size() < method.rows_per_batch;
    });
    if (open == batches.end()) {
      batches.emplace_back(method, std::vector<std::size_t>{i});
    } else {
      open->second.push_back(i);
    }
  }
  for (auto& [method, indices] : batches) {
    auto task = method.look_up(LookUpSources{&client, &store_}, LookUpBatch{&rows, std::move(indices), &outcomes});
    co_await std::move(task);
  }
  co_return outcomes;
}

}  // namespace connector::flows
